"""Subscribing, and confirming it: double opt-in that tells nobody whether an address is known (3-11).

Every request gets the same answer, and costs the same: one row is written, and answered later
(:mod:`notifications.actions.answering`). What was asked for then waits as subscriptions without ``confirmed_at``; the
link in the message confirms all that waits for the address, whatever was asked when.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import astuple
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from notifications import links, webhook_secrets
from notifications.actions import throttling
from notifications.addresses import hashed
from notifications.announcements import announce
from notifications.audience import interests
from notifications.audience.interests import Interest
from notifications.choices import OVER_HTTP, DeliveryState, Event, Purpose, SubscriberFact, Transport
from notifications.models import Delivery, Subscriber, SubscriberEvent, Subscription
from notifications.queue import waking
from statuspage.models import Page

SALT = "notifications.confirm"
MOST_SCOPES = 200  # of one address on one page
RELATED = ("page", "component", "location", "incident", "window")


class Expired(Exception):
    """The link was ours, and is too old."""


@transaction.atomic
def ask(
    page: Page,
    *,
    transport: Transport,
    address: str,
    wanted: Iterable[Interest],
    client: str,
    time_zone: str = "",
    now: datetime | None = None,
) -> None:
    """Somebody wants to hear. A message goes to the address, and only there."""
    pending = {"transport": transport, "address": address, "time_zone": time_zone, "wanted": list(map(astuple, wanted))}
    _note(page, hashed(transport, address), pending, client=client, now=now)


@transaction.atomic
def ask_for_link(page: Page, *, address: str, client: str, now: datetime | None = None) -> None:
    """The way back to one's subscriptions, sent to the address itself; to one that is unknown nothing goes."""
    transports = OVER_HTTP if "://" in address else (Transport.EMAIL,)
    hashes = [hashed(transport, address) for transport in transports]
    _note(page, hashes[0], {"hashes": hashes}, client=client, now=now)


def _note(page: Page, address_hash: str, pending: dict, *, client: str, now: datetime | None) -> None:
    """One row for everybody; who asked is looked up later (:mod:`notifications.actions.answering`)."""
    now = now or timezone.now()
    throttling.note(Purpose.CONFIRM, page=page, client=client, address_hash=address_hash, now=now, pending=pending)
    waking.on_commit()


@transaction.atomic
def confirm(
    subscriber: Subscriber, *, only: Collection[int] | None = None, now: datetime | None = None
) -> list[Subscription]:
    """Everything that waits for this address holds from now on, or ``only`` what the person saw. Twice is once.

    A subscriber who confirms can be reached: a quarantine ends with it.
    """
    now = now or timezone.now()
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    rows = [row for row in waiting(subscriber) if only is None or row.pk in only]
    if not rows:
        return []
    Subscription.objects.filter(pk__in=[row.pk for row in rows]).update(confirmed_at=now)
    subscriber.confirmed_at = subscriber.confirmed_at or now
    subscriber.quarantined_at, subscriber.quarantine_reason = None, ""
    subscriber.save(update_fields=["confirmed_at", "quarantined_at", "quarantine_reason"])
    for page in {row.page_id: row.page for row in rows}.values():
        record(SubscriberFact.CONFIRMED, subscriber, page)
    if not waiting(subscriber).exists():  # a second message to confirm it has nothing left to ask
        late = not_sent(subscriber, Event.SUBSCRIBER_CONFIRM).values_list("pk", flat=True)
        Delivery.objects.filter(pk__in=list(late)).update(state=DeliveryState.CANCELLED, finished_at=now)
    return rows


def waiting(subscriber: Subscriber) -> QuerySet[Subscription]:
    """What was asked for and not confirmed yet."""
    return subscriber.subscriptions.filter(confirmed_at__isnull=True).select_related(*RELATED)


def signed(subscriber: Subscriber) -> str:
    """What a confirm link carries."""
    return signing.dumps(subscriber.public_id, salt=SALT)


