"""What customers read of a post-mortem: the same value without everything that is internal."""

from __future__ import annotations

from dataclasses import replace

from postmortems.choices import SectionKind
from postmortems.document.facts import Counts, Step
from postmortems.document.values import Action, Cause, Content, Event, Mitigation, Section

HOMES = {True: SectionKind.ROOT_CAUSE, False: SectionKind.FACTORS}  # of causes, by whether they are root causes
LOGS = {SectionKind.MITIGATION, SectionKind.RESPONSE_LOG}  # either may print what was done, with or without the other


def for_customers(content: Content) -> Content:
    """Without internal parts, names of staff, evidence, tickets, sources and what was said in review.

    What stands in an internal section, or in none, goes with it; what two sections print, where one of them is
    internal. Numbers of causes and actions that are not there are named nowhere.
    """
    sections = tuple(_section(section) for section in content.sections if not section.is_internal)
    kinds = {section.kind for section in sections}
    hidden = {section.kind for section in content.sections if section.is_internal}
    causes = {each.number for each in content.causes if not each.is_internal and HOMES[each.is_root] in kinds}
    actions = (
        {each.number for each in content.actions if not each.is_internal} if SectionKind.ACTIONS in kinds else set()
    )
    has_log = kinds & LOGS and not hidden & LOGS
    done = [each for each in content.mitigations if not each.is_internal] if has_log else []
    lines = [each for each in content.events if not each.is_internal] if SectionKind.TIMELINE in kinds else []
    return replace(
        content,
        counts=content.counts if SectionKind.IMPACT in kinds and not content.counts.is_internal else Counts(),
        sections=sections,
        events=tuple(map(_event, lines)),
        mitigations=tuple(_mitigation(each, actions) for each in done),
        causes=tuple(_cause(each) for each in content.causes if each.number in causes),
        actions=tuple(_action(each, causes) for each in content.actions if each.number in actions),
        steps=tuple(map(_step, content.steps)),
        records=(),
        meeting=None,
        settled=(),
    )


def _section(section: Section) -> Section:
    kept = [replace(each, sources=(), key="") for each in section.paragraphs if not each.is_internal]
    return replace(section, paragraphs=tuple(kept), key="")


def _event(event: Event) -> Event:
    return replace(event, sources=(), link="", key="")


def _mitigation(mitigation: Mitigation, actions: set[int]) -> Mitigation:
    fixes = tuple(number for number in mitigation.fixes if number in actions)
    return replace(mitigation, who="", fixes=fixes, sources=(), key="")


def _cause(cause: Cause) -> Cause:
    whys = tuple(why for why in cause.whys if not why.is_internal)
    return replace(cause, whys=whys, sources=(), key="")


def _action(action: Action, causes: set[int]) -> Action:
    numbers = tuple(number for number in action.causes if number in causes)
    return replace(action, owner="", ticket="", proof="", causes=numbers, sources=())


def _step(step: Step) -> Step:
    return replace(step, dispute="", disputed_by="")
