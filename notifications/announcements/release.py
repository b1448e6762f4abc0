"""From an announcement to its deliveries: released when its time has come, then written out set-wise.

The worker holds the row's lock for one step at a time; every step can be repeated, so a worker may be killed
between any two of them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from incidents.models import User
from notifications.announcements import fan_out, rate_limit
from notifications.announcements.announce import announce_about
from notifications.choices import AnnouncementState, Event, Reach
from notifications.content.kinds import content_of, traces
from notifications.models import Announcement, MessageSettings

logger = logging.getLogger(__name__)

TROUBLE = timedelta(seconds=30)  # before one that failed is tried again


def step() -> bool:
    """Release what is due and write one step of deliveries; whether there was anything to do."""
    released, addressed = release_due(), address()
    return bool(released) or addressed


def release_due() -> int:
    """Release what may leave now, hold back what would be a storm, drop what nobody may read any more."""
    now, released = timezone.now(), 0
    for pk in list(Announcement.objects.due(now).order_by("pk").values_list("pk", flat=True)[:100]):
        with _alone(pk), transaction.atomic():
            rows = Announcement.objects.due(now).select_for_update(skip_locked=True, of=("self",)).filter(pk=pk)
            if found := rows.select_related("incident", "update").first():  # the text and its version from one look
                released += _release(found)
    return released


@contextmanager
def _alone(pk: int) -> Iterator[None]:
    """A fault that one announcement brings to light holds up no other; it is tried again, and operators see why."""
    try:
        yield
    except (OperationalError, InterfaceError):
        raise  # the database is away: that is no fault of this one
    except Exception as error:
        logger.exception("Announcement %s cannot leave.", pk)
        Announcement.objects.filter(pk=pk).update(
            last_error=f"{type(error).__name__}: {error}"[:255], release_at=timezone.now() + TROUBLE
        )


def release_held(announcement: Announcement, *, by: User | None) -> None:
    """A person lets go what was held back; the caller holds the lock."""
    announcement.decided_by = by
    _let_go(announcement)


def _release(announcement: Announcement) -> bool:
    content = content_of(announcement)
    if announcement.reach == Reach.STAFF and not content.waits_with_readers():
        return _let_go(announcement)
    if content.why_not_public():
        announcement.state = AnnouncementState.CALLED_BACK
        announcement.save(update_fields=["state"])
        return False
    message_settings = list(MessageSettings.objects.filter(page__in=content.pages()))
    until = leaves_at(announcement, message_settings)
    if until > timezone.now():
        announcement.release_at = until
        announcement.save(update_fields=["release_at"])
        return False
    if announcement.reach == Reach.STAFF:
        return _let_go(announcement)
    if rate_limit.allowance(content.same_subject(), message_settings).is_used_up:
        announcement.state = AnnouncementState.HELD
        announcement.save(update_fields=["state"])
        announce_about(
            announcement, Event.STAFF_HELD, key=f"held:{announcement.public_id}",
            content={"held": announcement.public_id},
        )  # fmt: skip
        return False
    return _let_go(announcement)


def leaves_at(announcement: Announcement, message_settings: Sequence[MessageSettings]) -> datetime:
    """The end of the undo delay: the longest of the pages that its subject stands on."""
    return announcement.created_at + timedelta(seconds=max((each.undo_seconds for each in message_settings), default=0))


def _let_go(announcement: Announcement) -> bool:
    """The text freezes here, and stays as it is while what it says is true."""
    content = content_of(announcement)
    if announcement.reach == Reach.SUBSCRIBERS:
        pages = content.pages()
        announcement.pages.set(pages)
        announcement.content |= content.frozen(pages)
    else:
        announcement.content |= content.frozen_for_staff()
    if content.version is not None:
        announcement.content["version"] = content.version  # of which the text is (notifications.content.validity)
    announcement.state, announcement.released_at = AnnouncementState.RELEASED, timezone.now()
    announcement.save(update_fields=["state", "released_at", "content", "decided_by"])
    logger.info("released %s: %s", announcement.public_id, announcement.event, extra=traces(announcement))
    return True


def address() -> bool:
    """One step of the oldest announcement that nobody else is at; whether there was one."""
    rows = Announcement.objects.addressing(timezone.now()).order_by("released_at", "pk")
    for pk in list(rows.values_list("pk", flat=True)[:20]):
        with _alone(pk), transaction.atomic():
            announcement = rows.filter(pk=pk).select_for_update(skip_locked=True, of=("self",)).first()
            if announcement is not None:
                _address(announcement)
                return True
    return False


def _address(announcement: Announcement) -> None:
    if announcement.reach == Reach.STAFF:
        written, is_last = fan_out.to_staff(announcement), True
    else:
        written, is_last = fan_out.to_subscribers(announcement)
    if is_last:
        announcement.state, announcement.addressed_at = AnnouncementState.DONE, timezone.now()
    announcement.recipients += written
    announcement.last_error = ""
    announcement.save(update_fields=["state", "addressed_at", "addressed_to", "recipients", "last_error"])
    more = "" if is_last else ", more"
    logger.info(
        "addressed %s: %d deliveries written%s", announcement.public_id, written, more, extra=traces(announcement)
    )
