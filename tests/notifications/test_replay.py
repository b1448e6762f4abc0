"""Sending again: what failed and what is stuck becomes due, the ledger stays, and what makes no sense is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience
from incidents.exceptions import DomainError, NotAllowed
from notifications.actions import replaying
from notifications.announcements.announce import announce
from notifications.choices import DeliveryState, Event, Outcome, Reach, Transport
from notifications.content import incident_update, reasons
from notifications.models import Announcement, Delivery, Subscriber
from notifications.sending.outgoing import Batch
from tests import factories as make
from tests.notifications.sent import deliveries, end, leave, news, post, scene, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed():
    page, incident = scene()
    told(page, incident, readers=3)
    end(deliveries(), DeliveryState.FAILED, answer="550 no such mailbox")
    return list(deliveries())


def said(rows):
    """What leaves: the text, and those of the incident's past that go with it."""
    outgoing = Batch(rows.filter(state=DeliveryState.DUE).values_list("pk", flat=True)).outgoing
    contents = [each.news.content for each in outgoing]
    return [(content["body"], [past["body"] for past in content["updates"]]) for content in contents]


def ended():
    """Why those that are cancelled were."""
    return list(deliveries().filter(state=DeliveryState.CANCELLED).values_list("last_answer", flat=True))


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
    found = replaying.replay_failed(by=None, announcement=news().get())
    assert (found.again, found.left_out) == (2, {replaying.IS_QUARANTINED: 1})
    assert Delivery.objects.get(pk=failed[0].pk).state == DeliveryState.FAILED

    Subscriber.objects.update(quarantined_at=None)
    replaying.replay(failed[0], by=None)
    assert not deliveries().filter(state=DeliveryState.FAILED).exists()


def test_what_may_not_be_told_any_more_is_not_sent_again(failed):
    incident = failed[0].announcement.incident
    incident.refresh_from_db()
    actions.set_audience(incident, audience=Audience.INTERNAL, reason="Not for customers.", by=None)

    with pytest.raises(DomainError, match="may not be told any more and is cancelled"):
        replaying.replay(failed[0], by=None)
    assert replaying.replay_failed(by=None) == replaying.Replayed(0, {reasons.IS_NOT_PUBLIC: 2})
    assert ended() == [reasons.IS_NOT_PUBLIC] * 3
    with pytest.raises(DomainError, match="Nothing to send again"):
        replaying.replay_failed(by=None)


def test_a_withdrawn_update_is_not_sent_again(failed):
    update = failed[0].announcement.update
    actions.withdraw_update(update, by=None, reason="Wrong.")

    with pytest.raises(DomainError):
        replaying.replay(failed[0], by=None)
    assert replaying.replay_failed(by=None) == replaying.Replayed(0, {reasons.IS_WITHDRAWN: 2})
    assert ended() == [reasons.IS_WITHDRAWN] * 3


def test_what_was_merged_away_is_told_where_it_goes_on(failed):
    page, incident = failed[0].page, failed[0].announcement.incident
    into = make.told(page=page, affects=[page.components.get()])
    incident.refresh_from_db()
    actions.merge(incident, into=into, by=None)

    assert replaying.replay_failed(by=None).left_out == {reasons.IS_MERGED: 3}
    assert ended() == [reasons.IS_MERGED] * 3


def test_a_corrected_update_is_sent_again_as_it_stands(failed):
    actions.correct_update(failed[0].announcement.update, body="Only SMS fails.", by=None)

    assert replaying.replay_failed(by=None).again == 3
    assert said(deliveries()) == [("Only SMS fails.", ["Only SMS fails."])] * 3


def test_what_an_earlier_update_said_before_it_was_corrected_or_withdrawn_is_sent_with_no_later_one(failed):
    page, incident = failed[0].page, failed[0].announcement.incident
    first = failed[0].announcement.update
    second = post(incident, page, body="Mail fails as well.")
    told(page, incident, readers=0, body="We found the cause.")
    end(deliveries().exclude(state=DeliveryState.FAILED), DeliveryState.FAILED)
    actions.correct_update(first, body="Only SMS fails.", by=None)
    actions.withdraw_update(second, by=None, reason="It does not.")

    replaying.replay_failed(by=None, announcement=news().last())
    last = deliveries().filter(announcement=news().last())
    assert said(last) == [("We found the cause.", ["We found the cause.", "Only SMS fails."])] * 3


def test_who_has_the_correction_as_a_message_of_its_own_is_not_told_twice(failed):
    make.subscriber(failed[0].page)
    actions.correct_update(failed[0].announcement.update, body="Only SMS fails.", by=None, tell_again=True)
    leave()
    its = news().last()
    deliveries().filter(announcement=its, subscriber=failed[0].subscriber).update(state=DeliveryState.CANCELLED)

    assert replaying.replay_failed(by=None) == replaying.Replayed(1, {reasons.IS_SUPERSEDED: 2})
    assert said(deliveries().filter(pk=failed[0].pk)) == [("Only SMS fails.", ["Only SMS fails."])]
    with pytest.raises(DomainError, match="Only what failed"):
        replaying.replay(failed[1], by=None)
    Delivery.objects.filter(pk=failed[1].pk).update(state=DeliveryState.FAILED)
    with pytest.raises(DomainError, match="a message of its own"):
        replaying.replay(failed[1], by=None)


