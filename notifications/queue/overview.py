"""How messages are doing, read and never written: what waits, what failed and why, what is stuck, what is held back.

Each question is a constant number of queries, and none counts a table of millions: where there is more than ``MANY``,
"more than" is the answer. Every figure leaves out what speaks of ``hidden`` incidents: those that its reader may
not see (``Incident.objects.hidden_from``), or, where that may be anybody, all restricted ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from incidents.models import Incident
from incidents.models.incident import IncidentQuerySet
from notifications.choices import AnnouncementState, DeliveryState, Event, Kind, Outcome, Reach, Transport
from notifications.models import Announcement, Attempt, Delivery, TransportHealth
from notifications.models.announcement import AnnouncementQuerySet
from notifications.models.delivery import DeliveryQuerySet

MANY = 100_000
LOOKED_AT = 10_000  # failed messages, the newest, whose answers are compared
RECENT = timedelta(days=1)
STUCK = timedelta(seconds=60)  # after the end of a lease: any worker that is alive has taken it over by then
ANSWERS = 3


@dataclass
class TransportOverview:
    """One transport: what waits, what failed of late, and whether its way out is blocked."""

    transport: Transport
    waiting: int = 0
    due: int = 0  # of those, now: the others wait for their next attempt
    oldest: datetime | None = None  # since when the first of them is due
    sending: int = 0
    failed: int = 0
    answers: list[tuple[str, int]] = field(default_factory=list)
    health: TransportHealth | None = None

    @property
    def is_blocked(self) -> bool:
        return self.health is not None and self.health.blocked_until is not None and self.health.failures > 0

    @property
    def is_idle(self) -> bool:
        return not (self.waiting or self.sending or self.failed or self.is_blocked)


@dataclass(frozen=True)
class DeliveryCounts:
    """How the messages of one announcement are doing."""

    total: int = 0
    sent: int = 0
    failed: int = 0
    waiting: int = 0
    cancelled: int = 0
    forgotten: int = 0  # written to so many, and the ledger is no longer kept

    @property
    def told_of(self) -> int:
        """Out of how many: who left or is not to be told any more does not count."""
        return self.total - self.cancelled


@dataclass(frozen=True)
class Rate:
    """What was sent of late; ``is_more`` where it is more than is counted."""

    minutes: int
    sent: int
    is_more: bool


def transports(now: datetime, *, hidden: IncidentQuerySet) -> list[TransportOverview]:
    """Every transport. Four queries."""
    found = {transport: TransportOverview(transport) for transport in Transport}
    shown = Delivery.objects.apart_from(hidden).order_by()
    waiting = shown.filter(state=DeliveryState.DUE).values("transport")
    for row in waiting.annotate(n=Count("pk"), due=Count("pk", filter=Q(due_at__lte=now)), oldest=Min("due_at")):
        its = found[Transport(row["transport"])]
        its.waiting, its.due = row["n"], row["due"]
        its.oldest = row["oldest"] if row["due"] else None
    sending = shown.filter(state=DeliveryState.SENDING).values("transport")
    for transport, n in sending.annotate(n=Count("pk")).values_list("transport", "n"):
        found[Transport(transport)].sending = n
    for failing, answers in _failures(now, hidden).items():
        found[failing].failed = sum(answers.values())
        found[failing].answers = answers.most_common(ANSWERS)
    for health in TransportHealth.objects.all():
        found[Transport(health.transport)].health = health
    return list(found.values())


def _failures(now: datetime, hidden: IncidentQuerySet) -> dict[Transport, Counter[str]]:
    """The answers to what failed in the last day, by transport."""
    found: dict[Transport, Counter[str]] = {}
    for transport, answer in _failed_lately(now, hidden).values_list("transport", "last_answer")[:LOOKED_AT]:
        found.setdefault(Transport(transport), Counter())[answer] += 1
    return found


def _failed_lately(now: datetime, hidden: IncidentQuerySet) -> DeliveryQuerySet:
    rows = Delivery.objects.apart_from(hidden).filter(state=DeliveryState.FAILED, finished_at__gt=now - RECENT)
    return rows.order_by("-announcement_id")  # along the index of what failed, the newest first


def rates(now: datetime, *minutes: int, hidden: IncidentQuerySet) -> list[Rate]:
    """How many messages were taken by their receivers in the last so many minutes. One query each, along the index."""
    found = []
    for span in minutes:
        rows = Attempt.objects.filter(at__gt=now - timedelta(minutes=span), outcome=Outcome.SENT)
        n = rows.apart_from(hidden).order_by()[: MANY + 1].count()
        found.append(Rate(span, min(n, MANY), n > MANY))
    return found


def last_sent_at(*, hidden: IncidentQuerySet) -> datetime | None:
    rows = Attempt.objects.apart_from(hidden).filter(outcome=Outcome.SENT)
    return rows.order_by("-at").values_list("at", flat=True).first()


def stuck(now: datetime, *, hidden: IncidentQuerySet, most: int = 10) -> list[Delivery]:
    """Claimed by a worker that never came back, and taken over by nobody: no worker is alive, or something is wrong."""
    rows = Delivery.objects.apart_from(hidden).left_behind(now - STUCK).select_related("announcement__incident")
    return list(rows.order_by("leased_until")[:most])


def held(*, hidden: IncidentQuerySet) -> AnnouncementQuerySet:
    """What a person is to release or drop."""
    return Announcement.objects.apart_from(hidden).filter(state=AnnouncementState.HELD).order_by("created_at")


def attention(user, now: datetime, *, most: int = 99) -> int:
    """Held back, and failed within a day: the number beside "Messages". Two short looks along an index."""
    hidden = Incident.objects.hidden_from(user)
    failed = list(_failed_lately(now, hidden).values_list("pk", flat=True)[:most])
    return len(failed) + held(hidden=hidden).count()


def delivery_counts(announcements: Iterable[Announcement]) -> dict[int, DeliveryCounts]:
    """How each is doing, by primary key. Counted where they are few; of very many, what failed and what waits is.

    One query, or two.
    """
    rows = list(announcements)
    if not rows:
        return {}
    pks = [row.pk for row in rows]
    found: dict[int, Counter[str]] = {row.pk: Counter() for row in rows}
    if sum(row.recipients for row in rows) <= MANY:
        for pk, state, n in _of(pks).values_list("announcement", "state").annotate(n=Count("pk")):
            found[pk][state] = n
        return {
            row.pk: _counts(found[row.pk], n)
            if (n := sum(found[row.pk].values()))
            else DeliveryCounts(forgotten=row.recipients)
            for row in rows
        }
    some = Delivery.objects.order_by().filter(announcement__in=pks)
    failed = some.filter(state=DeliveryState.FAILED)
    waiting = some.filter(state__in=[DeliveryState.DUE, DeliveryState.SENDING])
    for states in (failed, waiting):
        for pk, state, n in states.values_list("announcement", "state").annotate(n=Count("pk")):
            found[pk][state] = n
    for row in rows:
        found[row.pk][DeliveryState.SENT] = max(0, row.recipients - sum(found[row.pk].values()))
    return {row.pk: _counts(found[row.pk], row.recipients) for row in rows}


def _of(pks: Sequence[int]) -> DeliveryQuerySet:
    """Their deliveries, asked for in the words of the partial indexes that lead to them."""
    over_http = Q(transport=Transport.WEBHOOK)
    return Delivery.objects.order_by().filter(Q(over_http, announcement__in=pks) | Q(~over_http, announcement__in=pks))


def deliveries(announcement: Announcement) -> DeliveryQuerySet:
    return _of([announcement.pk]).select_related("subscriber", "channel", "person", "page").order_by("pk")


def only_ones(announcements: Iterable[Announcement]) -> dict[int, Delivery]:
    """Of announcements to one recipient: the message of each, by the announcement's primary key. One query."""
    rows = _of([row.pk for row in announcements if row.reach == Reach.ONE])
    return {row.announcement_id: row for row in rows.select_related("subscriber", "channel", "person")}


