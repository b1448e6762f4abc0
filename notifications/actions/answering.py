"""What was asked for at a public form is answered here, after the request: its time tells nothing of anybody."""

from __future__ import annotations

from django.db import transaction

from incidents import asks
from incidents.maintenance.models import Window
from incidents.models import Component, Incident, Location
from notifications.actions import throttling
from notifications.actions.subscribing import join, not_sent, record, row_for, scope, send_confirmation, waiting
from notifications.announcements import announce
from notifications.audience.interests import Interest
from notifications.choices import Event, Kind, SubscriberFact, Transport
from notifications.models import Subscriber, SubscribeRequest


def answer_asks() -> bool:
    """Do what is pending, and have it sent; whether anything was done."""
    return asks.answer(SubscribeRequest.objects.filter(pending__isnull=False), _answer)


@transaction.atomic
def _answer(pk: int) -> bool:
    rows = SubscribeRequest.objects.filter(pending__isnull=False).select_related("page")
    ask = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if ask is None:
        return False  # somebody else is at it
    pending, ask.pending = ask.pending, None
    ask.save(update_fields=["pending"])
    if "hashes" in pending:
        for subscriber in Subscriber.objects.select_for_update().filter(address_hash__in=pending["hashes"]):
            _write_to(subscriber, ask)
    else:
        _write_to(_joined(ask, **pending), ask)
    return True


def _joined(ask: SubscribeRequest, *, transport: str, address: str, time_zone: str, wanted: list[list]) -> Subscriber:
    """Beside what the same address asked for before."""
    subscriber = row_for(Transport(transport), address, time_zone=time_zone)
    if join(subscriber, ask.page, _that_still_are([_interest(*each) for each in wanted]), now=ask.at):
        record(SubscriberFact.ASKED, subscriber, ask.page)
    return subscriber


def _interest(component, location, incident, kind, min_severity, window=None) -> Interest:
    """What was asked before windows could be followed names none."""
    return Interest(component, location, incident, Kind(kind), min_severity, window)


def _that_still_are(wanted: list[Interest]) -> list[Interest]:
    """Without those of parts that were deleted since."""
    parts = {"component": Component, "location": Location, "incident": Incident, "window": Window}
    asked = {name: {getattr(each, name) for each in wanted} - {None} for name in parts}
    there = {name: {None, *model.objects.filter(pk__in=asked[name]).values_list("pk", flat=True)}
             for name, model in parts.items()}  # fmt: skip
    return [each for each in wanted if all(getattr(each, name) in there[name] for name in parts)]


def _write_to(subscriber: Subscriber, ask: SubscribeRequest) -> None:
    """One message: to confirm what waits, or with the link to what is there already. Never two that have not left."""
    is_asked = waiting(subscriber).exists()
    event = Event.SUBSCRIBER_CONFIRM if is_asked else Event.SUBSCRIBER_MANAGE
    if before := not_sent(subscriber, event).select_related("announcement").first():
        if is_asked:
            before.announcement.content["scope"] = scope(subscriber)
            before.announcement.save(update_fields=["content"])
        return
    at = throttling.send_at(ask)
    if at is None:
        return
    if is_asked:
        send_confirmation(subscriber, ask.page, key=str(ask.pk), due_at=at)
    else:
        announce.tell_one(
            Event.SUBSCRIBER_MANAGE,
            key=f"manage:{subscriber.public_id}:{ask.pk}",
            subscriber=subscriber,
            page=ask.page,
            due_at=at,
            content={"page": ask.page.public_id},
        )
