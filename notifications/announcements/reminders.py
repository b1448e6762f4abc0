"""Clocks that run out: a warning before, a message when the time has passed, and leads when it stays so (2-11, 3-22).

Each is an announcement under a key of its own, so it is sent once, however many schedulers look at once. Where nothing
could be sent in time, only the latest one goes out; the earlier ones are on the record as sent to nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from incidents import actions
from incidents.clocks import promises
from incidents.clocks.clock import Clock
from incidents.clocks.promises import RECENT, Subject
from notifications.announcements.announce import announce
from notifications.choices import AnnouncementState, Event, Reach
from notifications.content.kinds import CONTENTS
from notifications.content.reminder import BREACH, ESCALATION, WARNING
from notifications.models import Announcement

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reminder:
    """One phase of one clock: what is sent, and from when on."""

    subject: Subject
    clock: Clock
    phase: str
    at: datetime
    name: str  # the phase, and which of several warnings

    @property
    def key(self) -> str:
        return f"clock:{self.subject.public_id}:{self.clock.key}:{self.clock.due_at.isoformat()}:{self.name}"


def remind(now: datetime) -> int:
    """Note what broke since, announce what is due; how many words went out. As many queries for one as for many."""
    noted(now)
    due = [reminders for reminders in _due(now) if reminders]
    keys = [reminder.key for reminders in due for reminder in reminders]
    known = set(Announcement.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    return sum(_tell(reminders, known, now) for reminders in due if reminders[-1].key not in known)


def noted(now: datetime) -> None:
    """Every promise that broke lately has its row, also where nobody looked while it did."""
    start = now - RECENT
    broken = [record for kind in promises.KINDS.values() for record in kind.overdue(start, now)]
    if not broken:
        return
    there = promises.noted_since(start)
    for record in broken:
        if record.key not in there:
            actions.notice_breach(record)


def _due(now: datetime) -> Iterable[list[Reminder]]:
    """For each running clock the phases that have come, the earliest first."""
    for kind in promises.KINDS.values():
        for subject, clock in kind.running(now):
            yield [reminder for reminder in phases(subject, clock) if reminder.at <= now]


def phases(subject: Subject, clock: Clock) -> list[Reminder]:
    """When it is warned of, when it breaks, and when leads are notified as well: as its kind says."""
    found = []
    for number, before in enumerate(subject.kind.warns_before(clock), start=1):
        name = WARNING if number == 1 else f"{WARNING}.{number}"
        found.append(Reminder(subject, clock, WARNING, clock.due_at - before, name))
    found.append(Reminder(subject, clock, BREACH, clock.due_at, BREACH))
    late = clock.due_at + subject.kind.escalates_after(subject.row)
    return [*found, Reminder(subject, clock, ESCALATION, late, ESCALATION)]


@transaction.atomic
def _tell(reminders: list[Reminder], known: set[str], now: datetime) -> bool:
    """The last of the phases, unless the clock was met or moved since; under the lock that every verb takes."""
    last = reminders[-1]
    kind = last.subject.kind
    subject, clocks = kind.locked(last.subject.pk, now=now) or (None, [])
    clock = next((clock for clock in clocks if _same(clock, last.clock)), None)
    if subject is None or clock is None or Announcement.objects.filter(key=last.key).exists():
        return False
    about, content = kind.about(subject.row), CONTENTS[kind.name]
    for missed in reminders[:-1]:
        if missed.key not in known and missed.at >= kind.begins_at(subject.row):
            words = content.reminder(subject, clock, phase=missed.phase, now=now)
            announce(
                Event.STAFF_CLOCK, key=missed.key, reach=Reach.STAFF, **about, content={**words, "skipped": True},
                state=AnnouncementState.SILENT,
            )  # fmt: skip
    announce(
        Event.STAFF_CLOCK, key=last.key, reach=Reach.STAFF, **about,
        people=content.reminded(subject, phase=last.phase),
        content=content.reminder(subject, clock, phase=last.phase, now=now),
    )  # fmt: skip
    logger.info("reminded of %s, %s: %s", subject.public_id, clock.key, last.phase)
    return True


def _same(clock: Clock, other: Clock) -> bool:
    return clock.is_running and (clock.key, clock.due_at) == (other.key, other.due_at)
