"""Clocks that run out: a warning before, a word when the time has passed, and leads when it stays so (2-11, 3-22).

Each is an announcement under a key of its own, so it is told once, however many schedulers look at once. Where nothing
could be told in time, only the latest word goes out; the earlier ones are on the record as told to nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from incidents import actions, choices
from incidents.actions.base import locked
from incidents.choices import Audience, Status
from incidents.clocks import clocks, compliance
from incidents.clocks.clocks import Clock
from incidents.models import Breach, Incident, User
from incidents.models.incident import IncidentQuerySet
from notifications.announcements.announce import announce
from notifications.choices import AnnouncementState, Event, Reach
from notifications.content import staff_parts
from notifications.models import Announcement

logger = logging.getLogger(__name__)

BEFORE = timedelta(minutes=5)
RECENT = timedelta(days=2)  # what was over longer ago is not reminded of, nor are its breaches noted
WARNING, BREACH, ESCALATION = "warning", "breach", "escalation"
MODELS = "django.contrib.auth.backends.ModelBackend"  # with several backends Django wants one named


@dataclass(frozen=True)
class Reminder:
    """One phase of one clock: what is told, and from when on."""

    incident: Incident
    clock: Clock
    phase: str
    at: datetime

    @property
    def key(self) -> str:
        return f"clock:{self.incident.public_id}:{self.clock.key}:{self.clock.due_at.isoformat()}:{self.phase}"


def remind(now: datetime) -> int:
    """Note what broke since, announce what is due; how many words went out. Six queries at most where nothing is."""
    noted(now)
    due = [reminders for reminders in _due(now) if reminders]
    keys = [reminder.key for reminders in due for reminder in reminders]
    known = set(Announcement.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    return sum(_tell(reminders, known, now) for reminders in due if reminders[-1].key not in known)


def noted(now: datetime) -> None:
    """Every promise that broke lately has its row, also where nobody looked while it did."""
    recent = compliance.between(compliance.counted(), now - RECENT + compliance.BEFORE, now)
    broken = [p for p in compliance.promises_of(recent) if p.is_late(now) and p.due_at >= now - RECENT]
    if not broken:
        return
    rows = Breach.objects.filter(due_at__gte=now - RECENT).values_list("incident_id", "clock", "due_at")
    there = set(rows)
    for promise in broken:
        if (promise.incident_id, promise.clock, promise.due_at) not in there:
            actions.notice_breach(promise)


def _due(now: datetime) -> Iterable[list[Reminder]]:
    """For each running clock the phases that have come, the earliest first."""
    for incident in clocks.annotated(_watched(now)).select_related("severity"):
        for clock in clocks.clocks_of(incident):
            if clock.is_running:
                yield [reminder for reminder in phases(incident, clock) if reminder.at <= now]


def _watched(now: datetime) -> IncidentQuerySet:
    """Open incidents, and those that ended inside while customers still wait for a word."""
    lately = Q(status=Status.RESOLVED, resolved_at__gte=now - RECENT)
    return compliance.counted().filter(Q(status__in=choices.OPEN) | lately)


def phases(incident: Incident, clock: Clock) -> list[Reminder]:
    """Warned of five minutes before, or at half of a limit that is shorter than ten."""
    before = min(BEFORE, (clock.due_at - clock.started_at) / 2)
    escalates = timedelta(minutes=incident.severity.escalation_minutes)
    times = {WARNING: clock.due_at - before, BREACH: clock.due_at, ESCALATION: clock.due_at + escalates}
    return [Reminder(incident, clock, phase, at) for phase, at in times.items()]


@transaction.atomic
def _tell(reminders: list[Reminder], known: set[str], now: datetime) -> bool:
    """The last of the phases, unless the clock was met or moved since; under the lock that every verb takes."""
    last = reminders[-1]
    locked(last.incident, by=None)
    incident = clocks.annotated(_watched(now)).select_related("severity", "owner").filter(pk=last.incident.pk).first()
    clock = next((c for c in clocks.clocks_of(incident) if _same(c, last.clock)), None) if incident else None
    if incident is None or clock is None or Announcement.objects.filter(key=last.key).exists():
        return False
    for missed in reminders[:-1]:
        if missed.key not in known and missed.at >= incident.declared_at:
            announce(
                Event.STAFF_CLOCK, key=missed.key, reach=Reach.STAFF, incident=incident,
                content={**staff_parts.late_or_soon(incident, clock, phase=missed.phase, now=now), "skipped": True},
                state=AnnouncementState.SILENT,
            )  # fmt: skip
    announce(
        Event.STAFF_CLOCK, key=last.key, reach=Reach.STAFF, incident=incident,
        people=people(incident, phase=last.phase),
        content=staff_parts.late_or_soon(incident, clock, phase=last.phase, now=now),
    )  # fmt: skip
    logger.info("reminded of %s, %s: %s", incident.public_id, clock.key, last.phase)
    return True


def _same(clock: Clock, other: Clock) -> bool:
    return clock.is_running and (clock.key, clock.due_at) == (other.key, other.due_at)


def people(incident: Incident, *, phase: str) -> list[User]:
    """By mail: the owner; when it stays late every lead too. Of a restricted incident its members, and nobody else."""
    told = {incident.owner} if incident.owner else set()
    if phase == ESCALATION:
        if incident.audience == Audience.RESTRICTED:
            told |= set(incident.members.all())
        else:
            told |= set(User.objects.with_perm("incidents.override_incident", include_superusers=False, backend=MODELS))
    return sorted((person for person in told if person.is_active and person.email), key=lambda person: person.pk)
