"""Plays the stories through the actions that people use, and lets time pass between the steps.

Every step happens now; afterwards the incident is made older by the minutes until the next one. So each row comes from
its verb, with all checks, and only its times are moved, all of them together.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from incidents import actions
from incidents.choices import Audience, EntryKind
from incidents.models import Impact, Incident, IncidentUpdate, Member, Resolution, TimelineEntry
from statuspage.actions import place
from statuspage.demo.script import Cast, ComesIn, Story, Tell
from statuspage.snapshot import layout

TABLES = [IncidentUpdate, Impact, Member, Resolution, TimelineEntry, IncidentUpdate.history.model, Impact.history.model]


def play(story: Story, cast: Cast) -> Incident:
    """The incident with everything that happened to it, standing on the pages where it belongs."""
    incident = _record(story, cast) if story.recorded is not None else _live(story, cast)
    if incident.audience == Audience.PUBLIC and incident.is_confirmed:
        components = [item.component for item in cast.affected(story.affects)]
        place(incident, layout.proposed(incident.origin, components), by=cast.people["amara"])
    return incident


def _live(story: Story, cast: Cast) -> Incident:
    """Its last minute is the day that it tells of; without a day, and where it comes into another, it is now."""
    incident = _begin(story, cast)
    minute = story.reported
    for step in story.played:
        let_pass(incident, timedelta(minutes=step.minute - minute))
        minute = step.minute
        if isinstance(step, ComesIn):
            _come_in(step, incident, cast)
        else:
            step.play(incident, cast)
        incident.refresh_from_db()
    start = _start(story) or timezone.now() - timedelta(minutes=minute + story.lasts)
    let_pass(incident, incident.started_at - start)
    incident.refresh_from_db()
    return incident


def _come_in(step: ComesIn, incident: Incident, cast: Cast) -> None:
    """Play the other story up to now, and merge it; from here on both grow older together."""
    other = play(step.story, cast)
    actions.merge(other, into=incident, reason=step.reason, by=cast.people[step.by])


def _begin(story: Story, cast: Cast) -> Incident:
    now = timezone.now()
    facts: dict[str, Any] = {
        "title": story.title,
        "severity": cast.severities[story.severity],
        "by": cast.people[story.by],
        "affected": cast.affected(story.affects),
        "origin": story.origin,
        "summary": story.summary,
        "detection_source": story.source,
        "started_at": now - timedelta(minutes=story.reported),
        "detected_at": now - timedelta(minutes=story.reported - story.detected),
    }
    if story.suspected:
        leak, drill = (story.audience == audience for audience in (Audience.RESTRICTED, Audience.DRILL))
        return actions.suspect(is_data_leak=leak, is_drill=drill, **facts)
    owner = cast.people[story.owner]
    return actions.declare(audience=story.audience, owner=owner, type=story.type, **facts, **story.facts)


def _record(story: Story, cast: Cast) -> Incident:
    """A past incident, written down ``recorded`` days ago."""
    start, ago = _start(story), timedelta(days=story.recorded)
    told = [step for step in story.steps if isinstance(step, Tell)]
    incident = actions.backfill(
        title=story.title,
        severity=cast.severities[story.severity],
        affected=cast.affected(story.affects),
        started_at=start + ago,
        detected_at=start + ago + timedelta(minutes=story.detected),
        resolved_at=start + ago + timedelta(minutes=story.steps[-1].minute),
        updates=[(step.status, step.body, start + ago + timedelta(minutes=step.minute)) for step in told],
        origin=story.origin,
        type=story.type,
        detection_source=story.source,
        summary=story.summary,
        by=cast.people["tomas"],
        **story.facts,
    )
    let_pass(incident, ago)
    return incident


def _start(story: Story) -> datetime | None:
    if story.day is None:
        return None
    today = timezone.now().astimezone(UTC).date()
    return datetime.combine(today - timedelta(days=story.day), time.fromisoformat(story.at), tzinfo=UTC)


def let_pass(incident: Incident, passed: timedelta) -> None:
    """Make everything about the incident, and about what came into it, ``passed`` older."""
    if not passed:
        return
    together = [incident.pk, *incident.merged_from.values_list("pk", flat=True)]
    _move(Incident.objects.filter(pk__in=together), passed)
    _move(Incident.history.filter(id__in=together), passed)
    for model in TABLES:
        _move(model._default_manager.filter(incident__in=together), passed)
    for entry in TimelineEntry.objects.filter(incident__in=together, kind=EntryKind.FACT):
        moved = {key: _earlier(entry.data[key], passed) for key in ("old", "new")}
        TimelineEntry.objects.filter(pk=entry.pk).update(data=entry.data | moved)


def _move(rows: models.QuerySet, passed: timedelta) -> None:
    times = [f.name for f in rows.model._meta.concrete_fields if isinstance(f, models.DateTimeField)]
    rows.update(**{name: F(name) - passed for name in times})


def _earlier(value: str, passed: timedelta) -> str:
    """A time in the record of a changed fact moves too."""
    at = parse_datetime(value) if value[:4].isdigit() and "T" in value else None
    return (at - passed).isoformat() if at else value
