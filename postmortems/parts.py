"""Every row of one post-mortem, read once: of its document and of its records, with the numbers they are called by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from incidents.markdown import has_words
from postmortems import contradictions
from postmortems.choices import RecordSection, Visibility
from postmortems.document import values
from postmortems.document.redaction import HOMES
from postmortems.models import (
    ActionItem,
    Assessment,
    Cause,
    Citation,
    Dispute,
    Event,
    Mitigation,
    Paragraph,
    Postmortem,
    Record,
    Section,
    Why,
)

P = TypeVar("P", Cause, ActionItem)
RECORD_SECTIONS = list(RecordSection)
SECTIONS = {
    Event: RecordSection.TIMELINE,
    Mitigation: RecordSection.MITIGATION,
    Cause: RecordSection.CAUSES,
    Assessment: RecordSection.IMPACT,
    ActionItem: RecordSection.ACTIONS,
}


@dataclass(frozen=True)
class Numbers:
    """The numbers of causes and actions, by primary key: root causes come first, and then factors.

    What customers do not read is the last, so that no gap tells of it: what is internal by itself, or because of the
    section that it stands in. ``shown``: the kinds of the sections that customers read.
    """

    causes: dict[int, int]
    actions: dict[int, int]

    @classmethod
    def of(cls, causes: Sequence[Cause], actions: Sequence[ActionItem], *, shown: Collection[str]) -> Numbers:
        by_home = sorted(causes, key=lambda row: not row.is_root)
        hidden = {row.pk for row in causes if row.is_internal or HOMES[row.is_root] not in shown}
        return cls(_numbered(by_home, hidden), _numbered(actions, {row.pk for row in actions if row.is_internal}))


class Parts:
    """Every part of one post-mortem, of its document and of its records, each table read once."""

    def __init__(self, postmortem: Postmortem):
        self.postmortem = postmortem

    @cached_property
    def sections(self) -> list[Section]:
        return list(self.postmortem.sections.all())

    @cached_property
    def records(self) -> dict[int, Record]:
        rows = self.postmortem.records.select_related("person__team", "team", "submitted_by")
        return {row.pk: row for row in rows}

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        return list(self.postmortem.paragraphs.standing().select_related("question"))

    @cached_property
    def events(self) -> list[Event]:
        return list(self.postmortem.events.standing().select_related("evidence"))

    @cached_property
    def mitigations(self) -> list[Mitigation]:
        return list(self.postmortem.mitigations.standing())

    @cached_property
    def causes(self) -> list[Cause]:
        return list(self.postmortem.causes.standing())

    @cached_property
    def whys(self) -> list[Why]:
        return list(self.postmortem.whys.standing())

    @cached_property
    def assessments(self) -> list[Assessment]:
        return list(self.postmortem.assessments.standing().prefetch_related("components", "locations"))

    @cached_property
    def actions(self) -> list[ActionItem]:
        rows = self.postmortem.actionitems.standing().select_related("owner__team")
        return list(rows.prefetch_related("causes", "fixes"))

    @cached_property
    def citations(self) -> list[Citation]:
        return list(self.postmortem.citations.all())

    @cached_property
    def disputes(self) -> list[Dispute]:
        return list(Dispute.objects.filter(record__postmortem=self.postmortem).select_related("record", "by"))

    @cached_property
    def contradictions(self) -> list[contradictions.Contradiction]:
        return contradictions.found(
            self.records, self.events, self.assessments, self.causes, self.postmortem.settlements.all()
        )

    @cached_property
    def numbers(self) -> Numbers:
        shown = {section.kind for section in self.sections if section.visibility == Visibility.CUSTOMERS}
        return Numbers.of(of_document(self.causes), of_document(self.actions), shown=shown)

    @cached_property
    def letters(self) -> dict[int | None, int]:
        """The place of each record among them; what is of none comes first."""
        return {None: -1} | {pk: record.position for pk, record in self.records.items()}

    @property
    def assessment(self) -> Assessment | None:
        """That of the document."""
        return next(iter(of_document(self.assessments)), None)

    def of_record(self, record: Record, name: str) -> list:
        """The parts of one kind in one record: ``name`` is that of the table here, such as ``causes``."""
        return [part for part in getattr(self, name) if part.record_id == record.pk]


Row = TypeVar("Row", Paragraph, Event, Mitigation, Cause, Why, Assessment, ActionItem)


def of_document(parts: Iterable[Row]) -> list[Row]:
    return [part for part in parts if part.record_id is None]


def _numbered(rows: Sequence[P], hidden: Collection[int]) -> dict[int, int]:
    written = [row for row in rows if has_words(row.text)]
    return {row.pk: number for number, row in enumerate(sorted(written, key=lambda row: row.pk in hidden), start=1)}


def labels(parts: Parts) -> dict[str, values.Source]:
    """What each part of a record is called where something rests on it: A 4.1 is the first of section 4 in record A."""
    found: dict[str, values.Source] = {}
    count: dict[tuple[int, int], int] = defaultdict(int)
    tables = (parts.paragraphs, parts.events, parts.mitigations, parts.causes, parts.assessments, parts.actions)
    for part in (part for table in tables for part in table if part.record_id):
        record, section = parts.records[part.record_id], RECORD_SECTIONS.index(record_section(part)) + 1
        count[record.pk, section] += 1
        found[part.key] = values.Source(f"{record.letter} {section}.{count[record.pk, section]}", record.name)
    return found


def record_section(part) -> RecordSection:
    """The section of a record that a part stands in."""
    if isinstance(part, Paragraph):
        return RecordSection(part.question.section)
    return SECTIONS[type(part)]
