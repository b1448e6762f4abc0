"""Putting an update right, and taking it back."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from incidents import actions
from incidents.choices import EntryKind, Status
from statuspage.actions import publish_update
from tests import factories as make
from tests.statuspage.staff import fields, scene, url

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 14, tzinfo=UTC)


@pytest.fixture
def support(client):
    person = make.in_group("Support")
    client.force_login(person)
    return person


def opened(client, name, update):
    return fields(client.get(url(name, update)), None)


def test_old_stands_beside_new_and_nobody_is_told_again(client, support):
    _page, incident = scene()
    update = incident.updates.get()
    given = opened(client, "correct", update)

    response = client.post(url("correct", update), given | {"body": "SMS and RCS are late.", "reason": "RCS too."})

    update.refresh_from_db()
    assert given["body"] == "SMS is late. We look for the cause."
    assert "tell_again" not in given
    assert response.headers["Location"] == reverse("admin:incidents_incident_change", args=[incident.public_id])
    assert update.body == "SMS and RCS are late."
    assert update.corrected_at is not None
    assert not update.tell_again
    assert incident.timeline.get(kind=EntryKind.CORRECTION).data["reason"] == "RCS too."


def test_its_author_may_ask_for_it_to_be_told_again(client, support):
    _page, incident = scene()
    update = incident.updates.get()

    client.post(url("correct", update), opened(client, "correct", update) | {"body": "New.", "tell_again": "on"})

    update.refresh_from_db()
    assert update.tell_again


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": " "}, "Write what customers should read, or withdraw the update."),
        ({}, "The text is the same as before."),
        ({"body": "x", "reason": "y" * 256}, "at most 255 characters"),
    ],
)
def test_a_refused_correction_changes_nothing(client, support, changes, sentence):
    _page, incident = scene()
    update = incident.updates.get()

    response = client.post(url("correct", update), opened(client, "correct", update) | changes)

    update.refresh_from_db()
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert update.corrected_at is None


def test_withdrawing_says_what_will_happen_and_asks_once(client, support):
    _page, incident = scene()
    update = incident.updates.get()

    html = client.get(url("withdraw", update)).content.decode()
    refused = client.post(url("withdraw", update), opened(client, "withdraw", update) | {"reason": " "})
    done = client.post(url("withdraw", update), opened(client, "withdraw", update) | {"reason": "Wrong incident."})

    assert "It is the only update: the incident leaves the page" in html
    assert refused.status_code == 422
    assert "Say why; it stays on the record." in refused.content.decode()
    assert done.status_code == 302
    update.refresh_from_db()
    incident.refresh_from_db()
    assert update.withdrawal_reason == "Wrong incident."
    assert incident.first_notice_at is None


def test_withdrawing_the_last_names_what_the_page_goes_back_to(client, support):
    _page, incident = scene()
    first = incident.updates.get()
    make.update(incident, status=Status.IDENTIFIED)
    last = incident.updates.first()

    assert "The page goes back to “Investigating”" in client.get(url("withdraw", last)).content.decode()
    assert "Later updates stay as they are." in client.get(url("withdraw", first)).content.decode()


@pytest.mark.parametrize("name", ["correct", "withdraw"])
def test_what_is_withdrawn_leads_back(client, support, name):
    _page, incident = scene()
    update = incident.updates.get()
    actions.withdraw_update(update, by=None, reason="Wrong.")

    assert client.get(url(name, update)).status_code == 302
    assert client.post(url(name, update), {"version": "1", "body": "x", "reason": "x"}).status_code == 302


@pytest.mark.parametrize("name", ["correct", "withdraw"])
@pytest.mark.parametrize("group", ["Engineering", "Viewers", "Managers"])
def test_who_may_not(client, name, group):
    _page, incident = scene()
    update = incident.updates.get()
    client.force_login(make.in_group(group))

    response = client.post(url(name, update), {"version": str(incident.version), "body": "x", "reason": "x"})

    update.refresh_from_db()
    assert response.status_code == 403
    assert (update.corrected_at, update.withdrawn_at) == (None, None)


@pytest.mark.parametrize("name", ["correct", "withdraw"])
def test_an_update_of_a_restricted_incident_is_not_there(client, support, name):
    _page, incident = scene()
    update = incident.updates.get()
    actions.set_audience(incident, audience="restricted", by=None, reason="Keys seen.")

    assert client.get(url(name, update)).status_code == 404
    assert client.post(url(name, update), {}).status_code == 404


@pytest.mark.parametrize("name", ["correct", "withdraw"])
def test_somebody_changed_the_incident_meanwhile(client, support, name):
    _page, incident = scene()
    update = incident.updates.get()
    given = opened(client, name, update) | {"body": "Mine.", "reason": "My reason."}
    make.update(incident, status=Status.IDENTIFIED)

    response = client.post(url(name, update), given)

    assert response.status_code == 412
    assert "Somebody changed this incident while you were writing." in response.content.decode()
    again = fields(response, None)
    assert again["reason"] == "My reason."
    assert client.post(url(name, update), again).status_code == 302


def test_hostile_words_stay_words(client, support):
    _page, incident = scene(told=False)
    update = make.update(incident, body="<script>alert(1)</script> **x** </textarea><script>alert(2)</script>")

    html = client.get(url("correct", update)).content.decode()

    assert "<script>alert" not in html
    assert "<strong>x</strong>" in html


# The promise


def promising(client, minutes=30, body="More by 14:30 UTC."):
    with time_machine.travel(NOON, tick=False):
        _page, incident = scene(told=False)
        at = NOON + timedelta(minutes=minutes)
        update = publish_update(
            incident, by=None, pages=[_page], status=Status.INVESTIGATING, body=body, promised_at=at
        )
    return incident, update


def test_the_promise_is_corrected_and_the_text_follows_it(client, support):
    incident, update = promising(client)
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        given = opened(client, "correct", update)
        changed = given | {"promised_at": "2026-11-20T15:15", "reason": "The carrier needs longer."}
        response = client.post(url("correct", update), changed)

        update.refresh_from_db()
        assert given["promised_at"] == "2026-11-20 14:30"
        assert response.status_code == 302
        assert update.promised_at.isoformat() == "2026-11-20T15:15:00+00:00"
        assert update.body == "More by 15:15 UTC."
        told = client.get(reverse("admin:incidents_incident_change", args=[incident.public_id])).content.decode()
        assert "Next update promised by" in told


def test_a_changed_promise_needs_a_reason_and_a_time_ahead(client, support):
    _incident, update = promising(client)
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        given = opened(client, "correct", update)
        without = client.post(url("correct", update), given | {"promised_at": "2026-11-20T15:15"})
        past = client.post(url("correct", update), given | {"promised_at": "2026-11-20T14:05", "reason": "So"})
        none = client.post(url("correct", update), given | {"promised_at": "", "reason": "So"})

    assert (without.status_code, past.status_code, none.status_code) == (422, 422, 422)
    assert "Say why; it stays on the record." in without.content.decode()
    assert "The promised time has passed; choose a later one." in past.content.decode()
    assert "Choose when customers hear from you next." in none.content.decode()
    update.refresh_from_db()
    assert (update.corrected_at, update.body) == (None, "More by 14:30 UTC.")


def test_the_text_alone_leaves_the_promise_to_the_second(client, support):
    _incident, update = promising(client, minutes=30.5)
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        client.post(url("correct", update), opened(client, "correct", update) | {"body": "Better."})
    update.refresh_from_db()
    assert (update.body, update.promised_at.isoformat()) == ("Better.", "2026-11-20T14:30:30+00:00")


def test_a_promise_that_is_over_is_not_asked_about(client, support):
    incident, update = promising(client)
    with time_machine.travel(NOON + timedelta(minutes=31), tick=False):
        assert "promised_at" not in opened(client, "correct", update)
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False):
        make.update(incident)
        assert "promised_at" not in opened(client, "correct", update)