def _counts(counts: Counter, total: int) -> DeliveryCounts:
    return DeliveryCounts(
        total=total,
        sent=counts[DeliveryState.SENT],
        failed=counts[DeliveryState.FAILED],
        waiting=counts[DeliveryState.DUE] + counts[DeliveryState.SENDING],
        cancelled=counts[DeliveryState.CANCELLED],
    )


def told(incident_id: int) -> list[tuple[Announcement, DeliveryCounts]]:
    """Of each update: its announcements to subscribers, oldest first, and how they are doing. Two or three queries."""
    return _told(Announcement.objects.filter(incident=incident_id, update__isnull=False).select_related("update"))


def told_of_window(window_id: int) -> list[tuple[Announcement, DeliveryCounts]]:
    """The same of a maintenance window, without its reminders."""
    rows = Announcement.objects.filter(kind=Kind.MAINTENANCE, subject_id=window_id)
    return _told(rows.exclude(event=Event.MAINTENANCE_REMINDER))


def _told(announcements: AnnouncementQuerySet) -> list[tuple[Announcement, DeliveryCounts]]:
    rows = list(announcements.filter(reach=Reach.SUBSCRIBERS).select_related("decided_by").order_by("pk"))
    counted = delivery_counts(row for row in rows if row.released_at)
    return [(row, counted.get(row.pk, DeliveryCounts())) for row in rows]


def waiting_now(*, hidden: IncidentQuerySet) -> tuple[int, bool]:
    """How many messages wait, now or for their next attempt, and whether there are more than were counted."""
    rows = Delivery.objects.apart_from(hidden).filter(state=DeliveryState.DUE)
    n = rows.order_by()[: MANY + 1].count()
    return min(n, MANY), n > MANY
