"""Who else has a record or a draft open, where they write, and what they changed meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from incidents.models import User
from postmortems.choices import RecordSection
from postmortems.models import (
    ActionItem,
    Assessment,
    Cause,
    Event,
    Mitigation,
    Paragraph,
    Part,
    Postmortem,
    Presence,
    Record,
    Why,
)

FORGOTTEN = timedelta(minutes=1)
TABLES: tuple[type[Part], ...] = (Paragraph, Event, Mitigation, Cause, Why, Assessment, ActionItem)


def seen(postmortem: Postmortem, record: Record | None, user: User, *, section: str = "", part: str = "") -> None:
    """This person is here now, in this section, writing this part. Nothing of it is kept for long."""
    here = {"section": section if section in RecordSection.values else "", "part": part[:60]}
    Presence.objects.update_or_create(
        postmortem=postmortem, record=record, user=user, defaults={**here, "seen_at": timezone.now()}
    )
    Presence.objects.filter(postmortem=postmortem, seen_at__lt=timezone.now() - FORGOTTEN).delete()


def others(postmortem: Postmortem, record: Record | None, user: User) -> list[Presence]:
    """Everybody else who is here. One query."""
    since = timezone.now() - FORGOTTEN
    rows = Presence.objects.filter(postmortem=postmortem, record=record, seen_at__gte=since).exclude(user=user)
    return list(rows.select_related("user"))


def changed_by_others(postmortem: Postmortem, record: Record | None, user: User, *, since: datetime) -> list[Part]:
    """Parts that somebody else wrote or removed since then. A query for each table."""
    found: list[Part] = []
    for table in TABLES:
        rows = table.objects.filter(postmortem=postmortem, record=record, changed_at__gte=since)
        found += rows.exclude(changed_by=user).select_related("changed_by")
    return found