def whose(given: str) -> Subscriber | None:
    """Who may confirm with this link; none where it is not ours or the address is gone. Raises :class:`Expired`."""
    try:
        public_id = signing.loads(given, salt=SALT, max_age=timedelta(days=links.CONFIRM_DAYS))
    except signing.SignatureExpired:
        raise Expired from None
    except signing.BadSignature:
        return None
    return Subscriber.objects.filter(public_id=public_id).first()


def purge_unconfirmed(now: datetime | None = None) -> int:
    """What nobody confirmed in time is forgotten, and the address with it if nothing else is there. How many scopes.

    For a task: once an hour is enough. Who asked is forgotten here too.
    """
    now = now or timezone.now()
    old = now - timedelta(days=links.CONFIRM_DAYS)
    throttling.purge_asks(now)
    with transaction.atomic():
        removed = Subscription.objects.filter(confirmed_at__isnull=True, created_at__lte=old).delete()[0]
        left = Subscription.objects.filter(subscriber=OuterRef("pk"))
        Subscriber.objects.filter(~Exists(left), created_at__lte=old).delete()
    return removed


def row_for(transport: Transport, address: str, **fields: object) -> Subscriber:
    """The one row of the address, locked; made where it is new."""
    made = {
        "address": address,
        "secret": webhook_secrets.new_secret() if transport == Transport.WEBHOOK else "",
    } | fields
    row, _is_new = Subscriber.objects.get_or_create(
        transport=transport, address_hash=hashed(transport, address), defaults=made
    )
    return Subscriber.objects.select_for_update().get(pk=row.pk)


def join(
    subscriber: Subscriber,
    page: Page,
    wanted: Iterable[Interest],
    *,
    now: datetime,
    confirmed_at: datetime | None = None,
) -> list[Subscription]:
    """Add what is not there yet. What waits already waits anew; what holds is not touched by a mere request."""
    rows = {interests.key_of(row): row for row in subscriber.subscriptions.filter(page=page)}
    added, again = [], []
    for each in wanted:
        row = rows.get(each.key)
        if row is None and len(rows) < MOST_SCOPES:
            row = Subscription(
                subscriber=subscriber,
                page=page,
                component_id=each.component,
                location_id=each.location,
                incident_id=each.incident,
                window_id=each.window,
                kind=each.kind,
                min_severity=each.min_severity,
                created_at=now,
                confirmed_at=confirmed_at,
            )
            rows[each.key] = row
            added.append(row)
        elif row is not None and row.pk and row.confirmed_at is None:
            row.created_at, row.min_severity = now, min(row.min_severity, each.min_severity)
            row.confirmed_at = confirmed_at
            again.append(row)
    Subscription.objects.bulk_create(added)
    Subscription.objects.bulk_update(again, ["created_at", "min_severity", "confirmed_at"])
    return added


def send_confirmation(subscriber: Subscriber, page: Page, *, key: str, due_at: datetime | None = None) -> None:
    """The message with the button, in the dress of the page that was asked at."""
    announce.tell_one(
        Event.SUBSCRIBER_CONFIRM,
        key=f"confirm:{subscriber.public_id}:{key}",
        subscriber=subscriber,
        page=page,
        due_at=due_at,
        content={
            "confirm_url": links.confirm_url(page, signed(subscriber)),
            "page": page.public_id,
            "scope": scope(subscriber),
            "ask_again": subscriber.confirmed_at is not None,
        },
    )


def not_sent(subscriber: Subscriber, event: Event) -> QuerySet[Delivery]:
    """What waits in the queue for this address, locked, so that no worker takes it up meanwhile."""
    rows = Delivery.objects.filter(subscriber=subscriber, state=DeliveryState.DUE, announcement__event=event)
    return rows.select_for_update(of=("self",))


def scope(subscriber: Subscriber) -> list[str]:
    """What waits for a confirmation, as its page names it."""
    return [interests.on_page(row) for row in waiting(subscriber)]


def record(fact: SubscriberFact, subscriber: Subscriber, page: Page | None) -> None:
    SubscriberEvent.objects.create(
        fact=fact, transport=subscriber.transport, address_hash=subscriber.address_hash, page=page
    )
