"""A post-mortem read from the database into its frozen values: a constant number of queries, whatever it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone

from incidents.choices import Level, SeverityLevel, Status
from incidents.markdown import has_words
from incidents.models import Incident
from postmortems import metrics
from postmortems.choices import (
    ActionKind,
    ActionState,
    Affects,
    CauseKind,
    EventKind,
    Lasts,
    Metric,
    Priority,
    SectionKind,
    Visibility,
)
from postmortems.document import facts, values
from postmortems.models import (
    ActionItem,
    Assessment,
    Cause,
    Dispute,
    Event,
    Mitigation,
    Postmortem,
    Record,
    Section,
)
from postmortems.parts import Parts, labels, of_document
from postmortems.policy import policy_of

TIMELINE = "T"


def content_of(postmortem: Postmortem, parts: Parts | None = None) -> values.Content:
    """The document as it stands now, with everything in it that is internal."""
    parts = parts or Parts(postmortem)
    incident: Incident = postmortem.incident
    sources = _sources(parts)
    fixes = defaultdict(list)
    for action in of_document(parts.actions):
        if has_words(action.text):
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
        events=tuple(_event(event, sources) for event in of_document(parts.events) if has_words(event.text)),
        mitigations=tuple(
            _mitigation(each, fixes[each.pk], sources)
            for each in of_document(parts.mitigations)
            if has_words(each.text)
        ),
        causes=_in_order(_cause(each, parts, sources) for each in of_document(parts.causes) if has_words(each.text)),
        actions=_in_order(_action(each, parts, sources) for each in of_document(parts.actions) if has_words(each.text)),
        impacts=tuple(_impacts(incident)),
        notices=tuple(_notices(incident)),
        steps=tuple(_disputed(metrics.steps_of(incident, policy_of(incident)), parts.disputes)),
        records=tuple(_record(record) for record in parts.records.values()),
        meeting=_meeting(postmortem),
        contact=postmortem.template.contact,
        settled=tuple(each.sentence for each in parts.contradictions if each.is_settled),
    )


def _in_order(rows):
    return tuple(sorted(rows, key=lambda row: row.number))


def _sources(parts: Parts) -> dict[str, tuple[values.Source, ...]]:
    """By key of a part of the document, what it rests on."""
    called, found = labels(parts), defaultdict(list)
    for citation in parts.citations:
        of_timeline = values.Source(TIMELINE, "")
        found[citation.part].append(called.get(citation.source, of_timeline))
    return {key: tuple(dict.fromkeys(sources)) for key, sources in found.items()}


def _section(section: Section, parts: Parts, sources) -> values.Section:
    own = [each for each in parts.paragraphs if each.section_id == section.pk and has_words(each.text)]
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
    whys = [why for why in parts.whys if why.cause_id == row.pk and has_words(why.text)]
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


def _counts(row: Assessment | None) -> facts.Counts:
    if row is None:
        return facts.Counts()
    return facts.Counts(
        row.customers, row.customers_total, row.volume, row.volume_unit, row.lasting, row.data, row.is_internal
    )


def _impacts(incident: Incident) -> Iterable[facts.Impact]:
    rows = incident.impacts.select_related("component", "location").order_by(
        "component__position", "component__name", "location__position", "started_at", "pk"
    )
    for row in rows:
        if row.level:
            where, where_id = (row.location.name, row.location.public_id) if row.location else ("", "")
            yield facts.Impact(
                row.component.name, where, Level(row.level), row.started_at, row.ended_at, row.component.public_id,
                where_id,
            )  # fmt: skip


def _notices(incident: Incident) -> Iterable[facts.Notice]:
    for row in incident.updates.visible().order_by("posted_at", "pk"):
        yield facts.Notice(row.posted_at, str(Status(row.status).label), row.text, row.promised_at, row.public_id)


def _disputed(steps: Iterable[facts.Step], disputes: Iterable[Dispute]) -> Iterable[facts.Step]:
    by_metric: dict[Metric, list[Dispute]] = defaultdict(list)
    for dispute in disputes:
        by_metric[Metric(dispute.metric)].append(dispute)
    for step in steps:
        said = by_metric[step.metric]
        yield facts.Step(
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
