"""Who follows a single incident moves along when it is merged."""

from __future__ import annotations

from django.utils import timezone

from incidents.models import Incident
from notifications.models import Muted, Subscription


def move_followers(source: Incident, into: Incident) -> None:
    """Each follower of ``source`` follows ``into``; who muted the one has muted the other."""
    rows = Subscription.objects.filter(incident=source)
    Subscription.objects.bulk_create(
        [
            Subscription(
                subscriber_id=row.subscriber_id, page_id=row.page_id, incident=into, kind=row.kind,
                component_id=row.component_id, location_id=row.location_id, min_severity=row.min_severity,
                created_at=timezone.now(), confirmed_at=row.confirmed_at,
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    rows.delete()
    silent = Muted.objects.filter(incident=source).values_list("subscriber", flat=True)
    Muted.objects.bulk_create([Muted(subscriber_id=pk, incident=into) for pk in silent], ignore_conflicts=True)
