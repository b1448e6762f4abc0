"""Internal channels and an update: heard when readers hear it, and what became of it afterwards."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, Status
from notifications.actions import undoing
from notifications.choices import AnnouncementState, DeliveryState, Event, Reach
from notifications.messages.outgoing import News
from notifications.messages.staff import staff_notice
from notifications.models import Announcement, Delivery, MessageSettings
from tests import factories as make
from tests.notifications.sent import leave, post, scene

pytestmark = pytest.mark.django_db


def inside():
    return Announcement.objects.filter(event=Event.STAFF_UPDATE).order_by("pk")


def hear():
    """Everything leaves and arrives."""
    leave()
    Delivery.objects.filter(state=DeliveryState.DUE).update(state=DeliveryState.SENT)


def said(announcement):
    return staff_notice(News(id="ann_1", event=announcement.event, content=announcement.content), ZoneInfo("UTC"))


@pytest.fixture
def heard():
    make.channel()
    page, incident = scene(title="SMS delayed")
    update = post(incident, page, body="All of it fails.")
    hear()
    return page, incident, update


def test_within_the_undo_delay_channels_wait_as_readers_do_and_calling_back_stops_both():
    make.channel()
    page, incident = scene()
    MessageSettings.objects.create(page=page, undo_seconds=30)
    update = post(incident, page)
    leave()
    assert inside().get().state == AnnouncementState.WAITING

    undoing.call_back(update, by=None)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
        leave()
    assert inside().get().state == AnnouncementState.CALLED_BACK
    assert not Delivery.objects.filter(announcement__event=Event.STAFF_UPDATE).exists()


def test_the_undo_delay_over_channels_hear():
    make.channel()
    page, incident = scene()
    MessageSettings.objects.create(page=page, undo_seconds=30)
    post(incident, page)
    with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=True):
        leave()
    assert inside().get().state == AnnouncementState.DONE
    assert Delivery.objects.filter(announcement__event=Event.STAFF_UPDATE).count() == 1


def test_where_no_reader_is_told_there_is_nothing_to_wait_for():
    make.channel()
    page, incident = scene()
    MessageSettings.objects.create(page=page, undo_seconds=30)
    post(incident, page, deliver_notifications=False)
    leave()
    assert inside().get().state == AnnouncementState.DONE


def test_a_held_storm_holds_no_channel():
    make.channel()
    page, incident = scene()
    MessageSettings.objects.create(page=page, storm_limit=1)
    for _n in range(3):
        post(incident, page)
        leave()
    assert {row.state for row in inside()} == {AnnouncementState.DONE}
    assert inside().count() == 3


def test_withdrawn_after_it_was_heard_the_channels_hear_why(heard):
    _page, _incident, update = heard
    actions.withdraw_update(update, by=make.in_group("Support", first_name="Ana", last_name="Kovač"), reason="Wrong.")
    hear()

    row = inside().last()
    assert (row.reach, row.content["line"]) == (Reach.STAFF, "Update withdrawn: Wrong.")
    assert row.content["fields"] == [
        ["Customers no longer read", {"markdown": "All of it fails."}], ["By", "Ana Kovač"],
    ]  # fmt: skip
    assert said(row).subject == "[Update withdrawn] SMS delayed"
    assert Delivery.objects.filter(announcement=row, state=DeliveryState.SENT).count() == 1


def test_withdrawn_before_it_left_the_channels_hear_nothing():
    make.channel()
    page, incident = scene()
    update = post(incident, page)
    leave()  # written, not sent
    actions.withdraw_update(update, by=None, reason="Wrong.")
    assert Delivery.objects.get(announcement__event=Event.STAFF_UPDATE).state == DeliveryState.CANCELLED
    assert inside().count() == 1


def test_corrected_after_it_was_heard_the_channels_read_the_new_text(heard):
    _page, _incident, update = heard
    actions.correct_update(update, body="Half of it fails.", by=None)
    hear()
    actions.correct_update(update, body="A third of it fails.", by=None, tell_again=True)
    hear()

    assert [row.content["line"] for row in inside()][1:] == ["Update corrected", "Update corrected"]
    row = inside().last()
    assert dict(row.content["fields"])["Customers read"] == {"markdown": "A third of it fails."}
    assert said(row).subject == "[Update corrected] SMS delayed"


def test_corrected_before_it_left_it_leaves_corrected_once():
    make.channel()
    page, incident = scene()
    update = post(incident, page)
    actions.correct_update(update, body="Better said.", by=None)
    leave()
    assert dict(inside().get().content["fields"])["Customers read"] == {"markdown": "Better said."}


def test_an_all_clear_that_resolved_it_was_heard_as_the_resolution(heard):
    page, incident, _update = heard
    last = post(incident, page, status=Status.RESOLVED, body="It is over.", override_reason="It is.")
    hear()
    actions.withdraw_update(last, by=None, reason="It is not.")
    hear()
    assert inside().last().content["line"] == "Update withdrawn: It is not."


def test_of_a_restricted_incident_no_correction_and_no_withdrawal_is_told(heard):
    _page, incident, update = heard
    actions.correct_update(update, body="Keys in a log.", by=None)
    incident.refresh_from_db()
    actions.set_audience(incident, audience=Audience.RESTRICTED, reason="A leak.", by=None)
    hear()
    actions.withdraw_update(update, by=None, reason="Keys in a log.")
    hear()
    assert Announcement.objects.filter(update=update, event=Event.STAFF_UPDATE).count() == 2
    assert "Keys" not in str(list(Announcement.objects.values_list("content", flat=True)))
