"""How long the ledger is kept: ``LEDGER_DAYS``. What is not finished, or about what is not over, stays."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from notifications.choices import FINISHED, Reach
from notifications.content.kinds import in_progress
from notifications.models import Announcement, Delivery

AT_A_TIME = 5_000


def purge() -> int:
    """Delete attempts and finished deliveries older than the setting; announcements keep their place as a record."""
    before = timezone.now() - timedelta(days=settings.LEDGER_DAYS)
    old = Announcement.objects.filter(created_at__lt=before).exclude(in_progress())
    gone = 0
    while True:
        rows = Delivery.objects.filter(announcement__in=old, state__in=FINISHED)
        rows = rows.filter(Q(finished_at__lt=before) | Q(finished_at=None))
        pks = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_A_TIME])
        if not pks:
            break
        gone += Delivery.objects.filter(pk__in=pks).delete()[0]
    Announcement.objects.filter(created_at__lt=before, reach=Reach.ONE, deliveries=None).delete()
    return gone
