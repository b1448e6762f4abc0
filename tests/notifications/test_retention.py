"""What the ledger forgets, and what it keeps."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from notifications.announcements import release
from notifications.announcements.announce import tell_one
from notifications.choices import DeliveryState, Event
from notifications.models import Announcement, Attempt, Delivery
from notifications.queue.retention import purge
from statuspage.actions import publish_update
from tests import factories as make

pytestmark = pytest.mark.django_db
LATER = timedelta(days=91)


@pytest.fixture(autouse=True)
def days(settings):
    settings.LEDGER_DAYS = 90


def told(*, open_incident):
    page = make.page(make.component())
    make.subscriber(page)
    make_one = make.told if open_incident else make.resolved
    incident = make_one(page=page, affects=[page.components.get()])
    if open_incident:
        publish_update(incident, by=None, pages=[page], status=incident.status, body="We are looking into it.")
    while release.step():
        pass
    rows = Delivery.objects.filter(subscriber__isnull=False)
    rows.update(state=DeliveryState.SENT, finished_at=timezone.now())
    Attempt.objects.bulk_create(Attempt(delivery=row, outcome="sent") for row in rows)
    return incident


def test_old_messages_go_with_their_attempts_and_the_announcement_stays():
    told(open_incident=False)
    announced = Announcement.objects.count()
    assert purge() == 0

    with time_machine.travel(timezone.now() + LATER):
        assert purge() > 0

    assert not Delivery.objects.exists()
    assert not Attempt.objects.exists()
    assert Announcement.objects.count() == announced


def test_what_an_open_incident_needs_stays():
    """Whoever heard the alarm is to hear the all-clear, however late."""
    told(open_incident=True)
    with time_machine.travel(timezone.now() + LATER):
        purge()

    assert Delivery.objects.exists()


def test_what_is_not_finished_stays():
    told(open_incident=False)
    Delivery.objects.update(state=DeliveryState.DUE, finished_at=None)
    with time_machine.travel(timezone.now() + LATER):
        purge()

    assert Delivery.objects.exists()


def test_a_message_to_one_person_leaves_nothing():
    row = tell_one(Event.PERSON_PASSWORD, key="password:1", person=make.user())
    Delivery.objects.filter(pk=row.pk).update(state=DeliveryState.SENT, finished_at=timezone.now())
    with time_machine.travel(timezone.now() + LATER):
        purge()

    assert not Announcement.objects.exists()