def test_what_waits_for_its_next_attempt_leaves_as_it_stands_too(failed):
    Delivery.objects.update(state=DeliveryState.DUE, finished_at=None)
    incident = failed[0].announcement.incident
    actions.correct_update(failed[0].announcement.update, body="Only SMS fails.", by=None)
    actions.change_facts(incident, title="SMS fails", by=None)

    batch = Batch(deliveries().values_list("pk", flat=True))
    assert {outgoing.news.content["title"] for outgoing in batch.outgoing} == {"SMS fails"}
    assert said(deliveries()) == [("Only SMS fails.", ["Only SMS fails."])] * 3


def test_what_a_page_no_longer_lists_is_not_sent_to_its_readers(failed):
    page, incident = failed[0].page, failed[0].announcement.incident
    other = make.page(page.components.get(), name="Larkwire Labs")
    post(incident, other)

    assert replaying.replay_failed(by=None, announcement=news().first()).again == 3
    assert set(Batch([row.pk for row in failed]).cancelled.values()) == {reasons.IS_OFF_THE_PAGE}


def test_while_the_texts_stand_what_was_frozen_is_sent(failed):
    page, incident = failed[0].page, failed[0].announcement.incident
    frozen = news().first().content
    told(page, incident, readers=0, body="We found the cause.")

    replaying.replay_failed(by=None, announcement=news().first())
    batch = Batch([row.pk for row in failed])
    assert {key: value for key, value in batch.outgoing[0].news.content.items() if key != "version"} == {
        key: value for key, value in frozen.items() if key != "version"
    }


def test_of_text_that_cannot_be_made_anew_the_old_is_not_sent(failed, monkeypatch):
    actions.correct_update(failed[0].announcement.update, body="Only SMS fails.", by=None)
    monkeypatch.setattr(incident_update, "of_update", lambda *args, **kwargs: 1 / 0)

    replaying.replay_failed(by=None)
    assert {outgoing.news.content == {} for outgoing in Batch([row.pk for row in failed]).outgoing} == {True}


def test_channels_too_hear_what_stands_or_nothing():
    make.channel()
    page, incident = scene()
    first, second = post(incident, page, body="All of it fails."), post(incident, page, body="Mail fails as well.")
    leave()
    inside = Delivery.objects.filter(announcement__event=Event.STAFF_UPDATE).order_by("pk")
    end(inside, DeliveryState.FAILED)
    actions.correct_update(first, body="Only SMS fails.", by=None)
    actions.withdraw_update(second, by=None, reason="It does not.")

    assert replaying.replay_failed(by=None) == replaying.Replayed(1, {reasons.IS_WITHDRAWN: 1})
    batch = Batch(inside.filter(state=DeliveryState.DUE).values_list("pk", flat=True))
    said = [dict(each.news.content["fields"])["Customers read"] for each in batch.outgoing]
    assert said == [{"markdown": "Only SMS fails."}]

    end(inside.filter(state=DeliveryState.DUE), DeliveryState.FAILED)
    leave()  # the correction is written for the channel
    assert replaying.replay_failed(by=None) == replaying.Replayed(0, {reasons.IS_SUPERSEDED: 1})


def test_of_an_incident_that_was_restricted_meanwhile_neither_channels_nor_people_hear_again():
    make.channel()
    owner = make.in_group("Engineering", email="owner@example.com")
    incident = make.confirmed(title="Keys in a log")
    content = {"line": "Late.", "title": incident.title, "fields": []}
    announce(Event.STAFF_CLOCK, key="clock", reach=Reach.STAFF, incident=incident, people=[owner], content=content)
    leave()
    rows = Delivery.objects.filter(announcement__key="clock")
    end(rows, DeliveryState.FAILED)
    incident.refresh_from_db()
    actions.set_audience(incident, audience=Audience.RESTRICTED, reason="A leak.", by=None)

    assert rows.count() == 2
    again = Announcement.objects.get(key="clock")
    assert replaying.replay_failed(by=None, announcement=again) == replaying.Replayed(0, {reasons.IS_RESTRICTED: 2})
    rows.update(state=DeliveryState.DUE)  # as one that a worker held while it was called back
    assert set(Batch(rows.values_list("pk", flat=True)).cancelled.values()) == {reasons.IS_RESTRICTED}


def test_all_that_failed_by_one_transport(failed):
    Delivery.objects.filter(pk=failed[0].pk).update(transport=Transport.SLACK)

    assert replaying.replay_failed(by=None, transport=Transport.EMAIL).again == 2
    assert list(deliveries().filter(state=DeliveryState.FAILED)) == [failed[0]]


def test_of_one_announcement_only_its_own(failed):
    page, incident = failed[0].page, failed[0].announcement.incident
    told(page, incident, readers=0)
    later = list(deliveries().filter(announcement=news().last()))
    end(later, DeliveryState.FAILED)

    assert replaying.replay_failed(by=None, announcement=news().first()).again == 3
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
