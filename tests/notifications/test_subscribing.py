"""Asking and confirming, below the forms: nothing is sent that was not confirmed, and nothing counts twice."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from incidents.choices import SeverityLevel
from notifications import links
from notifications.actions import answering, curating, leaving, managing, subscribing
from notifications.actions.throttling import REST, TooMany
from notifications.announcements.announce import tell_one
from notifications.audience import interests
from notifications.audience.interests import EVERYTHING, Interest
from notifications.choices import DeliveryState, Event, Kind, Purpose, SubscriberFact, Transport
from notifications.models import Delivery, Muted, Subscriber, SubscribeRequest, SubscriberEvent, Subscription
from tests import factories as make
from tests.notifications.asking import MAIL, page, subscriber, told

pytestmark = pytest.mark.django_db


def ask(at, address=MAIL, wanted=(EVERYTHING,), *, client="198.51.100.7", **fields):
    fields = {"transport": Transport.EMAIL} | fields
    subscribing.ask(at, address=address, wanted=wanted, client=client, **fields)
    answering.answer_asks()


def facts():
    return list(SubscriberEvent.objects.order_by("pk").values_list("fact", flat=True))


def test_what_is_asked_for_waits():
    ask(page())

    assert Subscriber.objects.active().count() == 0
    assert Subscription.objects.confirmed().count() == 0
    assert [row.event for row in told()] == [Event.SUBSCRIBER_CONFIRM]
    assert facts() == [SubscriberFact.ASKED]


def test_confirming_lets_it_hold_and_twice_is_once():
    ask(page())
    row = Subscriber.objects.get()

    assert len(subscribing.confirm(row)) == 1
    assert subscribing.confirm(row) == []
    assert Subscriber.objects.active().count() == 1
    assert facts() == [SubscriberFact.ASKED, SubscriberFact.CONFIRMED]


def test_one_confirmation_covers_all_that_the_address_asked_for():
    first, second = page(), make.page()
    ask(first)
    ask(second, address=" OPS@example.com")
    rows = subscribing.confirm(Subscriber.objects.get())

    assert {row.page for row in rows} == {first, second}


def test_only_what_was_shown_is_confirmed_where_that_is_said():
    at, part = page(), make.component()
    ask(at)
    shown = list(subscribing.waiting(Subscriber.objects.get()))
    ask(at, wanted=[Interest(part.pk)])
    subscribing.confirm(Subscriber.objects.get(), only=[row.pk for row in shown])

    assert [row.component for row in Subscription.objects.confirmed()] == [None]


def test_asking_again_joins_and_adds_no_row():
    at, part = page(), make.component()
    ask(at, wanted=[Interest(part.pk, min_severity=SeverityLevel.CRITICAL)])
    ask(at, wanted=[Interest(part.pk, min_severity=SeverityLevel.MAJOR), EVERYTHING])

    assert sorted(Subscription.objects.values_list("component", "min_severity"), key=str) == sorted(
        [(part.pk, 2), (None, 1)], key=str
    )


def test_who_only_asks_changes_nothing_that_holds():
    at = page()
    row = subscriber(at)
    Subscription.objects.update(min_severity=SeverityLevel.CRITICAL)
    ask(at)

    assert Subscription.objects.get().min_severity == SeverityLevel.CRITICAL
    assert [each.event for each in told()] == [Event.SUBSCRIBER_MANAGE]
    assert Delivery.objects.get().subscriber == row


def test_a_confirmed_address_is_asked_for_what_it_adds():
    at, part = page(), make.component(name="SMS")
    subscriber(at)
    ask(at, wanted=[Interest(part.pk)])

    assert told()[-1].content["ask_again"] is True
    assert told()[-1].content["scope"] == [f"SMS, on {at}"]


def test_confirming_ends_a_quarantine():
    at = page()
    row = subscriber(at, quarantined_at=timezone.now(), quarantine_reason="550")
    ask(at, wanted=[Interest(kind=Kind.INCIDENT)])
    subscribing.confirm(row)

    assert Subscriber.objects.active().get() == row


def test_the_link_names_its_address_and_ends(time_machine_at):
    ask(page())
    row = Subscriber.objects.get()
    signed = subscribing.signed(row)

    assert subscribing.whose(signed) == row
    assert subscribing.whose(signed[:-1] + ("A" if signed[-1] != "A" else "B")) is None
    time_machine_at(timezone.now() + timedelta(days=links.CONFIRM_DAYS, minutes=1))
    with pytest.raises(subscribing.Expired):
        subscribing.whose(signed)


@pytest.fixture
def time_machine_at():

    travels = []

    def go(moment):
        travels.append(time_machine.travel(moment, tick=False))
        travels[-1].start()

    yield go
    for travel in travels:
        travel.stop()


def test_what_nobody_confirms_is_forgotten():
    at, now = page(), timezone.now()
    subscriber(at, address="stays@example.com")
    ask(at)
    ask(at, address="stays@example.com", wanted=[Interest(kind=Kind.INCIDENT)], client="198.51.100.8")

    assert subscribing.purge_unconfirmed(now + timedelta(days=6, hours=23)) == 0
    assert subscribing.purge_unconfirmed(now + timedelta(days=7, minutes=1)) == 2
    assert [row.address for row in Subscriber.objects.all()] == ["stays@example.com"]
    assert Subscription.objects.count() == 1
    assert SubscribeRequest.objects.count() == 0
    assert "ASKED" in {fact.upper() for fact in facts()}


def test_one_message_each_two_minutes_and_five_a_day():
    at, now = page(), timezone.now()
    for n in range(4):
        ask(at, now=now + timedelta(seconds=20 * n), client=f"198.51.100.{n}")
    assert len(told()) == 1
    for n in range(1, 9):
        sent()
        ask(at, now=now + REST[Purpose.CONFIRM] * n + timedelta(minutes=n), client=f"198.51.101.{n}")
    assert len(told()) == 5
    ask(at, now=now + timedelta(days=1, minutes=1))
    assert len(told()) == 6


def sent():
    Delivery.objects.update(state=DeliveryState.SENT, finished_at=timezone.now())


def test_what_is_asked_for_too_soon_is_sent_when_the_rest_ends():
    at, part, other, now = page(), make.component(name="SMS"), make.component(name="Voice"), timezone.now()
    ask(at, now=now)
    sent()
    ask(at, wanted=[Interest(part.pk)], now=now + timedelta(seconds=20))
    ask(at, wanted=[Interest(other.pk)], now=now + timedelta(seconds=40))

    late = Delivery.objects.get(state=DeliveryState.DUE)
    assert late.due_at == now + REST[Purpose.CONFIRM]
    assert late.announcement.content["scope"] == [f"Everything on {at}", f"SMS, on {at}", f"Voice, on {at}"]
    sent()
    ask(at, now=now + timedelta(minutes=3))
    assert Delivery.objects.get(state=DeliveryState.DUE).due_at == now + 2 * REST[Purpose.CONFIRM]


def test_the_link_to_a_known_address_comes_late_too_and_once():
    at, now = page(), timezone.now()
    subscriber(at)
    ask(at, now=now)
    sent()
    for seconds in (20, 40):
        ask(at, now=now + timedelta(seconds=seconds))

    assert [row.event for row in told()] == [Event.SUBSCRIBER_MANAGE] * 2
    assert Delivery.objects.get(state=DeliveryState.DUE).due_at == now + REST[Purpose.CONFIRM]


def test_a_late_message_has_nothing_to_ask_once_all_is_confirmed():
    at, part, now = page(), make.component(), timezone.now()
    ask(at, now=now)
    sent()
    ask(at, wanted=[Interest(part.pk)], now=now + timedelta(seconds=20))
    row = Subscriber.objects.get()
    first = row.subscriptions.get(component=None)

    subscribing.confirm(row, only=[first.pk])
    assert Delivery.objects.filter(state=DeliveryState.DUE).exists()
    subscribing.confirm(row)
    assert not Delivery.objects.filter(state=DeliveryState.DUE).exists()


@pytest.mark.parametrize(
    ("clients", "refused"),
    [
        (["198.51.100.7"] * 11, 1),
        ([f"2001:db8:1:2::{n:x}" for n in range(11)], 1),
        ([f"2001:db8:1:{n:x}::1" for n in range(11)], 0),
        (["198.51.100.7"] * 5 + ["::ffff:198.51.100.7"] * 6, 1),
    ],
)
def test_one_network_asks_ten_times_an_hour(clients, refused):
    at, waits = page(), []
    for n, client in enumerate(clients):
        try:
            ask(at, address=f"a{n}@example.com", client=client)
        except TooMany as error:
            waits.append(error.retry_after)
    assert waits == [3600] * refused
    assert Subscriber.objects.count() == len(clients) - refused


def test_a_page_that_many_ask_at_refuses_nobody_and_writes_to_sixty_a_minute():
    at, other, now = page(), make.page(), timezone.now()
    for n in range(125):
        ask(at, address=f"a{n}@example.com", client=f"198.51.100.{n // 10}", now=now)
    ask(other, address="b@example.com", client="203.0.113.1", now=now)
    ask(at, address="c@example.com", client="203.0.113.2", now=now + timedelta(minutes=4))
    due = list(Delivery.objects.order_by("pk").values_list("due_at", flat=True))

    late = [round((moment - now) / timedelta(minutes=1)) for moment in due]
    assert late == [0] * 60 + [1] * 60 + [2] * 5 + [0, 4]


def test_nothing_of_who_asked_can_be_read_in_the_rows():
    ask(page())

    assert "198.51" not in str(SubscribeRequest.objects.values().get())
    assert MAIL not in str(SubscribeRequest.objects.values().get())


def test_choices_multiply_and_parts_of_a_part_are_no_rows():
    assert interests.interests_of([], []) == [EVERYTHING]
    assert len(interests.interests_of([1, 2], [5, 6], [Kind.INCIDENT, Kind.MAINTENANCE])) == 8
    assert interests.interests_of([], [], [Kind.INCIDENT, Kind.MAINTENANCE, Kind.POSTMORTEM]) == [EVERYTHING]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Everything"),
        ({"component": "SMS", "location": "Frankfurt"}, "SMS in Frankfurt"),
        ({"location": "Rome", "kind": Kind.MAINTENANCE, "min_severity": 3}, "Everything in Rome, maintenance only"),
        ({"component": "SMS", "kind": "incident", "min_severity": 2}, "SMS, incidents only, major and critical only"),
    ],
)  # fmt: skip
def test_a_scope_in_words(fields, words):
    if "component" in fields:
        fields = fields | {"component": make.component(name=fields["component"])}
    if "location" in fields:
        fields = fields | {"location": make.location(name=fields["location"])}
    assert interests.sentence(Subscription(page=page(), **fields)) == words


def test_an_incident_that_is_no_longer_public_keeps_its_title():
    at = page()
    assert "SMS" in interests.sentence(Subscription(page=at, incident=make.told(page=at)))
    assert interests.sentence(Subscription(page=at, incident=make.restricted())) == "One incident"


def test_leaving_a_page_keeps_the_others_and_cancels_what_waits():
    first, second = page(), make.page()
    row = subscriber(first, second)
    leaving.leave(row, first)

    assert [each.page for each in row.subscriptions.all()] == [second]
    assert facts() == [SubscriberFact.LEFT]
    leaving.leave(row, first)
    assert facts() == [SubscriberFact.LEFT]


def test_leaving_the_last_page_deletes_the_address():
    at = page()
    row = subscriber(at)
    tell_one(Event.PAGE_TEST, key="t", subscriber=row, page=at)
    leaving.leave(row, at)

    assert Subscriber.objects.count() == 0
    assert (Delivery.objects.get().state, Delivery.objects.get().subscriber) == ("cancelled", None)
    left = SubscriberEvent.objects.get()
    assert (left.fact, left.address_hash, left.page) == (SubscriberFact.LEFT, row.address_hash, at)


def test_forgetting_leaves_every_page():
    row = subscriber(page(), make.page())
    leaving.forget(row)
    leaving.forget(row)

    assert Subscriber.objects.count() == 0
    assert facts() == [SubscriberFact.LEFT] * 2


def test_muting_ends_a_subscription_to_that_incident_only():
    at = page()
    incident = make.told(page=at)
    row = subscriber(at)
    Subscription.objects.create(subscriber=row, page=at, incident=incident, confirmed_at=timezone.now())
    leaving.mute(row, incident)

    assert [each.incident for each in row.subscriptions.all()] == [None]
    assert Muted.objects.get().incident == incident


def test_who_followed_only_the_muted_incident_has_left():
    at = page()
    incident = make.told(page=at)
    row = subscriber()
    Subscription.objects.create(subscriber=row, page=at, incident=incident, confirmed_at=timezone.now())
    leaving.mute(row, incident)

    assert Subscriber.objects.count() == 0
    assert facts() == [SubscriberFact.LEFT]


def test_of_a_changed_secret_the_one_before_signs_on_unless_it_leaked():
    at = page()
    row = subscriber(at, address="https://hooks.example.com/a", transport=Transport.WEBHOOK, secret="whsec_old")
    managing.rotate_secret(row)
    row.refresh_from_db()

    assert (row.old_secret, row.secret.startswith("whsec_")) == ("whsec_old", True)
    assert timedelta(hours=23, minutes=59) < row.old_secret_until - timezone.now() <= timedelta(hours=24)
    second = row.secret
    managing.rotate_secret(row)
    row.refresh_from_db()
    assert row.old_secret == second
    managing.rotate_secret(row, at_once=True)
    row.refresh_from_db()
    assert (row.old_secret, row.old_secret_until) == ("", None)


def test_staff_who_may_not_change_nothing():
    row, viewer = subscriber(page()), make.in_group("Viewers")
    for act in (
        lambda: curating.remove(row, by=viewer),
        lambda: curating.lift_quarantine(row, by=viewer),
        lambda: curating.set_paused(row, is_paused=True, by=viewer),
        lambda: curating.add(row.subscriptions.get().page, transport="email", address="b@example.com",
                             wanted=[EVERYTHING], has_agreed=True, by=viewer),
    ):  # fmt: skip
        with pytest.raises(managing.DomainError):
            act()
    assert [each.address for each in Subscriber.objects.all()] == [MAIL]
