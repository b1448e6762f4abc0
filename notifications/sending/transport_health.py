"""A transport that cannot send at all, such as a mail server that is down: its deliveries wait, none is used up."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from notifications.models import TransportHealth

logger = logging.getLogger(__name__)

FIRST, LONGEST = 2.0, 60.0  # seconds of rest, doubled with each failure in a row


def is_open(transport: str) -> bool:
    return not TransportHealth.objects.filter(transport=transport, blocked_until__gt=Now()).exists()


def block(transport: str, error: str, *, retry_after: float | None = None) -> None:
    """Leave it alone for a while that grows; ``/readyz`` and the queue say why."""
    health, _is_new = TransportHealth.objects.get_or_create(transport=transport)
    health.failures += 1
    seconds = max(retry_after or 0.0, min(LONGEST, FIRST * 2 ** min(health.failures - 1, 10)))
    health.blocked_until = timezone.now() + timedelta(seconds=seconds)
    health.failing_since = health.failing_since or timezone.now()
    health.last_error = error[:255]
    health.save()
    logger.warning("%s cannot be sent for %.0f s: %s", health.get_transport_display(), seconds, error)


def unblock(transport: str) -> None:
    """Something went through."""
    TransportHealth.objects.filter(Q(failures__gt=0) | Q(blocked_until__isnull=False), transport=transport).update(
        failures=0, blocked_until=None, failing_since=None
    )
