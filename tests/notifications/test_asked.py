"""What is asked for at an open door is looked up later: the same request for everybody, and nothing is lost."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import asks
from incidents.actions import passwords
from notifications import asked, health, tasks
from notifications.actions import answering, subscribing
from notifications.actions.throttling import purge_asks
from notifications.audience.interests import EVERYTHING
from notifications.choices import Event, Transport
from notifications.models import Delivery, SubscribeRequest, Subscription
from statuspage.models import PageComponent
from tests import factories as make
from tests.notifications.asking import MAIL, page, subscriber, told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("path", ["/subscriptions/", "/subscribe/"])
@pytest.mark.parametrize("address", [MAIL, "https://hooks.example.com/a"])
def test_a_request_at_a_public_form_does_the_same_whoever_is_known(client, path, address):
    at, done = page(), {}
    row = subscriber(at, address=address, transport=Transport.WEBHOOK if "://" in address else Transport.EMAIL)
    asking = {"by": "webhook" if "://" in address else "email"}
    client.post("/subscriptions/", {"address": "first@example.org"})  # what is asked for once in a process
    for given in (address, address.replace("example.com", "example.org")):
        with CaptureQueriesContext(connection) as queries:
            client.post(path, asking | {"address": given})
        done[given] = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries]
    known, unknown = done.values()
    assert len(known) > 3
    assert known == unknown
    assert SubscribeRequest.objects.filter(pending__isnull=False).count() == 3
    asked.answer()
    [known, *others] = told()
    assert (known.event, known.deliveries.get().subscriber) == (Event.SUBSCRIBER_MANAGE, row)
    assert [each.event for each in others] == ([Event.SUBSCRIBER_CONFIRM] if path == "/subscribe/" else [])
    assert not SubscribeRequest.objects.filter(pending__isnull=False).exists()


def test_a_part_that_is_deleted_before_the_answer_is_left_out(client):
    at, gone, stays = page(), make.component(name="Fax"), make.component(name="SMS")
    for part in (gone, stays):
        PageComponent.objects.create(page=at, component=part)
    client.post("/subscribe/", {"address": MAIL, "component": [gone.public_id, stays.public_id]})
    gone.delete()
    asked.answer()
    assert [row.component for row in Subscription.objects.all()] == [stays]


def test_one_that_cannot_be_answered_holds_up_no_other(client, monkeypatch, caplog):
    at, row_for = page(), answering.row_for

    def broken(transport, address, **fields):
        assert "first" not in address
        return row_for(transport, address, **fields)

    monkeypatch.setattr(answering, "row_for", broken)
    monkeypatch.setattr(asks, "AT_A_TIME", 1)
    for address in ("first@example.com", MAIL):
        subscribing.ask(at, transport=Transport.EMAIL, address=address, wanted=[EVERYTHING], client="192.0.2.7")
    asked.answer()
    assert [each.deliveries.get().subscriber.address for each in told()] == [MAIL]
    assert "cannot be answered" in caplog.text
    monkeypatch.undo()
    asked.answer()
    assert len(told()) == 2


def test_a_lost_link_is_not_forgotten_while_no_sender_runs(client):
    subscriber(page())
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        client.post("/subscriptions/", {"address": MAIL})
    purge_asks()
    assert "What was asked for at public forms waits to be looked up: 1. Is a worker alive?" in list(health.problems())
    call_command("deliver", once=True)
    assert [row.event for row in told()] == [Event.SUBSCRIBER_MANAGE]
    assert purge_asks() == 1


def test_a_forgotten_password_is_looked_up_by_the_sender_and_by_the_command():
    person = make.user(email="vera@example.com")
    passwords.ask_password_reset(email="Vera@Example.com", client="192.0.2.7")
    assert told() == []
    tasks.deliver()
    assert [row.person for row in Delivery.objects.all()] == [person]
    passwords.ask_password_reset(email="vera@example.com", client="192.0.2.7")
    call_command("deliver", once=True)
    assert [row.event for row in told()] == [Event.PERSON_PASSWORD] * 2


def test_a_fault_in_one_kind_holds_up_neither_the_other_nor_the_sending(caplog):
    subscriber(page())
    passwords.ask_password_reset(email="vera@example.com", client="192.0.2.7")
    subscribing.ask_for_link(make.Page.objects.get(), address=MAIL, client="192.0.2.7")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "User", None)  # a fault of ours
        asked.answer()
    assert [row.event for row in told()] == [Event.SUBSCRIBER_MANAGE]
    assert "cannot be looked up" in caplog.text
