"""Held back by the limit against a storm: shown where people look, released or dropped by whoever may."""

import re

import pytest
from django.urls import reverse

from incidents import actions
from incidents.choices import Audience, EntryKind
from incidents.exceptions import DomainError, NotAllowed
from notifications.actions import releasing
from notifications.choices import AnnouncementState
from notifications.models import MessageSettings
from tests import factories as make
from tests.notifications.sent import deliveries, leave, news, post, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def stormy():
    """Two updates within the hour where one is the limit: the second is held back."""
    page, incident = scene(title="SMS is late")
    make.subscriber(page)
    MessageSettings.objects.create(page=page, storm_limit=1)
    post(incident, page)
    leave()
    post(incident, page, body="The second text.")
    leave()
    held = news().last()
    assert held.state == AnnouncementState.HELD
    return page, incident, held


def notes(incident):
    return list(incident.timeline.filter(kind=EntryKind.NOTE).values_list("text", flat=True))


def test_released_it_reaches_everybody_with_the_text_as_it_is_now(stormy):
    page, incident, held = stormy
    person = make.in_group("Support")
    actions.correct_update(held.update, body="The second text, put right.", by=None)
    late = make.subscriber(page)

    releasing.release(held, by=person)
    leave()

    held.refresh_from_db()
    assert (held.state, held.decided_by) == (AnnouncementState.DONE, person)
    assert held.content["body"] == "The second text, put right."
    assert late.pk in deliveries().filter(announcement=held).values_list("subscriber", flat=True)
    assert any(note.startswith("Released the held-back messages") for note in notes(incident))


def test_dropped_nobody_is_told_and_the_page_keeps_it(stormy):
    _page, incident, held = stormy

    releasing.drop(held, by=make.in_group("Engineering Leads"))
    leave()

    held.refresh_from_db()
    assert held.state == AnnouncementState.CALLED_BACK
    assert not deliveries().filter(announcement=held).exists()
    assert held.update.withdrawn_at is None
    assert any(note.startswith("Dropped the held-back messages") for note in notes(incident))


def test_decided_once(stormy):
    _page, _incident, held = stormy
    releasing.drop(held, by=None)

    for verb in (releasing.release, releasing.drop):
        with pytest.raises(DomainError, match="not held back any more"):
            verb(held, by=None)


def test_without_the_right_it_stays_held(stormy):
    _page, incident, held = stormy
    for verb in (releasing.release, releasing.drop):
        with pytest.raises(NotAllowed):
            verb(held, by=make.in_group("Engineering"))
    held.refresh_from_db()
    assert held.state == AnnouncementState.HELD
    assert notes(incident) == []


def test_what_nobody_may_read_any_more_is_not_released(stormy):
    _page, incident, held = stormy
    incident.refresh_from_db()
    actions.set_audience(incident, audience=Audience.INTERNAL, reason="Ours.", by=None)

    with pytest.raises(DomainError):
        releasing.release(held, by=None)


@pytest.mark.parametrize("place", ["home", "workspace", "queue", "announcement"])
def test_it_stands_where_people_look(client, stormy, place):
    _page, incident, held = stormy
    client.force_login(make.in_group("Support"))
    address = {
        "home": reverse("admin:index"),
        "workspace": reverse("admin:incidents_incident_change", args=[incident.public_id]),
        "queue": reverse("notifications_staff:queue"),
        "announcement": reverse("notifications_staff:announcement", args=[held.public_id]),
    }[place]

    html = client.get(address).content.decode()

    assert reverse("notifications_staff:release", args=[held.public_id]) in html
    assert reverse("notifications_staff:drop", args=[held.public_id]) in html
    client.post(reverse("notifications_staff:release", args=[held.public_id]), {"back": address})
    held.refresh_from_db()
    assert held.state == AnnouncementState.RELEASED
    assert reverse("notifications_staff:release", args=[held.public_id]) not in client.get(address).content.decode()


@pytest.mark.parametrize("verb", ["release", "drop"])
@pytest.mark.parametrize("place", ["home", "workspace", "queue"])
def test_deciding_leads_back_to_the_page_with_a_word(client, stormy, place, verb):
    _page, incident, held = stormy
    client.force_login(make.in_group("Support"))
    address = {
        "home": reverse("admin:index"),
        "workspace": reverse("admin:incidents_incident_change", args=[incident.public_id]),
        "queue": reverse("notifications_staff:queue"),
    }[place]
    html = client.get(address).content.decode()
    assert set(re.findall(r'name="back" value="([^"]*)"', html)) == {address}

    landed = client.post(reverse(f"notifications_staff:{verb}", args=[held.public_id]), {"back": address}, follow=True)

    assert landed.redirect_chain == [(address, 302)]
    assert {"release": "Released. It leaves now.", "drop": "Dropped. Nobody is told"}[verb] in landed.content.decode()


def test_who_may_not_decide_reads_of_it_without_buttons(client, stormy):
    _page, _incident, held = stormy
    client.force_login(make.in_group("Engineering"))

    html = client.get(reverse("admin:index")).content.decode()

    assert "1 message is held back" in html
    assert reverse("notifications_staff:release", args=[held.public_id]) not in html
    client.post(reverse("notifications_staff:release", args=[held.public_id]))
    held.refresh_from_db()
    assert held.state == AnnouncementState.HELD


def test_of_a_restricted_incident_nobody_else_learns_that_something_is_held(client, stormy):
    _page, incident, held = stormy
    incident.refresh_from_db()
    actions.set_audience(incident, audience=Audience.RESTRICTED, reason="A leak.", by=None)
    news().filter(pk=held.pk).update(state=AnnouncementState.HELD)
    client.force_login(make.in_group("Support"))

    for address in (reverse("admin:index"), reverse("notifications_staff:queue")):
        html = client.get(address).content.decode()
        assert "held back" not in html
        assert "SMS is late" not in html
    assert client.get(reverse("notifications_staff:announcement", args=[held.public_id])).status_code == 404
    assert client.post(reverse("notifications_staff:release", args=[held.public_id])).status_code == 404
