"""Whether messages leave: the machinery, whatever it carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from incidents.models import PasswordResetRequest
from notifications.models import Announcement, Delivery, SendingSwitch, SubscribeRequest, TransportHealth

LATE = timedelta(seconds=60)  # due so long, or a way out closed so long: somebody is to look; workers do every 2 s


@dataclass(frozen=True)
class Trouble:
    """Ways out that are closed, and whether anything else waits longer than it should."""

    blocked: list[TransportHealth]
    is_late: bool


def at(now: datetime) -> Trouble | None:
    """What everybody who tells customers should know of: nothing that is written leaves. A few short queries.

    What a person paused waits on purpose.
    """
    if SendingSwitch.now().paused_at is not None:
        return None
    then = now - LATE
    blocked = list(TransportHealth.objects.filter(failures__gt=0, blocked_until__isnull=False, failing_since__lte=then))
    if blocked:
        return Trouble(blocked, is_late=False)
    return Trouble([], is_late=True) if is_late(then) else None


def is_late(then: datetime) -> bool:
    """Whether anything at all waits for a worker since before ``then``: yes or no, and never what or how many.

    It asks of everything, restricted incidents too: a sender that is dead must be noticed, whatever waits for it. That
    a yes proves nothing about them, what was asked for at forms and announcements before their release count as well,
    which no figure shows.
    """
    return any(
        rows.order_by().exists()
        for rows in (
            Delivery.objects.due(then),
            Delivery.objects.left_behind(then),
            Announcement.objects.due(then),
            Announcement.objects.troubled().filter(created_at__lte=then),
            *asked(then),
        )
    )


def asked(then: datetime) -> tuple[QuerySet, QuerySet]:
    """What was asked for at an open door before ``then``, and nobody has looked up."""
    passwords = PasswordResetRequest.objects.filter(answered_at=None, asked_at__lt=then)
    return passwords, SubscribeRequest.objects.filter(pending__isnull=False, at__lt=then)
