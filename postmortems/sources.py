"""What a document can be drafted from: parts of its records, and the incident's timeline; and what became of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.moments import moment
from incidents.timeline.difference import difference
from postmortems.choices import RecordSection
from postmortems.models import ActionItem, Cause, Citation, Event, Mitigation, Paragraph, Part, Record
from postmortems.offered_events import OfferedEvent
from postmortems.parts import Parts, labels, record_section
from postmortems.provenance import as_read, entry_key, read_text

FREE, TAKEN, CHANGED = "free", "taken", "changed"


@dataclass(frozen=True)
class SourceRow:
    """A part of a record. ``into`` is the key of the part of the document that it was taken over into."""

    part: Part
    label: str
    section: RecordSection
    words: str
    meta: str
    state: str
    into: str = ""
    citation: Citation | None = None

    @property
    def changed_words(self) -> list[tuple[str, str]]:
        """How it read when it was taken over, and how it reads now."""
        return difference(read_text(self.citation.as_read), self.words) if self.citation else []


@dataclass(frozen=True)
class RecordSources:
    """One record with its parts of the section that is looked at."""

    record: Record
    rows: list[SourceRow]

    @property
    def taken(self) -> int:
        return sum(row.state != FREE for row in self.rows)


@dataclass(frozen=True)
class TimelineSource:
    """A line of the incident's own timeline, and whether the document has it."""

    line: OfferedEvent
    is_taken: bool


def of_records(parts: Parts, section: str = "") -> list[RecordSources]:
    """Each record, in the order of letters; only what belongs to ``section``, if one is named. No query of its own."""
    rows = defaultdict(list)
    for row in _rows(parts):
        if section in ("", row.section):
            rows[row.part.record_id].append(row)
    return [RecordSources(record, rows[pk]) for pk, record in parts.records.items()]


def of_timeline(lines: Iterable[OfferedEvent], parts: Parts) -> list[TimelineSource]:
    there = {event.entry_id for event in parts.events if event.record_id is None}
    cited = {citation.source for citation in parts.citations}
    return [TimelineSource(line, line.pk in there or entry_key(line.pk) in cited) for line in lines]


def _rows(parts: Parts) -> Iterable[SourceRow]:
    called = labels(parts)
    document = {
        part.key
        for table in (parts.paragraphs, parts.events, parts.mitigations, parts.causes, parts.actions, parts.assessments)
        for part in table
        if part.record_id is None
    }
    cited = {citation.source: citation for citation in parts.citations if citation.part in document}
    for table in (parts.paragraphs, parts.events, parts.mitigations, parts.causes, parts.actions):
        for part in table:
            words = _words(part)
            if part.record_id is None or not words:
                continue
            citation = cited.get(part.key)
            state = FREE if citation is None else TAKEN if citation.as_read == as_read(part) else CHANGED
            into = citation.part if citation else ""
            yield SourceRow(
                part, called[part.key].label, record_section(part), words, _meta(part), state, into, citation
            )


def _words(part: Part) -> str:
    return " ".join(part.text.split())


def _meta(part: Part) -> str:
    """What else it says, in a few words."""
    if isinstance(part, Paragraph):
        return part.question.label
    if isinstance(part, Event):
        return moment(part.at)
    if isinstance(part, Mitigation):
        return f"{moment(part.at)}, {part.get_lasts_display().lower()}"
    if isinstance(part, Cause):
        role = _("Root cause") if part.is_root else _("Factor")
        return f"{role}, {part.get_affects_display().lower()}"
    if isinstance(part, ActionItem):
        due = part.due_on.isoformat() if part.due_on else _("no due date")
        return f"{part.get_kind_display()}, {part.owner or _('no owner')}, {due}"
    return ""
