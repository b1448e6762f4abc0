"""What each of the six sections of a record shows, from parts that were read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from incidents import veiled
from incidents.forms.picker import groups
from incidents.markdown import has_words
from incidents.models import Location, User
from postmortems import metrics
from postmortems.answers import answers_of
from postmortems.choices import Lasts, RecordSection
from postmortems.document.facts import Step
from postmortems.figure import figure_of
from postmortems.forms.changes import DISPUTE
from postmortems.models import ActionItem, Assessment, Cause, Event, Mitigation, Question, Record
from postmortems.offered_events import OfferedEvent, offered
from postmortems.parts import Parts
from postmortems.policy import policy_of
from postmortems.proposals import who_may_see
from postmortems.views.record_rows import NEW, PREFIXES, Posted, Row, blank, moment_of, questions_of, rows_of

Context = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """One section of one record, for one person."""

    record: Record
    parts: Parts
    questions: list[Question]
    user: User
    posted: Posted
    opened: str = ""

    def of_record(self, name: str) -> list:
        return self.parts.of_record(self.record, name)

    @property
    def began(self) -> dict[str, str]:
        """What a new row with a time begins with."""
        return {"at": moment_of(self.record.postmortem.incident.started_at)}


def context_of(page: Page, section: RecordSection) -> Context:
    questions = [question for question in page.questions if question.section == section]
    answers = answers_of(page.record, questions, page.parts.paragraphs)
    return {"questions": questions_of(answers, page.posted)} | READERS[section](page)


def _rows(page: Page, kind, parts: Iterable, *, beginning=None, more=None) -> Context:
    """The rows, one to copy, and one to begin with where there is none."""
    found = rows_of(kind, parts, page.posted, opened=page.opened, beginning=beginning, more=more)
    if not found or page.opened == PREFIXES[kind]:
        found = [*found, blank(kind, beginning=beginning, number=len(found) + 1, more=more)]
    return {"rows": found, "new": blank(kind, beginning=beginning, key=NEW, more=more)}


@dataclass(frozen=True)
class Line:
    """A line of the timeline: one of the incident's to tick, or one's own."""

    at: datetime
    offered: OfferedEvent | None = None
    entry: str = ""
    is_taken: bool = False
    row: Row | None = None


@dataclass(frozen=True)
class Disputed:
    """A step with the note of this record."""

    step: Step
    key: str
    note: str
    read: str
    error: str

    @property
    def error_list(self) -> list[str]:
        return [self.error] if self.error else []


def _timeline(page: Page) -> Context:
    incident, events = page.record.postmortem.incident, page.of_record("events")
    taken = {event.entry_id for event in events if event.entry_id}
    own = [event for event in events if not event.entry_id]
    found = _rows(page, Event, own, beginning=page.began)
    lines = [
        Line(line.at, line, veiled.veil(line.pk), line.pk in taken) for line in offered(incident, user=page.user)
    ]  # fmt: skip
    mine = [Line(row.part.at if row.part else incident.started_at, row=row) for row in found["rows"] if row.part]
    begun = [Line(incident.started_at, row=row) for row in found["rows"] if not row.part and row.form.said]
    lines = sorted([*lines, *mine, *begun], key=lambda line: line.at)
    times = metrics.times_of(incident)
    return {
        "lines": lines,
        "new": found["new"],
        "spare": next(
            (row for row in found["rows"] if page.opened == "evt" and not row.part and not row.form.said), None
        ),
        "took": " ".join(line.entry for line in lines if line.is_taken),
        "counted": {"taken": len(taken), "all": sum(line.row is None for line in lines), "own": len(own)},
        "times": times,
        "figure": figure_of(times),
        "steps": _steps(page),
        "days": len({line.at.date() for line in lines}),
    }


def _steps(page: Page) -> list[Disputed]:
    incident = page.record.postmortem.incident
    notes = {row.metric: row.note for row in page.parts.disputes if row.record_id == page.record.pk}
    found = []
    for step in metrics.steps_of(incident, policy_of(incident)):
        key, read = f"{DISPUTE}{step.metric}", notes.get(step.metric, "")
        typed, said = page.posted.typed.get(key, {}), page.posted.said.get(key, {})
        held = page.posted.held.get(key, {}).get("note", read)
        found.append(Disputed(step, key, typed.get("note", read), held, said.get("note") or said.get("", "")))
    return found


def _detection(page: Page) -> Context:
    return {"source": page.record.postmortem.incident.get_detection_source_display()}


def _mitigation(page: Page) -> Context:
    return _rows(page, Mitigation, page.of_record("mitigations"), beginning=page.began)


def _causes(page: Page) -> Context:
    return _rows(page, Cause, page.of_record("causes"))


def _impact(page: Page) -> Context:
    row = next(iter(page.of_record("assessments")), None) or Assessment(record=page.record)
    hit = {component.pk for component in row.components.all()} if row.pk else set()
    places = {location.pk for location in row.locations.all()} if row.pk else set()
    linked = [*row.components.all(), *row.locations.all()] if row.pk else []
    return {
        "row": rows_of(Assessment, [row], page.posted)[0],
        "groups": groups(str(pk) for pk in hit),
        "picker": {
            "html_name": f"link-{row.key}",
            "auto_id": f"id_{row.key}-components",
            "label": _("Components"),
            "help_text": _("A component covers everything below it."),
        },
        "linked": " ".join(place.public_id for place in linked),
        "locations": [(location, location.pk in places) for location in Location.objects.all()],
        "impacts": page.record.postmortem.incident.impacts.select_related("component", "location"),
    }


@dataclass(frozen=True)
class Worked:
    """What an action may work on, numbered as in its own section, and whether it does."""

    key: str
    number: int
    text: str
    is_on: bool


@dataclass(frozen=True)
class ActionRow:
    row: Row
    causes: list[Worked]
    fixes: list[Worked]

    @property
    def linked(self) -> str:
        return " ".join(each.key for each in [*self.causes, *self.fixes] if each.is_on)


def _actions(page: Page) -> Context:
    causes, mitigations = page.of_record("causes"), page.of_record("mitigations")
    people = [(str(person.pk), str(person)) for person in who_may_see(page.record.postmortem.incident)]
    found = _rows(page, ActionItem, page.of_record("actions"), more={"people": people})

    def with_links(row: Row) -> ActionRow:
        on = {cause.pk for cause in row.part.causes.all()} if row.part else set()
        fixed = {each.pk for each in row.part.fixes.all()} if row.part else set()
        return ActionRow(
            row,
            [Worked(cause.key, n, cause.text, cause.pk in on) for n, cause in enumerate(causes, 1)],
            [
                Worked(each.key, n, each.text, each.pk in fixed)
                for n, each in enumerate(mitigations, 1)
                if each.lasts == Lasts.TEMPORARY
            ],
        )

    worked_on = {cause.pk for action in page.of_record("actions") for cause in action.causes.all()}
    return {
        "rows": [with_links(row) for row in found["rows"]],
        "new": with_links(found["new"]),
        "holes": [
            (n, cause) for n, cause in enumerate(causes, 1) if cause.pk not in worked_on and has_words(cause.text)
        ],
    }


READERS: dict[RecordSection, Callable[[Page], Context]] = {
    RecordSection.TIMELINE: _timeline,
    RecordSection.DETECTION: _detection,
    RecordSection.MITIGATION: _mitigation,
    RecordSection.CAUSES: _causes,
    RecordSection.IMPACT: _impact,
    RecordSection.ACTIONS: _actions,
}
