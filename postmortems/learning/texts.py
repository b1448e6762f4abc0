"""Everything that was written about incidents and their post-mortems, where it is looked for: a constant number of
queries for any number of incidents. Withdrawn updates and parts that were removed are not in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from incidents.choices import EntryKind
from incidents.markdown import has_words
from incidents.models import Incident, IncidentUpdate, TimelineEntry
from postmortems.models import ActionItem, Assessment, Cause, Event, Mitigation, Paragraph, Postmortem, Why


class Where(TextChoices):
    """What a text is, as it stands beside a hit."""

    TITLE = "title", _("Title")
    ID = "id", _("Id")
    SUMMARY = "summary", _("What is known")
    CUSTOMERS = "customers", _("What customers notice")
    UPDATE = "update", _("Public update")
    NOTE = "note", _("Private note")
    PARAGRAPH = "paragraph", _("Text")
    CAUSE = "cause", _("Cause")
    WHY = "why", _("Why")
    MITIGATION = "mitigation", _("Mitigation")
    ACTION = "action", _("Action item")
    EVENT = "event", _("Timeline")
    DATA = "data", _("What became of data")


@dataclass(frozen=True, slots=True)
class Text:
    """``weight``: from A, the heaviest, to D. ``of``: the section, or whose record it stands in."""

    where: Where
    text: str
    weight: str
    of: str = ""


# table → what it is, its fields, its weight in a document (in a record everything weighs D)
PARTS: list[tuple[type, Where, tuple[str, ...], str]] = [
    (Cause, Where.CAUSE, ("text",), "B"),
    (Why, Where.WHY, ("text", "answer"), "D"),
    (Mitigation, Where.MITIGATION, ("text", "effect", "faster"), "C"),
    (ActionItem, Where.ACTION, ("text", "proof"), "C"),
    (Event, Where.EVENT, ("text",), "D"),
    (Assessment, Where.DATA, ("lasting", "data"), "C"),
]
INCIDENT = ("title", "summary", "customer_impact", "workflow_impact_note", "data_impact_note")
UPDATE = ("body", "tried", "next_step")
# Which fields must have been written for the words to be others.
READ: dict[type, frozenset[str]] = {
    Incident: frozenset(INCIDENT),
    IncidentUpdate: frozenset({*UPDATE, "withdrawn_at"}),
    TimelineEntry: frozenset({"text"}),
    Postmortem: frozenset(),  # its id, when it is opened
    Paragraph: frozenset({"text", "removed_at"}),
    **{table: frozenset({*fields, "removed_at"}) for table, _where, fields, _weight in PARTS},
}


def texts_of(incidents: Collection[int]) -> dict[int, list[Text]]:
    """By primary key of the incident, the heaviest first. Three queries, and eight for those with a post-mortem."""
    found: dict[int, list[Text]] = {}
    for pk, public_id, *fields in Incident.objects.filter(pk__in=incidents).values_list("pk", "public_id", *INCIDENT):
        title, summary, customers, *notes = fields
        found[pk] = [
            Text(Where.TITLE, title, "A"),
            Text(Where.ID, public_id, "A"),
            Text(Where.SUMMARY, summary, "B"),
            *(Text(Where.CUSTOMERS, text, "B") for text in (customers, *notes)),
        ]
    updates = IncidentUpdate.objects.visible().filter(incident__in=incidents).order_by("incident", "-posted_at")
    for pk, *fields in updates.values_list("incident", *UPDATE):
        found[pk].append(Text(Where.UPDATE, "\n\n".join(filter(None, fields)), "C"))
    notes_of = TimelineEntry.objects.filter(incident__in=incidents, kind=EntryKind.NOTE).order_by("incident", "-at")
    for pk, text in notes_of.values_list("incident", "text"):
        found[pk].append(Text(Where.NOTE, text, "D"))
    for pk, each in _of_postmortems(incidents):
        found[pk].append(each)
    return {
        pk: sorted((each for each in texts if has_words(each.text)), key=lambda each: each.weight)
        for pk, texts in found.items()
    }


def _of_postmortems(incidents: Collection[int]) -> Iterator[tuple[int, Text]]:
    postmortems = Postmortem.objects.filter(incident__in=incidents).values_list("pk", "incident", "public_id")
    incident_of = {}
    for pk, incident, public_id in postmortems:
        incident_of[pk] = incident
        yield incident, Text(Where.ID, public_id, "A")
    if not incident_of:
        return
    answers = _standing(Paragraph, incident_of, "section__title", "question__label", "text")
    for pk, record, section, question, text in answers:
        yield incident_of[pk], Text(Where.PARAGRAPH, text, "D" if record else "C", record or section or question)
    for table, where, fields, weight in PARTS:
        for pk, record, *texts in _standing(table, incident_of, *fields):
            for text in texts:
                yield incident_of[pk], Text(where, text, "D" if record else weight, record or "")


def _standing(table: Any, postmortems: Collection[int], *fields: str) -> QuerySet:
    rows = table.objects.standing().filter(postmortem__in=postmortems).order_by("postmortem", "pk")
    return rows.values_list("postmortem", "record__name", *fields)
