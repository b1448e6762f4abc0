"""A post-mortem read from the database into its frozen values: a constant number of queries, whatever it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.utils import timezone

from incidents.choices import Level, SeverityLevel, Status
from incidents.models import Incident
from postmortems import contradictions, metrics
from postmortems.choices import (
    ActionKind,
    ActionState,
    Affects,
    CauseKind,
    EventKind,
    Lasts,
    Metric,
    Priority,
    RecordSection,
    SectionKind,
    Visibility,
)
from postmortems.document import values
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
from postmortems.policy import policy_of

P = TypeVar("P", Cause, ActionItem)
TIMELINE = "T"
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
    """The numbers of causes and actions, by primary key. Internal ones are the last, so that no gap tells of them."""

    causes: dict[int, int]
    actions: dict[int, int]

    @classmethod
    def of(cls, causes: Sequence[Cause], actions: Sequence[ActionItem]) -> Numbers:
        return cls(_numbered(causes), _numbered(actions))


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
        return Numbers.of(of_document(self.causes), of_document(self.actions))

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


def content_of(postmortem: Postmortem, parts: Parts | None = None) -> values.Content:
    """The document as it stands now, with everything in it that is internal."""
    parts = parts or Parts(postmortem)
    incident: Incident = postmortem.incident
    sources = _sources(parts)
    fixes = defaultdict(list)
    for action in of_document(parts.actions):
        for mitigation in action.fixes.all():
            fixes[mitigation.pk].append(parts.numbers.actions[action.pk])
    return values.Content(
        id=postmortem.public_id,
        incident_id=incident.public_id,
        title=incident.title,
        severity=str(SeverityLevel(incident.severity_id).label),
        origin=incident.get_origin_display(),
        is_full=postmortem.template.has_records,
        times=metrics.times_of(incident),
        counts=_counts(parts.assessment),
        sections=tuple(_section(section, parts, sources) for section in parts.sections),
        events=tuple(_event(event, sources) for event in of_document(parts.events) if event.text.strip()),
        mitigations=tuple(
            _mitigation(each, fixes[each.pk], sources) for each in of_document(parts.mitigations) if each.text.strip()
        ),
        causes=_in_order(_cause(each, parts, sources) for each in of_document(parts.causes) if each.text.strip()),
        actions=_in_order(_action(each, parts, sources) for each in of_document(parts.actions) if each.text.strip()),
        impacts=tuple(_impacts(incident)),
        notices=tuple(_notices(incident)),
        steps=tuple(_disputed(metrics.steps_of(incident, policy_of(incident)), parts.disputes)),
        records=tuple(_record(record) for record in parts.records.values()),
        meeting=_meeting(postmortem),
        contact=postmortem.template.contact,
        settled=tuple(each.sentence for each in parts.contradictions if each.is_settled),
    )


def _numbered(rows: Sequence[P]) -> dict[int, int]:
    written = [row for row in rows if row.text.strip()]
    return {row.pk: number for number, row in enumerate(sorted(written, key=lambda row: row.is_internal), start=1)}


def _in_order(rows):
    return tuple(sorted(rows, key=lambda row: row.number))


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


def _sources(parts: Parts) -> dict[str, tuple[values.Source, ...]]:
    """By key of a part of the document, what it rests on."""
    called, found = labels(parts), defaultdict(list)
    for citation in parts.citations:
        of_timeline = values.Source(TIMELINE, "")
        found[citation.part].append(called.get(citation.source, of_timeline))
    return {key: tuple(dict.fromkeys(sources)) for key, sources in found.items()}


def _section(section: Section, parts: Parts, sources) -> values.Section:
    own = [each for each in parts.paragraphs if each.section_id == section.pk and each.text.strip()]
    return values.Section(
        kind=SectionKind(section.kind),
        title=section.title,
        visibility=Visibility(section.visibility),
        paragraphs=tuple(
            values.Paragraph(each.text, each.is_internal, sources.get(each.key, ()), each.key) for each in own
        ),
        is_required=section.is_required,
        key=f"section-{section.pk}",
    )


def _event(event: Event, sources) -> values.Event:
    return values.Event(
        at=event.at,
        text=event.text,
        kind=EventKind(event.kind),
        is_internal=event.is_internal,
        sources=sources.get(event.key, ()),
        link=event.link,
        key=event.key,
    )


def _mitigation(row: Mitigation, fixes: list[int], sources) -> values.Mitigation:
    return values.Mitigation(
        at=row.at,
        text=row.text,
        role=row.role,
        who=row.who,
        ended_at=row.ended_at,
        lasts=Lasts(row.lasts),
        effect=row.effect,
        fixes=tuple(sorted(fixes)),
        is_internal=row.is_internal,
        sources=sources.get(row.key, ()),
        key=row.key,
    )


def _cause(row: Cause, parts: Parts, sources) -> values.Cause:
    whys = [why for why in parts.whys if why.cause_id == row.pk and why.text.strip()]
    return values.Cause(
        number=parts.numbers.causes[row.pk],
        text=row.text,
        kind=CauseKind(row.kind),
        is_root=row.is_root,
        affects=Affects(row.affects),
        whys=tuple(values.Why(why.text, why.answer, why.is_internal) for why in whys),
        is_internal=row.is_internal,
        sources=sources.get(row.key, ()),
        key=row.key,
    )


def _action(row: ActionItem, parts: Parts, sources) -> values.Action:
    causes = [parts.numbers.causes[cause.pk] for cause in row.causes.all() if cause.pk in parts.numbers.causes]
    done = row.closed_at if row.state == ActionState.DONE else None
    return values.Action(
        number=parts.numbers.actions[row.pk],
        id=row.key,
        text=row.text,
        kind=ActionKind(row.kind),
        state=ActionState(row.state),
        priority=Priority(row.priority),
        owner=str(row.owner) if row.owner else "",
        role=str(row.owner.team) if row.owner and row.owner.team else "",
        due_on=row.due_on,
        done_on=timezone.localtime(done).date() if done else None,
        causes=tuple(sorted(causes)),
        ticket=row.ticket,
        proof=row.proof,
        is_internal=row.is_internal,
        sources=sources.get(row.key, ()),
    )


def _counts(row: Assessment | None) -> values.Counts:
    if row is None:
        return values.Counts()
    return values.Counts(
        row.customers, row.customers_total, row.volume, row.volume_unit, row.lasting, row.data, row.is_internal
    )


def _impacts(incident: Incident) -> Iterable[values.Impact]:
    rows = incident.impacts.select_related("component", "location").order_by(
        "component__position", "component__name", "location__position", "started_at", "pk"
    )
    for row in rows:
        if row.level:
            where = row.location.name if row.location else ""
            yield values.Impact(
                row.component.name, where, Level(row.level), row.started_at, row.ended_at, row.component.public_id
            )


def _notices(incident: Incident) -> Iterable[values.Notice]:
    for row in incident.updates.visible().order_by("posted_at", "pk"):
        yield values.Notice(row.posted_at, str(Status(row.status).label), row.text, row.promised_at)


def _disputed(steps: Iterable[values.Step], disputes: Iterable[Dispute]) -> Iterable[values.Step]:
    by_metric: dict[Metric, list[Dispute]] = defaultdict(list)
    for dispute in disputes:
        by_metric[Metric(dispute.metric)].append(dispute)
    for step in steps:
        said = by_metric[step.metric]
        yield values.Step(
            step.metric,
            step.minutes,
            step.limit,
            step.since,
            dispute=" ".join(each.note for each in said),
            disputed_by=", ".join(str(each.by) if each.by else each.record.name for each in said),
        )


def _record(record: Record) -> values.RecordInfo:
    author = str(record.submitted_by) if record.submitted_by else ""
    return values.RecordInfo(record.letter, record.name, author, record.submitted_at)


def _meeting(postmortem: Postmortem) -> values.Meeting | None:
    meeting = getattr(postmortem, "meeting", None)
    if meeting is None:
        return None
    names = [str(person) for person in meeting.attendees.all()]
    names += [name.strip() for name in meeting.others.split(",") if name.strip()]
    return values.Meeting(meeting.at, meeting.minutes, tuple(names), meeting.text)
