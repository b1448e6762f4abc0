"""What has to be there before anybody is asked to approve (DESIGN section 7, 0-24, 3-32, 3-42). Pure: content in,
conditions out, so that every door and the screen say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.markdown import has_words
from postmortems.choices import SectionKind
from postmortems.document.values import Content, Section


@dataclass(frozen=True)
class Missing:
    """One thing that is missing, in a sentence, and where it is put right: a place on the drafting screen."""

    gate: str
    sentence: str
    detail: str
    where: str


@dataclass(frozen=True)
class Gate:
    """One condition, and what it misses."""

    key: str
    label: str
    missing: tuple[Missing, ...]

    @property
    def is_met(self) -> bool:
        return not self.missing


def gates(content: Content, *, open_contradictions: tuple[str, ...] = ()) -> list[Gate]:
    """All conditions, in the order of the document. ``open_contradictions``: their titles."""
    made = [
        Gate("sections", _("Every required section is filled"), tuple(_sections(content))),
        Gate("root", _("A root cause is named"), tuple(_root(content))),
        Gate("causes", _("Every cause has an action that works for good"), tuple(_causes(content))),
        Gate("fixes", _("Every temporary measure has a lasting fix"), tuple(_fixes(content))),
        Gate("owners", _("Every action has an owner"), tuple(_owners(content))),
        Gate("dates", _("Every action has a due date"), tuple(_dates(content))),
    ]
    if content.is_full:
        asked = tuple(
            Missing("contradictions", _("Records disagree"), title, "contradictions") for title in open_contradictions
        )
        made.insert(0, Gate("contradictions", _("What records disagree about is settled"), asked))
    return made


def missing(content: Content, *, open_contradictions: tuple[str, ...] = ()) -> list[Missing]:
    return [each for gate in gates(content, open_contradictions=open_contradictions) for each in gate.missing]


def is_filled(content: Content, section: Section) -> bool:
    """Whether there is anything to read in it, besides its heading."""
    if any(has_words(paragraph.text) for paragraph in section.paragraphs):
        return True
    rows = {
        SectionKind.TIMELINE: content.events,
        SectionKind.ROOT_CAUSE: content.roots,
        SectionKind.FACTORS: content.factors,
        SectionKind.MITIGATION: content.temporary if content.section(SectionKind.RESPONSE_LOG) else content.mitigations,
        SectionKind.RESPONSE_LOG: content.mitigations,
        SectionKind.ACTIONS: content.working,
        SectionKind.CONTACT: (content.contact,) if content.contact else (),
    }
    if section.kind == SectionKind.IMPACT:
        counts = content.counts
        return counts.customers is not None or counts.volume is not None
    return any(has_words(getattr(row, "text", row)) for row in rows.get(section.kind, ()))


def _sections(content: Content) -> Iterator[Missing]:
    for section in content.sections:
        if section.is_required and not is_filled(content, section):
            sentence = _("%(section)s is empty") % {"section": section.title}
            yield Missing("sections", sentence, _("It is required"), section.key or section.kind)


def _root(content: Content) -> Iterator[Missing]:
    section = content.section(SectionKind.ROOT_CAUSE)
    if section is not None and content.is_full and not any(has_words(cause.text) for cause in content.roots):
        yield Missing("root", _("No root cause is named"), section.title, section.key or section.kind)


def _causes(content: Content) -> Iterator[Missing]:
    if content.section(SectionKind.ACTIONS) is None:
        return
    for cause in content.causes:
        if not any(not action.is_temporary and has_words(action.text) for action in content.actions_on(cause)):
            words = _("Cause %(number)d has no action") % {"number": cause.number}
            if any(content.actions_on(cause)):
                words = _("Cause %(number)d has only a temporary action") % {"number": cause.number}
            where = f"on-{cause.key}" if content.is_full and content.working else cause.key  # its row of the matrix
            yield Missing("causes", words, cause.text, where)


def _fixes(content: Content) -> Iterator[Missing]:
    working = {each.number for each in content.working if not each.is_temporary and has_words(each.text)}
    for mitigation in content.temporary:
        if not working & set(mitigation.fixes):
            yield Missing("fixes", _("A temporary measure has no lasting fix"), mitigation.text, mitigation.key)


def _owners(content: Content) -> Iterator[Missing]:
    for action in content.working:
        if not action.owner:
            words = _("Action %(number)d has no owner") % {"number": action.number}
            yield Missing("owners", words, action.text, f"{action.id}-owner")


def _dates(content: Content) -> Iterator[Missing]:
    for action in content.working:
        if action.due_on is None:
            words = _("Action %(number)d has no due date") % {"number": action.number}
            yield Missing("dates", words, action.text, f"{action.id}-due_on")
