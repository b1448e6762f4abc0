"""What was announced and may not be sent any more: whatever has not left yet stays here."""

from __future__ import annotations

from django.utils import timezone

from notifications.choices import AnnouncementState, DeliveryState
from notifications.models import Delivery
from notifications.models.announcement import AnnouncementQuerySet

CALLABLE = [AnnouncementState.WAITING, AnnouncementState.HELD, AnnouncementState.RELEASED]


def call_back(announcements: AnnouncementQuerySet) -> int:
    """Stop them, in the caller's transaction; the number of messages that had been written and now never leave.

    A message that a worker is just sending is beyond recall.
    """
    rows = Delivery.objects.filter(announcement__in=announcements, state=DeliveryState.DUE)
    kept = rows.update(state=DeliveryState.CANCELLED, finished_at=timezone.now(), last_answer="It was called back.")
    announcements.filter(state__in=CALLABLE).update(state=AnnouncementState.CALLED_BACK)
    return kept
