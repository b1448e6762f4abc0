"""From facts to deliveries: what appears in the transaction, what is released, held back, called back, written out."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, Status
from notifications import health
from notifications.announcements import fan_out, release
from notifications.announcements.announce import announce
from notifications.choices import AnnouncementState, DeliveryState, Event, Reach, Transport
from notifications.content import incident_update as content
from notifications.messages import moments, preview
from notifications.messages.notice import notice
from notifications.messages.outgoing import News
from notifications.models import Announcement, Delivery, MessageSettings
from statuspage.actions import publish_update
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return make.page(make.component())


@pytest.fixture
def incident(page):
    return make.confirmed(affects=[page.components.get()])


def post(incident, page, **fields):
    fields = {"status": incident.status, "body": "We are looking into it."} | fields
    return publish_update(incident, by=None, pages=[page], **fields)


def work():
    while release.step():
        pass


def news():
    return Announcement.objects.filter(reach=Reach.SUBSCRIBERS)


def told(event=None):
    rows = Delivery.objects.filter(announcement__reach=Reach.SUBSCRIBERS)
    return list(
        (rows.filter(announcement__event=event) if event else rows).order_by("pk").values_list("subscriber", flat=True)
    )


def test_an_update_is_told_to_who_asked_once(page, incident):
    reader = make.subscriber(page)
    make.subscriber(make.page())

    post(incident, page)
    work()
    work()

    assert told() == [reader.pk]
    row = Delivery.objects.get(subscriber=reader)
    assert (row.page, row.state, row.address_hash) == (page, DeliveryState.DUE, reader.address_hash)


def test_what_is_rolled_back_was_never_announced(page, incident):
    with pytest.raises(RuntimeError), transaction.atomic():
        post(incident, page)
        raise RuntimeError

    assert not news().exists()


def test_announced_twice_is_announced_once(incident):
    one = announce(Event.STAFF_CLOCK, key="clock:a", reach=Reach.STAFF, incident=incident)
    two = announce(Event.STAFF_CLOCK, key="clock:a", reach=Reach.STAFF, incident=incident)

    assert one == two


def test_first_then_update_then_all_clear(page, incident):
    make.subscriber(page)
    post(incident, page)
    post(incident, page, status=Status.MONITORING)
    post(incident, page, status=Status.RESOLVED, override_reason="It is over.")
    work()

    events = [Event.INCIDENT_CREATED, Event.INCIDENT_UPDATED, Event.INCIDENT_RESOLVED]
    assert list(news().order_by("pk").values_list("event", flat=True)) == events
    assert len(told()) == 3


def test_do_not_notify_is_kept_as_a_choice(page, incident):
    make.subscriber(page)
    person = make.in_group("Support")
    publish_update(
        incident, by=person, pages=[page], status=incident.status, body="Quiet.", deliver_notifications=False
    )
    work()

    assert told() == []
    assert [(row.state, row.created_by) for row in news()] == [(AnnouncementState.SILENT, person)]


def test_who_heard_the_alarm_hears_the_all_clear_though_it_is_milder_now(page, incident):
    part, other = page.components.get(), make.component()
    reader = make.subscriber(page, scope={"component": part})
    post(incident, page)
    work()
    reader.subscriptions.update(component=other)

    post(incident, page, status=Status.RESOLVED, override_reason="It is over.")
    work()

    assert told(Event.INCIDENT_RESOLVED) == [reader.pk]


def test_who_left_the_page_hears_no_more(page, incident):
    reader = make.subscriber(page)
    make.subscription(reader, make.page())
    post(incident, page)
    work()
    reader.subscriptions.filter(page=page).delete()

    post(incident, page, status=Status.RESOLVED, override_reason="It is over.")
    work()

    assert told(Event.INCIDENT_RESOLVED) == []


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.RESTRICTED])
def test_what_is_not_public_any_more_is_not_told(page, incident, audience):
    make.subscriber(page)
    post(incident, page)
    actions.set_audience(incident, audience=audience, by=None, reason="Not for customers.")
    work()

    assert told() == []
    assert news().get().state == AnnouncementState.CALLED_BACK


def test_written_and_then_restricted_never_leaves(page, incident):
    make.subscriber(page)
    post(incident, page)
    work()
    actions.set_audience(incident, audience=Audience.RESTRICTED, by=None, reason="A leak.")

    assert list(Delivery.objects.filter(announcement__in=news()).values_list("state", flat=True)) == [
        DeliveryState.CANCELLED
    ]


def test_drills_and_what_is_recorded_afterwards_tell_nobody(page):
    make.subscriber(page)
    make.channel()
    make.update(make.drill())
    make.backfilled(page=page)
    work()

    assert not Delivery.objects.exists()
    assert not Announcement.objects.exists()


def test_of_a_restricted_incident_security_learns_only_that_it_is_there(page):
    make.channel()
    security = make.channel(is_security=True)
    incident = make.restricted()
    actions.change_stage(incident, status=Status.IDENTIFIED, by=None)
    work()

    row = Delivery.objects.get()
    assert row.channel == security
    assert incident.title not in str(row.announcement.content)


def test_an_undo_delay_holds_messages_only_and_calling_back_stops_them(page, incident):
    MessageSettings.objects.create(page=page, undo_seconds=30)
    make.subscriber(page)
    update = post(incident, page)
    work()
    assert told() == []
    assert (
        news().get().release_at == update.posted_at + timedelta(seconds=30) or news().get().release_at > timezone.now()
    )

    actions.withdraw_update(update, by=None, reason="Wrong incident.")
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        work()
    assert told() == []
    assert news().get().state == AnnouncementState.CALLED_BACK


def test_the_undo_delay_ends_and_the_text_is_what_it_is_then(page, incident):
    MessageSettings.objects.create(page=page, undo_seconds=30)
    make.subscriber(page)
    update = post(incident, page)
    work()
    actions.correct_update(update, body="Better said.", by=None)

    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        work()

    assert news().get().content["body"] == "Better said."
    assert len(told()) == 1


def test_a_storm_is_held_back_and_said(page, incident):
    MessageSettings.objects.create(page=page, storm_limit=2)
    make.subscriber(page)
    for _each in range(3):
        post(incident, page)
        work()

    assert [row.state for row in news().order_by("pk")] == [
        AnnouncementState.DONE, AnnouncementState.DONE, AnnouncementState.HELD,
    ]  # fmt: skip
    assert Announcement.objects.filter(event=Event.STAFF_HELD).count() == 1


def test_a_correction_is_told_again_only_where_its_author_asks(page, incident):
    make.subscriber(page)
    update = post(incident, page)
    work()
    actions.correct_update(update, body="One digit was wrong.", by=None)
    work()
    assert len(told()) == 1

    actions.correct_update(update, body="And the region.", by=None, tell_again=True)
    work()
    assert len(told(Event.INCIDENT_CORRECTED)) == 1


def test_a_correction_of_an_older_update_retells_what_was_before_it_and_the_promise_of_now(page, incident):
    make.subscriber(page)
    first_promise, promise = (timezone.now() + timedelta(minutes=n) for n in (10, 50))
    post(incident, page, body="The first text.")
    older = post(incident, page, body="The second text.", promised_at=first_promise)
    post(incident, page, body="The third text.", promised_at=promise)
    work()
    actions.correct_update(older, body="The second text, put right.", by=None, tell_again=True)
    work()

    row = Announcement.objects.get(event=Event.INCIDENT_CORRECTED)
    told_news = News(id=row.public_id, event=row.event, content=row.content)
    said = notice(told_news, preview.page_dress(id=page.public_id), ZoneInfo("UTC"), "")
    assert said.body == "The second text, put right."
    assert [past.text for past in said.earlier] == ["The first text."]
    assert said.promised == moments.near(promise, older.posted_at, ZoneInfo("UTC"))

    post(incident, page, status=Status.RESOLVED, override_reason="It is over.")
    assert content.of_update(older, [page], is_correction=True)["promised_at"] is None


def test_resolving_with_an_update_is_one_message_for_the_channel(page, incident):
    make.channel()
    post(incident, page)
    post(incident, page, status=Status.RESOLVED, override_reason="It is over.")

    events = Announcement.objects.filter(reach=Reach.STAFF).order_by("pk").values_list("event", flat=True)
    assert list(events) == [Event.STAFF_CONFIRMED, Event.STAFF_UPDATE, Event.STAFF_RESOLVED]


def test_fan_out_goes_on_where_it_was_stopped(page, incident, monkeypatch):
    monkeypatch.setattr(fan_out, "STEP", 2)
    readers = [make.subscriber(page) for _each in range(5)]
    post(incident, page)
    release.release_due()
    while news().get().state != AnnouncementState.RELEASED:
        release.step()
    news().update(addressed_to=0)  # as if a worker had written the first and died before it said so

    for _each in range(10):
        release.address()

    assert sorted(told()) == sorted(reader.pk for reader in readers)


def test_the_cost_does_not_grow_with_the_subscribers(page, incident, django_assert_max_num_queries):
    for _each in range(30):
        make.subscriber(page)
    make.subscriber(page, transport=Transport.WEBHOOK)
    post(incident, page)
    release.release_due()
    with django_assert_max_num_queries(45):
        work()

    assert len(told()) == 31


def test_a_message_says_no_more_than_its_page(page, incident):
    secret = make.component(name="Ledger of the bank")
    actions.set_impacts(incident, [make.affected(page.components.get()), make.affected(secret)], by=None)
    post(incident, page)
    work()

    content = news().get().content
    assert [state["id"] for state in content["pages"][page.public_id]["states"]] == [page.components.get().public_id]
    assert "Ledger" not in str(content)


def test_a_fault_that_one_announcement_brings_to_light_holds_up_no_other(page, incident, monkeypatch):
    make.subscriber(page)
    post(incident, page)
    broken = news().get()
    other = make.confirmed(affects=[page.components.get()])
    post(other, page)
    freeze = content.of_update

    def fails(update, *rest, **named):
        if update == broken.update:
            raise KeyError("old release")
        return freeze(update, *rest, **named)

    monkeypatch.setattr(content, "of_update", fails)
    work()

    assert news().get(incident=other).state == AnnouncementState.DONE
    broken.refresh_from_db()
    assert (broken.state, "KeyError" in broken.last_error) == (AnnouncementState.WAITING, True)
    assert [problem for problem in health.problems() if broken.public_id in problem]

    monkeypatch.undo()
    with time_machine.travel(timezone.now() + release.TROUBLE):
        work()
    broken.refresh_from_db()
    assert (broken.state, broken.last_error) == (AnnouncementState.DONE, "")
