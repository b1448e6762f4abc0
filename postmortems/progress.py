"""How far each section of an incident record is, in a word and a sentence; and what keeps it from being handed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _, ngettext

from incidents.markdown import has_words
from postmortems.answers import Answer, answers_of
from postmortems.choices import Lasts, RecordSection
from postmortems.models import ActionItem, Assessment, Cause, Event, Mitigation, Question, Record
from postmortems.parts import Parts


class State(StrEnum):
    NONE = "none"
    PART = "part"
    DONE = "done"

    @property
    def label(self) -> str:
        return {"none": _("empty"), "part": _("begun"), "done": _("complete")}[self.value]


@dataclass(frozen=True)
class Step:
    """One section on the rail."""

    section: RecordSection
    state: State
    words: str
    missing: tuple[Answer, ...]

    @property
    def label(self) -> str:
        return str(self.section.label)


def steps_of(record: Record, parts: Parts, questions: Iterable[Question] | None = None) -> list[Step]:
    """All six, in their order. One query beside those of ``parts``."""
    questions = list(record.postmortem.template.questions.all() if questions is None else questions)
    answers = answers_of(record, questions, parts.paragraphs)
    rows = Rows(
        events=parts.of_record(record, "events"),
        mitigations=parts.of_record(record, "mitigations"),
        causes=parts.of_record(record, "causes"),
        assessment=next(iter(parts.of_record(record, "assessments")), None),
        actions=parts.of_record(record, "actions"),
    )
    return [_step(section, [a for a in answers if a.question.section == section], rows) for section in RecordSection]


@dataclass(frozen=True)
class Rows:
    """What a record holds beside its answers."""

    events: list[Event]
    mitigations: list[Mitigation]
    causes: list[Cause]
    assessment: Assessment | None
    actions: list[ActionItem]


def _step(section: RecordSection, answers: list[Answer], rows: Rows) -> Step:
    said, is_begun, is_whole = READERS[section](rows, answers)
    missing = tuple(answer for answer in answers if answer.is_missing)
    is_begun = is_begun or any(answer.is_given for answer in answers)
    state = State.DONE if is_whole and not missing and is_begun else State.PART if is_begun else State.NONE
    return Step(section, state, said if is_begun else _("nothing yet"), missing)


Read = tuple[str, bool, bool]  # the sentence, whether anything is there, whether nothing of it is half


def _timeline(rows: Rows, answers: list[Answer]) -> Read:
    count = len(rows.events)
    said = ngettext("%(n)d entry", "%(n)d entries", count) % {"n": count}
    return said + _empty(rows.events), bool(count), bool(count) and all(map(_is_written, rows.events))


def _detection(rows: Rows, answers: list[Answer]) -> Read:
    asked = [answer for answer in answers if answer.question.is_asked]
    words = {"n": sum(answer.is_given for answer in asked), "all": len(asked)}
    return _("%(n)d of %(all)d questions") % words, False, True


def _mitigation(rows: Rows, answers: list[Answer]) -> Read:
    count, short = len(rows.mitigations), sum(row.lasts == Lasts.TEMPORARY for row in rows.mitigations)
    said = ngettext("%(n)d measure", "%(n)d measures", count) % {"n": count}
    if short:
        said += ", " + ngettext("%(n)d temporary", "%(n)d temporary", short) % {"n": short}
    return said + _empty(rows.mitigations), bool(count), bool(count) and all(map(_is_written, rows.mitigations))


def _causes(rows: Rows, answers: list[Answer]) -> Read:
    count = len(rows.causes)
    said = ngettext("%(n)d cause", "%(n)d causes", count) % {"n": count}
    return said + _empty(rows.causes), bool(count), bool(count) and all(map(_is_written, rows.causes))


def _impact(rows: Rows, answers: list[Answer]) -> Read:
    row, said = rows.assessment, []
    if row is None:
        return _("no count"), False, False
    if row.customers is not None:
        count = f"{row.customers:,}"
        said.append(ngettext("%(count)s customer", "%(count)s customers", row.customers) % {"count": count})
    if row.volume is not None:
        said.append(f"{row.volume:,} {row.volume_unit}".strip())
    is_begun = bool(said or row.lasting or row.data or row.components.all() or row.locations.all())
    return ", ".join(said) or _("no count"), is_begun, bool(said)


def _actions(rows: Rows, answers: list[Answer]) -> Read:
    """Every cause needs one that works on it (3-42)."""
    count = len(rows.actions)
    worked_on = {cause.pk for action in rows.actions for cause in action.causes.all()}
    open_causes = sum(_is_written(cause) and cause.pk not in worked_on for cause in rows.causes)
    said = ngettext("%(n)d action", "%(n)d actions", count) % {"n": count} + _empty(rows.actions)
    if count and open_causes:
        words = ngettext("%(n)d cause without", "%(n)d causes without", open_causes) % {"n": open_causes}
        said = f"{said}, {words}"
    return said, bool(count), bool(count) and not open_causes and all(map(_is_written, rows.actions))


def _empty(rows: Iterable) -> str:
    count = sum(not _is_written(row) for row in rows)
    return ", " + ngettext("%(n)d empty", "%(n)d empty", count) % {"n": count} if count else ""


def _is_written(row: Event | Mitigation | Cause | ActionItem) -> bool:
    return has_words(row.text)


READERS = {
    RecordSection.TIMELINE: _timeline,
    RecordSection.DETECTION: _detection,
    RecordSection.MITIGATION: _mitigation,
    RecordSection.CAUSES: _causes,
    RecordSection.IMPACT: _impact,
    RecordSection.ACTIONS: _actions,
}
