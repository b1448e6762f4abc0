"""What customers read of a post-mortem: the same value without everything that is internal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from postmortems.choices import SectionKind, Visibility
from postmortems.document.facts import Counts, Step
from postmortems.document.values import Action, Cause, Content, Event, Mitigation, Section

HOMES = {True: SectionKind.ROOT_CAUSE, False: SectionKind.FACTORS}  # of causes, by whether they are root causes
LOGS = {SectionKind.MITIGATION, SectionKind.RESPONSE_LOG}  # either may print what was done, with or without the other


class Marked(Protocol):
    """A section: of the frozen values, or a row."""

    @property
    def kind(self) -> str: ...
    @property
    def visibility(self) -> str: ...


def printed(sections: Iterable[Marked]) -> frozenset[SectionKind]:
    """The kinds of the sections that customers read, with the rows that stand in them; what two sections print, only
    where neither is internal."""
    marks = [(SectionKind(section.kind), section.visibility == Visibility.INTERNAL) for section in sections]
    hidden = {kind for kind, is_internal in marks if is_internal}
    kinds = frozenset(kind for kind, is_internal in marks if not is_internal)
    return kinds - LOGS if hidden & LOGS else kinds


def for_customers(content: Content) -> Content:
    """Without internal parts, names of staff, evidence, tickets, sources and what was said in review.

    What stands in an internal section, or in none, goes with it; what two sections print, where one of them is
    internal. Numbers of causes and actions that are not there are named nowhere.
    """
    sections = tuple(_section(section) for section in content.sections if not section.is_internal)
    kinds = printed(content.sections)
    causes = {each.number for each in content.causes if not each.is_internal and HOMES[each.is_root] in kinds}
    actions = (
        {each.number for each in content.actions if not each.is_internal} if SectionKind.ACTIONS in kinds else set()
    )
    done = [each for each in content.mitigations if not each.is_internal] if kinds & LOGS else []
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
