"""Subscribers are reminded of maintenance before it begins, at the times that each page sets.

Each reminder is an announcement under a key of its own, written under the lock of its window: sent once, whatever
number of schedulers look. It is for the start that stood there when it was due. Where nothing could be sent in time it
goes out late while more than half of the time is left; otherwise it is on the record as sent to nobody.
"""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from incidents.maintenance.choices import State, UpdateKind
from incidents.maintenance.locking import locked
from incidents.maintenance.models import Window, WindowUpdate
from notifications.announcements.announce import announce
from notifications.choices import AnnouncementState, Event, Kind, Reach
from notifications.models import Announcement, MessageSettings
from notifications.models.message_settings import EARLIEST, usual_reminders
from statuspage.documents.times import stamp
from statuspage.models import Page

logger = logging.getLogger(__name__)
Known = Mapping[tuple[int, str, int], set[str]]  # of a window, a start, so many minutes before: the pages, by public id


@dataclass(frozen=True)
class Reminder:
    """So many ``minutes`` before the start, for subscribers of ``pages`` (public ids, sorted)."""

    minutes: int
    pages: tuple[str, ...]
    is_skipped: bool  # it could not be sent in time, or another one goes out that is nearer to the start

    def key(self, window: Window) -> str:
        pages = hashlib.sha256(",".join(self.pages).encode()).hexdigest()[:16]
        return f"reminder:{window.public_id}:{stamp(window.starts_at)}:{self.minutes}:{pages}"


def remind(now: datetime) -> int:
    """Announce what is due; how many reminders go out. As many queries for one window as for many, where none is."""
    windows = list(_ahead(now))
    if not windows:
        return 0
    known = _known(windows)
    return sum(_tell(window, now) for window in windows if due(window, known, now))


def due(window: Window, known: Known, now: datetime) -> list[Reminder]:
    """What is to be sent or noted of a window that begins later, with its pages and ``told_at``."""
    found: dict[tuple[int, bool], list[str]] = defaultdict(list)
    for page in window.pages.all():
        open_ = [
            minutes
            for minutes in _minutes(page)
            if window.told_at <= window.starts_at - timedelta(minutes=minutes) <= now
            and page.public_id not in known.get((window.pk, stamp(window.starts_at), minutes), ())
        ]
        for minutes in open_:
            is_late = (window.starts_at - now) * 2 <= timedelta(minutes=minutes)
            found[minutes, is_late or minutes != min(open_)].append(page.public_id)
    return [Reminder(minutes, tuple(sorted(pages)), skipped) for (minutes, skipped), pages in sorted(found.items())]


def _ahead(now: datetime) -> QuerySet[Window]:
    """Public windows whose start is ahead, and near enough for a reminder; ``told_at``: since when readers know of the
    times. What was due before that is not sent, nor is anything of what nobody was told of on purpose."""
    soon = Q(starts_at__gt=now, starts_at__lte=now + timedelta(minutes=EARLIEST))
    told = Q(updates__kind__in=[UpdateKind.POSTED, UpdateKind.MOVED])
    heard = Exists(WindowUpdate.objects.filter(window=OuterRef("pk"), deliver_notifications=True))
    rows = Window.objects.public().filter(soon, heard, state=State.SCHEDULED).order_by("starts_at", "pk")
    return rows.annotate(told_at=Max("updates__posted_at", filter=told)).prefetch_related("pages__message_settings")


def _known(windows: Iterable[Window]) -> Known:
    rows = Announcement.objects.filter(
        event=Event.MAINTENANCE_REMINDER, kind=Kind.MAINTENANCE, subject_id__in=[window.pk for window in windows]
    )
    found: dict[tuple[int, str, int], set[str]] = defaultdict(set)
    for subject, its in rows.order_by().values_list("subject_id", "content__reminder"):
        found[subject, its["starts_at"], its["minutes"]] |= set(its["pages"])
    return found


@transaction.atomic
def _tell(window: Window, now: datetime) -> int:
    """Under the lock that every verb takes: what another scheduler told meanwhile is known here."""
    locked(window, by=None)
    fresh = _ahead(now).filter(pk=window.pk).first()
    if fresh is None:
        return 0
    reminders = due(fresh, _known([fresh]), now)
    for each in reminders:
        facts = {"starts_at": stamp(fresh.starts_at), "minutes": each.minutes, "pages": list(each.pages)}
        announce(
            Event.MAINTENANCE_REMINDER, key=each.key(fresh), reach=Reach.SUBSCRIBERS, kind=Kind.MAINTENANCE,
            subject_id=fresh.pk, content={"reminder": facts},
            state=AnnouncementState.SILENT if each.is_skipped else AnnouncementState.WAITING,
        )  # fmt: skip
    sent = sum(not each.is_skipped for each in reminders)
    if sent:
        logger.info("reminded of %s, which begins at %s", fresh.public_id, stamp(fresh.starts_at))
    return sent


def _minutes(page: Page) -> list[int]:
    """A page without settings of its own has the defaults."""
    try:
        return page.message_settings.maintenance_reminders
    except MessageSettings.DoesNotExist:
        return usual_reminders()
