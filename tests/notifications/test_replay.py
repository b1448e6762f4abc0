"""Sending again: what failed and what is stuck becomes due, the ledger stays, and what makes no sense is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience
from incidents.exceptions import DomainError, NotAllowed
from notifications.actions import replaying
from notifications.choices import DeliveryState, Outcome, Transport
from notifications.models import Delivery, Subscriber
from tests import factories as make
from tests.notifications.sent import deliveries, end, news, scene, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed():
    page, incident = scene()
    told(page, incident, readers=3)
    end(deliveries(), DeliveryState.FAILED, answer="550 no such mailbox")
    return list(deliveries())


def test_a_failed_message_is_due_again_and_keeps_its_ledger(failed):
    before = timezone.now()

    replaying.replay(failed[0], by=make.in_group("Support"))

    row = Delivery.objects.get(pk=failed[0].pk)
    assert (row.state, row.attempts, row.finished_at) == (DeliveryState.DUE, 0, None)
    assert row.due_at >= before
    assert [attempt.outcome for attempt in row.ledger.all()] == [Outcome.REFUSED]
    assert deliveries().filter(state=DeliveryState.FAILED).count() == 2


def test_a_message_whose_worker_never_came_back_is_due_again_and_the_ledger_says_so(failed):
    then = timezone.now() - timedelta(minutes=9)
    Delivery.objects.filter(pk=failed[0].pk).update(
        state=DeliveryState.SENDING, holder="gone", claimed_at=then, leased_until=then + timedelta(minutes=2)
    )

    replaying.replay(failed[0], by=None)

    row = Delivery.objects.get(pk=failed[0].pk)
    assert (row.state, row.holder, row.leased_until) == (DeliveryState.DUE, "", None)
    assert sorted(attempt.outcome for attempt in row.ledger.all()) == [Outcome.REFUSED, Outcome.UNKNOWN]


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.DUE, DeliveryState.CANCELLED])
def test_what_did_not_fail_is_not_sent_again(failed, state):
    Delivery.objects.filter(pk=failed[0].pk).update(state=state)

    with pytest.raises(DomainError, match="Only what failed"):
        replaying.replay(failed[0], by=None)


def test_what_a_worker_is_sending_is_left_to_it(failed):
    now = timezone.now()
    Delivery.objects.filter(pk=failed[0].pk).update(
        state=DeliveryState.SENDING, holder="alive", claimed_at=now, leased_until=now + timedelta(minutes=2)
    )

    with pytest.raises(DomainError, match="right now"):
        replaying.replay(failed[0], by=None)


def test_an_address_in_quarantine_gets_nothing_until_it_is_lifted(failed):
    Subscriber.objects.filter(pk=failed[0].subscriber_id).update(quarantined_at=timezone.now())

    with pytest.raises(DomainError, match="quarantined"):
        replaying.replay(failed[0], by=None)
    assert replaying.replay_failed(by=None, announcement=news().get()) == 2
    assert Delivery.objects.get(pk=failed[0].pk).state == DeliveryState.FAILED

    Subscriber.objects.update(quarantined_at=None)
    replaying.replay(failed[0], by=None)
    assert not deliveries().filter(state=DeliveryState.FAILED).exists()


def test_what_may_not_be_told_any_more_is_not_sent_again(failed):
    incident = failed[0].announcement.incident
    incident.refresh_from_db()
    actions.set_audience(incident, audience=Audience.INTERNAL, reason="Not for customers.", by=None)

    with pytest.raises(DomainError, match="may not be told"):
        replaying.replay(failed[0], by=None)
    with pytest.raises(DomainError, match="Nothing to send again"):
        replaying.replay_failed(by=None)


def test_a_withdrawn_update_is_not_sent_again(failed):
    update = failed[0].announcement.update
    actions.withdraw_update(update, by=None, reason="Wrong.")

    with pytest.raises(DomainError):
        replaying.replay(failed[0], by=None)


def test_all_that_failed_by_one_transport(failed):
    Delivery.objects.filter(pk=failed[0].pk).update(transport=Transport.SLACK)

    assert replaying.replay_failed(by=None, transport=Transport.EMAIL) == 2
    assert list(deliveries().filter(state=DeliveryState.FAILED)) == [failed[0]]


def test_of_one_announcement_only_its_own(failed):
    page, incident = failed[0].page, failed[0].announcement.incident
    told(page, incident, readers=0)
    later = list(deliveries().filter(announcement=news().last()))
    end(later, DeliveryState.FAILED)

    assert replaying.replay_failed(by=None, announcement=news().first()) == 3
    assert set(deliveries().filter(state=DeliveryState.FAILED)) == set(later)


def test_without_the_right_nothing_happens(failed):
    for group in ("Engineering", "Viewers"):
        with pytest.raises(NotAllowed):
            replaying.replay(failed[0], by=make.in_group(group))
        with pytest.raises(NotAllowed):
            replaying.replay_failed(by=make.in_group(group))
    assert deliveries().filter(state=DeliveryState.FAILED).count() == 3


def test_messages_about_an_incident_that_is_not_open_to_me_do_not_exist(failed):
    incident = failed[0].announcement.incident
    incident.refresh_from_db()
    actions.set_audience(incident, audience=Audience.RESTRICTED, reason="A leak.", by=None)

    with pytest.raises(DomainError, match="no such message"):
        replaying.replay(failed[0], by=make.in_group("Support"))
