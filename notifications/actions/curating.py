"""What staff may do with other people's subscriptions, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from incidents.models import User
from incidents.permissions import require
from notifications.actions import leaving, managing, subscribing
from notifications.audience.interests import Interest
from notifications.choices import SubscriberFact, Transport
from notifications.models import Subscriber, SubscriberEvent
from statuspage.models import Page


@transaction.atomic
def add(
    page: Page,
    *,
    transport: Transport,
    address: str,
    wanted: Iterable[Interest],
    has_agreed: bool,
    by: User,
) -> Subscriber:
    """An address by hand. It is asked to confirm like anybody else, unless the user who adds it vouches that the person
    has agreed elsewhere; who vouched is kept."""
    require(by, "notifications.add_subscriber")
    now = timezone.now()
    subscriber = subscribing.row_for(transport, address, added_by=by)
    added = subscribing.join(subscriber, page, wanted, now=now, confirmed_at=now if has_agreed else None)
    if has_agreed and subscriber.confirmed_at is None:
        subscriber.confirmed_at, subscriber.added_by = now, by
        subscriber.save(update_fields=["confirmed_at", "added_by"])
    fact = SubscriberFact.CONFIRMED if has_agreed else SubscriberFact.ASKED
    _record(fact, subscriber, page, by=by)
    if not has_agreed:
        key = f"staff:{added[0].pk if added else 0}:{now.timestamp():.0f}"
        subscribing.send_confirmation(subscriber, page, key=key)
    return subscriber


@transaction.atomic
def set_paused(subscriber: Subscriber, *, is_paused: bool, by: User) -> None:
    require(by, "notifications.change_subscriber")
    managing.set_paused(subscriber, is_paused=is_paused)


@transaction.atomic
def lift_quarantine(subscriber: Subscriber, *, by: User) -> None:
    """The address gets messages again; the next that is refused for good quarantines it again."""
    require(by, "notifications.change_subscriber")
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    subscriber.quarantined_at, subscriber.quarantine_reason = None, ""
    subscriber.save(update_fields=["quarantined_at", "quarantine_reason"])


@transaction.atomic
def remove(subscriber: Subscriber, *, by: User) -> None:
    """The address and everything it subscribed to. That one was removed, and by whom, stays without the address."""
    require(by, "notifications.delete_subscriber")
    leaving.forget(subscriber, fact=SubscriberFact.REMOVED, by=by)


def _record(fact: SubscriberFact, subscriber: Subscriber, page: Page, *, by: User) -> None:
    SubscriberEvent.objects.create(
        fact=fact, transport=subscriber.transport, address_hash=subscriber.address_hash, page=page, by=by
    )
