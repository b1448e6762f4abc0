"""How many hear, by which way, and how that changes: counts without addresses."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db.models import Count
from django.db.models.functions import TruncMonth

from notifications.choices import SubscriberFact, Transport
from notifications.models import SubscriberEvent, Subscription
from statuspage.models import Page

MONTHS = 12


def by_page() -> list[tuple[Page, list[int], int]]:
    """For each page the number of confirmed addresses by transport, and in all. Two queries."""
    rows = (
        Subscription.objects.confirmed()
        .order_by()
        .values("page", "subscriber__transport")
        .annotate(n=Count("subscriber", distinct=True))
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row["page"]][row["subscriber__transport"]] = row["n"]
    counts = [(page, [found[page.pk].get(each, 0) for each in Transport.values]) for page in Page.objects.all()]
    return [(page, numbers, sum(numbers)) for page, numbers in counts]


def by_month() -> list[tuple[datetime, list[int]]]:
    """The last months with what happened in each, newest first: confirmed, left, removed, quarantined. One query."""
    facts = [SubscriberFact.CONFIRMED, SubscriberFact.LEFT, SubscriberFact.REMOVED, SubscriberFact.QUARANTINED]
    rows = (
        SubscriberEvent.objects.filter(fact__in=facts)
        .order_by()
        .annotate(month=TruncMonth("at"))
        .values("month", "fact")
        .annotate(n=Count("pk"))
    )
    found: dict[datetime, dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row["month"]][row["fact"]] = row["n"]
    months = sorted(found, reverse=True)[:MONTHS]
    return [(month, [found[month].get(fact, 0) for fact in facts]) for month in months]
