"""Followers move along when an incident is merged, and whoever heard of the one hears the end of the other."""

import pytest

from incidents import actions
from incidents.choices import Status
from notifications.announcements import release
from notifications.choices import Event
from notifications.models import Delivery, Muted, Subscription
from statuspage.actions import publish_update
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return make.page(make.component(), make.component())


@pytest.fixture
def two(page):
    """Two incidents of different parts of the page, both told."""
    return [make.told(page=page, affects=[part]) for part in page.components.all()]


def work():
    while release.step():
        pass


def test_who_followed_the_one_follows_the_other_once(page, two):
    source, target = two
    reader, both = make.subscriber(page, scope={"incident": source}), make.subscriber(page, scope={"incident": source})
    make.subscription(both, page, incident=target)
    asked = make.subscriber(page, confirmed=False, scope={"incident": source})

    actions.merge(source, into=target, by=None, reason="The same cable.")

    assert set(Subscription.objects.values_list("subscriber", "incident")) == {
        (reader.pk, target.pk),
        (both.pk, target.pk),
        (asked.pk, target.pk),
    }
    assert [row.subscriber for row in Subscription.objects.filter(confirmed_at=None)] == [asked]


def test_who_wanted_no_more_of_the_one_gets_none_of_the_other(page, two):
    source, target = two
    reader = make.subscriber(page)
    Muted.objects.create(subscriber=reader, incident=source)

    actions.merge(source, into=target, by=None, reason="The same cable.")

    assert set(Muted.objects.values_list("subscriber", "incident")) == {(reader.pk, source.pk), (reader.pk, target.pk)}


def test_who_heard_of_the_source_hears_the_all_clear_of_the_target(page, two):
    source, target = two
    reader = make.subscriber(page, scope={"component": source.impacts.get().component})
    publish_update(source, by=None, pages=[page], status=source.status, body="A cable is cut.")
    work()
    actions.merge(source, into=target, by=None, reason="The same cable.")
    target.refresh_from_db()
    publish_update(
        target, by=None, pages=[page], status=Status.RESOLVED, body="It works.", override_reason="It is over."
    )
    work()

    told = Delivery.objects.filter(announcement__event=Event.INCIDENT_RESOLVED, subscriber__isnull=False)
    assert [row.subscriber for row in told] == [reader]
