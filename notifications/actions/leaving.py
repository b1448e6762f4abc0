"""How to stop: one subject, one page, or everything. What is deleted is really gone; the count stays."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from incidents.maintenance.models import Window
from incidents.models import Incident, User
from notifications.choices import DeliveryState, Event, Kind, SubscriberFact
from notifications.models import Delivery, Muted, Subscriber, SubscriberEvent
from statuspage.models import Page

ASKED_FOR = (Event.SUBSCRIBER_CONFIRM, Event.SUBSCRIBER_MANAGE, Event.PAGE_TEST)


@transaction.atomic
def leave(subscriber: Subscriber, page: Page) -> None:
    """No more from this page. With nothing left anywhere the address itself goes. Twice is once."""
    row = _locked(subscriber)
    if row is None or not row.subscriptions.filter(page=page).delete()[0]:
        return
    Delivery.objects.filter(subscriber=row, page=page, state=DeliveryState.DUE).exclude(
        announcement__event__in=ASKED_FOR
    ).update(state=DeliveryState.CANCELLED, finished_at=timezone.now())
    _record(SubscriberFact.LEFT, row, page)
    _go_if_done(row)


@transaction.atomic
def forget(subscriber: Subscriber, *, fact: SubscriberFact = SubscriberFact.LEFT, by: User | None = None) -> None:
    """Every subscription and the address itself, at once. What is still on its way to it is dropped."""
    row = _locked(subscriber)
    if row is None:
        return
    for page in Page.objects.filter(subscriptions__subscriber=row).distinct():
        _record(fact, row, page, by=by)
    _delete(row)


def is_all(subscriber: Subscriber, subject: Incident | Window) -> bool:
    """Nothing but this is followed: muting it is leaving."""
    return not subscriber.subscriptions.exclude(**about(subject)).exists()


def about(subject: Incident | Window) -> dict[str, Any]:
    """How what is followed, or muted, names its subject."""
    return {"window": subject} if isinstance(subject, Window) else {"incident": subject}


@transaction.atomic
def mute(subscriber: Subscriber, subject: Incident | Window) -> bool:
    """No more of this one. A subscriber who followed nothing else has left with it; whether that was so."""
    row = _locked(subscriber)
    if row is None:
        return True
    Muted.objects.get_or_create(subscriber=row, **about(subject))
    told = Q(announcement__incident=subject)
    if isinstance(subject, Window):
        told = Q(announcement__kind=Kind.MAINTENANCE, announcement__subject_id=subject.pk)
    Delivery.objects.filter(told, subscriber=row, state=DeliveryState.DUE).update(
        state=DeliveryState.CANCELLED, finished_at=timezone.now()
    )
    followed = row.subscriptions.filter(**about(subject))
    pages = list(Page.objects.filter(subscriptions__in=followed).distinct())
    followed.delete()
    staying = set(row.subscriptions.values_list("page", flat=True))
    for page in pages:
        if page.pk not in staying:
            _record(SubscriberFact.LEFT, row, page)
    return _go_if_done(row)


def _locked(subscriber: Subscriber) -> Subscriber | None:
    return Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()


def _go_if_done(row: Subscriber) -> bool:
    if row.subscriptions.exists():
        return False
    _delete(row)
    return True


def _delete(row: Subscriber) -> None:
    """Deliveries stay for the count, without a recipient."""
    Delivery.objects.filter(subscriber=row, state=DeliveryState.DUE).update(
        state=DeliveryState.CANCELLED, finished_at=timezone.now()
    )
    row.delete()


def _record(fact: SubscriberFact, row: Subscriber, page: Page, *, by: User | None = None) -> None:
    SubscriberEvent.objects.create(fact=fact, transport=row.transport, address_hash=row.address_hash, page=page, by=by)
