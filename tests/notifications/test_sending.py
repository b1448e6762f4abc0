"""What becomes of messages in all the ways that sending can go, with real servers on the other side."""

import socket
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import sending
from notifications.announcements import release
from notifications.choices import DeliveryState, Outcome, Transport
from notifications.models import Announcement, Attempt, Delivery, SendingSwitch, Subscriber, TransportHealth
from notifications.queue import claims
from notifications.sending import outcomes
from notifications.sending.outcomes import pause
from statuspage.actions import publish_update
from tests import factories as make
from tests.faults.receivers import Endpoint, Mailbox

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"


@pytest.fixture
def page():
    return make.page(make.component())


@pytest.fixture
def mailbox(settings):
    with Mailbox() as box:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        yield box


@pytest.fixture
def endpoint(settings):
    settings.DELIVERY_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with Endpoint() as point:
        yield point


def tell(page):
    incident = make.confirmed(affects=[page.components.get()])
    publish_update(incident, by=None, pages=[page], status=incident.status, body="A cable is cut.")
    return incident


def mail(page, address):
    return make.subscriber(page, address=address)


def hook(page, url):
    return make.subscriber(page, transport=Transport.WEBHOOK, address=url, secret=SECRET)


def row_of(subscriber):
    return Delivery.objects.get(subscriber=subscriber)


def test_sent_and_on_the_ledger(page, mailbox):
    reader = mail(page, "well@example.com")
    tell(page)

    assert sending.run() == 1
    row = row_of(reader)
    assert (row.state, row.attempts, row.holder) == (DeliveryState.SENT, 1, "")
    attempt = row.ledger.get()
    assert (attempt.outcome, attempt.code) == (Outcome.SENT, 250)
    assert attempt.milliseconds is not None
    assert mailbox.log.taken["well@example.com"][0].startswith(f"<{row.message_id}@")


def test_a_refused_address_is_quarantined_and_the_ledger_does_not_name_it(page, mailbox):
    reader = mail(page, "never-1@example.com")
    tell(page)
    sending.run()

    assert row_of(reader).state == DeliveryState.FAILED
    assert Subscriber.objects.get().quarantined_at
    assert "never-1@example.com" not in Attempt.objects.get().answer


def test_greylisted_it_comes_back(page, mailbox):
    reader = mail(page, "later-1@example.com")
    tell(page)
    sending.run()
    row = row_of(reader)
    assert row.state == DeliveryState.DUE
    assert row.due_at > timezone.now()

    Delivery.objects.update(due_at=timezone.now())
    sending.run()
    assert [attempt.outcome for attempt in row.ledger.all()] == [Outcome.RETRY, Outcome.SENT]


def test_a_mail_server_that_is_down_uses_up_no_delivery(page, settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free.getsockname()[1]
    reader = mail(page, "well@example.com")
    tell(page)
    sending.run()
    sending.run()

    assert (row_of(reader).state, row_of(reader).attempts) == (DeliveryState.DUE, 0)
    health = TransportHealth.objects.get()
    assert health.failures == 1  # the second run left it alone
    assert health.blocked_until > timezone.now()

    with Mailbox() as box:
        settings.EMAIL_PORT = box.port
        TransportHealth.objects.update(blocked_until=timezone.now())
        sending.run()
    assert row_of(reader).state == DeliveryState.SENT
    assert TransportHealth.objects.get().failures == 0


def test_paused_nothing_leaves_and_nothing_is_lost(page, mailbox, endpoint):
    mail(page, "well@example.com")
    hook(page, endpoint.url("well"))
    SendingSwitch.objects.create(pk=1, paused_at=timezone.now(), reason="We look into it.")
    tell(page)
    assert sending.run() == 0
    assert (mailbox.log.count, endpoint.log.count) == (0, 0)

    SendingSwitch.objects.update(paused_at=None)
    assert sending.run() == 2


def test_a_receiver_that_asks_for_time_gets_it(page, endpoint, mailbox, monkeypatch):
    monkeypatch.setattr(outcomes, "PAUSES", (0.0,))
    reader = hook(page, endpoint.url("busy"))
    tell(page)
    before = timezone.now()
    sending.run()
    row = row_of(reader)

    assert Attempt.objects.filter(delivery=row).first().code == 429
    assert row.state == DeliveryState.DUE
    assert row.due_at >= before + timedelta(seconds=1)


def test_an_endpoint_that_is_gone_is_left_alone(page, endpoint, mailbox):
    reader = hook(page, endpoint.url("gone"))
    tell(page)
    sending.run()
    tell(page)
    sending.run()

    assert len(endpoint.requests) == 1
    assert Subscriber.objects.get(pk=reader.pk).quarantined_at


def test_what_fails_again_and_again_ends_as_a_failure_to_be_seen(page, endpoint, mailbox):
    reader = hook(page, endpoint.url("broken"))
    tell(page)
    while release.step():
        pass
    Delivery.objects.filter(subscriber=reader).update(attempts=claims.MOST_ATTEMPTS - 1)
    sending.run()

    assert row_of(reader).state == DeliveryState.FAILED
    assert row_of(reader).finished_at


def test_a_message_that_cannot_be_drawn_holds_up_no_other(page, mailbox):
    """Here the content of one announcement is broken, as an old release might have left it."""
    good, bad = mail(page, "well@example.com"), mail(page, "odd@example.com")
    tell(page)
    while release.step():
        pass
    broken = Announcement.objects.create(key="old", event="incident.updated", reach="one", state="done", content={})
    Delivery.objects.filter(subscriber=bad).update(announcement=broken)
    sending.run()

    assert row_of(good).state == DeliveryState.SENT
    row = row_of(bad)
    assert (row.state, row.ledger.get().outcome) == (DeliveryState.DUE, Outcome.RETRY)
    assert "KeyError" in row.last_answer


def test_who_leaves_between_writing_and_sending_hears_nothing(page, mailbox):
    reader = mail(page, "well@example.com")
    tell(page)
    while release.step():
        pass
    reader.subscriptions.all().delete()
    sending.run()

    assert row_of(reader).state == DeliveryState.CANCELLED
    assert mailbox.log.count == 0


def test_whoever_is_deleted_leaves_the_count(page, mailbox):
    reader = mail(page, "well@example.com")
    tell(page)
    sending.run()
    reader.delete()

    row = Delivery.objects.get(transport=Transport.EMAIL)
    assert (row.state, row.subscriber, row.address_hash) == (DeliveryState.SENT, None, reader.address_hash)


@pytest.mark.parametrize("attempts", range(1, 12))
def test_pauses_grow_and_never_fall_below_what_was_asked(attempts):
    longest = outcomes.PAUSES[min(attempts, len(outcomes.PAUSES)) - 1] * (1 + outcomes.JITTER)
    assert 0.8 * outcomes.PAUSES[0] <= pause(attempts) <= longest
    assert pause(attempts, asked=200_000) == 200_000  # more than a day and its jitter


def test_a_mail_for_a_thousand_costs_few_queries(page, mailbox, django_assert_max_num_queries):
    for number in range(60):
        mail(page, f"well-{number}@example.com")
    tell(page)
    while release.step():
        pass
    with django_assert_max_num_queries(30):
        assert sending.mail.send_due(lambda: True) == 60
