"""No figure counts what was told of a restricted incident for somebody who may not see it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest

from incidents import actions
from incidents.choices import Audience
from incidents.models import Incident
from notifications import health, trouble
from notifications.actions import pausing
from notifications.choices import AnnouncementState, DeliveryState, Event, Transport
from notifications.models import Announcement, Delivery
from notifications.queue import overview as queue
from tests import factories as make
from tests.notifications.sent import end, leave, post, scene, told
from tests.parts import drawn, request_of

pytestmark = pytest.mark.django_db

STATES = [DeliveryState.SENT, DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.DUE, DeliveryState.SENDING]
AGO = timedelta(minutes=5)


def closed(page, *, member):
    """Told to five while it was public, one in each state, one announcement held back; then restricted."""
    incident = make.confirmed(affects=[page.components.get()], title="Zanzibar keys")
    post(incident, page)
    leave()
    incident.refresh_from_db()
    actions.set_audience(incident, audience=Audience.RESTRICTED, reason="A leak.", by=None)
    actions.add_member(incident, user=member, by=None)
    Announcement.objects.filter(incident=incident, update__isnull=False).update(state=AnnouncementState.HELD)
    then = timezone.now() - AGO
    rows = Delivery.objects.filter(announcement__incident=incident, subscriber__isnull=False)
    for row, state in zip(rows, STATES, strict=True):
        if state in (DeliveryState.SENT, DeliveryState.FAILED):
            end([row], state, answer="550 Zanzibar")
        row.due_at, row.state = then, state
        if state == DeliveryState.SENDING:
            row.holder, row.claimed_at, row.leased_until = "gone", then, then
        row.save()
    return incident


@pytest.fixture
def world():
    """Something open that is sent to one reader, who are five in all; and what is closed."""
    page, incident = scene(title="SMS is late")
    told(page, incident, readers=5)
    Delivery.objects.all().delete()
    member = make.in_group("Support")
    hidden = closed(page, member=member)
    row = Delivery.objects.create(
        announcement=Announcement.objects.filter(incident=incident).first(), transport=Transport.EMAIL,
        subscriber=make.subscriber(page), page=page, address_hash="x", due_at=timezone.now() + AGO,
    )  # fmt: skip
    return page, hidden, member, row


def figures(person):
    now, hidden = timezone.now(), Incident.objects.hidden_from(person)
    transports = queue.transports(now, hidden=hidden)
    return {
        "transports": {
            name: sum(getattr(each, name) for each in transports) for name in ("waiting", "due", "sending", "failed")
        },
        "answers": [answer for each in transports for answer in each.answers],
        "sent": [rate.sent for rate in queue.rates(now, 5, 60, hidden=hidden)],
        "last": queue.last_sent_at(hidden=hidden) is not None,
        "stuck": len(queue.stuck(now, hidden=hidden)),
        "held": queue.held(hidden=hidden).exists(),
        "waiting": queue.waiting_now(hidden=hidden),
    }


def test_each_figure_is_of_what_one_may_see(world):
    _page, _hidden, member, _row = world
    outside = {
        "transports": {"waiting": 1, "due": 0, "sending": 0, "failed": 0}, "answers": [], "sent": [0, 0], "last": False,
        "stuck": 0, "held": False, "waiting": (1, False),
    }  # fmt: skip
    inside = {
        "transports": {"waiting": 2, "due": 1, "sending": 1, "failed": 1}, "answers": [("550 Zanzibar", 1)],
        "sent": [2, 2], "last": True, "stuck": 1, "held": True, "waiting": (2, False),
    }  # fmt: skip

    for person, expected in (
        (make.in_group("Support"), outside), (make.superuser(), outside), (member, inside),
        (make.in_group("Security"), inside),
    ):  # fmt: skip
        assert figures(person) == expected
        assert (queue.attention(person, timezone.now()) > 0) is (expected is inside)


def test_the_screens_are_the_same_as_if_it_were_not_there(client, world):
    _page, _hidden, member, _row = world
    beside = "include 'notifications/staff/_attention.html'"

    def screens(person):
        client.force_login(person)
        [overview, pause] = [client.get(reverse(f"notifications_staff:{name}")) for name in ("queue", "pause")]
        [attention, held] = [drawn(call, request_of(person)) for call in (beside, "messages_held")]
        return [overview.content.decode(), attention, pause.content.decode(), held]

    outsider = make.in_group("Support")
    [overview, attention, pause, held] = screens(outsider)
    assert "1 waits for its next attempt." in overview
    assert "failed within a day" not in overview
    assert "never came back" not in overview
    assert "0 sent in 5 min" in overview
    assert "bw-count" not in attention
    assert "1 message that has not left waits." in pause
    assert "held back" not in held
    [overview, attention, pause, _held] = screens(member)
    assert "1 failed within a day." in overview
    assert "bw-count" in attention
    assert "2 messages that have not left wait." in pause
    pausing.pause(reason="Blocked.", by=None)
    for person, said in ((outsider, "1 message waits."), (member, "2 messages wait.")):
        assert said in drawn("sending_banner", request_of(person))


def test_what_programs_read_is_the_same_too(world):
    def numbers():
        registry = CollectorRegistry()
        health.fill(registry)
        facts = health.facts()
        return generate_latest(registry).decode(), facts | {"oldest_due": None}

    with_it = numbers()
    Delivery.objects.filter(announcement__incident__audience=Audience.RESTRICTED).delete()
    Announcement.objects.filter(incident__audience=Audience.RESTRICTED).delete()

    assert numbers() == with_it
    assert with_it[1]["waiting"] == 1


def test_a_sender_that_is_dead_is_noticed_and_nothing_says_what_waits(client, world):
    """The same words as where links wait that nobody has looked up: they prove nothing."""
    words = "Something that is to be told waits for more than a minute. Is a worker alive? Its log says more."
    assert list(health.problems()) == [words]
    client.force_login(make.in_group("Support"))
    assert "Messages are due for more than a minute" in client.get(reverse("admin:index")).content.decode()

    Delivery.objects.filter(announcement__incident__audience=Audience.RESTRICTED).delete()
    Announcement.objects.update(state=AnnouncementState.DONE)
    assert list(health.problems()) == []
    assert trouble.at(timezone.now()) is None
    Announcement.objects.filter(event=Event.INCIDENT_CREATED).update(
        state=AnnouncementState.WAITING, release_at=timezone.now() - AGO
    )
    assert list(health.problems()) == [words]


def test_an_announcement_that_cannot_leave_is_named_only_where_it_is_open(world):
    _page, hidden, _member, _row = world
    its = Announcement.objects.filter(incident=hidden)
    its.update(state=AnnouncementState.RELEASED, last_error="KeyError: Zanzibar", created_at=timezone.now() - AGO)

    said = " ".join(health.problems())

    assert "Something that is to be told waits" in said
    assert "Zanzibar" not in said
    assert not any(row.public_id in said for row in its)


def test_the_queries_are_the_same_for_one_and_for_fifty(client, world, same_queries):
    page, _hidden, member, _row = world
    people = [make.in_group("Support"), member, make.in_group("Security")]

    def ask(person):
        client.force_login(person)
        for name in ("queue", "pause"):
            client.get(reverse(f"notifications_staff:{name}"))
        drawn("messages_held", request_of(person))

    for person in people:
        ask(person)
        with same_queries(at_most=100, kind=person):
            ask(person)
    incident = Incident.objects.get(title="Zanzibar keys")
    its = Announcement.objects.filter(incident=incident).first()
    for number in range(50):
        row = make.subscriber(page)
        other = make.restricted(title=f"Another {number}")
        Delivery.objects.create(
            announcement=its if number % 2 else Announcement.objects.filter(incident=other).first() or its,
            subscriber=row, page=page, transport=Transport.EMAIL, address_hash=row.address_hash,
            state=DeliveryState.FAILED, finished_at=timezone.now(), last_answer=f"5{number} no",
        )  # fmt: skip
    for person in people:
        ask(person)
        with same_queries(at_most=100, kind=person):
            ask(person)
