"""Reopening with the word to customers in the same act (trial A5)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents import actions
from incidents.choices import Level, Status
from incidents.models import Incident
from tests import factories as make
from tests.incidents.browser import form

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    person = make.in_group("Engineering Leads")
    client.force_login(person)
    return person


def where(incident):
    return reverse("statuspage_staff:reopen", args=[incident.public_id])


def over(**facts):
    sms = make.component(name="SMS")
    page = make.page(sms, name="Larkwire")
    return make.resolved(
        page=page, affects=[make.affected(sms, make.location(name="Frankfurt"), Level.PARTIAL)], **facts
    )


def asked(client, incident):
    return form(client.get(where(incident)))


def test_it_opens_with_what_had_failed_a_text_a_promise_and_who_will_hear(client, lead):
    incident = over()
    response = client.get(where(incident))
    page = response.content.decode()

    assert response.status_code == 200
    filled = "The problem with SMS in Frankfurt is back: some of it does not work."
    assert filled in page
    assert response.context["preview"].words["stage"] == "Reopened, investigating"
    assert "Nobody outside has asked to hear of this" in page


def test_customers_read_in_the_same_act_that_it_is_back_and_when_they_hear_next(client, lead):
    incident = over()
    data = asked(client, incident) | {"reason": "Delays again.", "next": "15"}
    now = timezone.now()

    assert client.post(where(incident), data).status_code == 302

    incident = Incident.objects.with_told().get()
    update = incident.updates.first()
    assert (incident.status, incident.told_status, update.author) == ("investigating", "investigating", lead)
    assert timedelta(minutes=14) <= update.promised_at - now <= timedelta(minutes=15)
    assert [(i.component.name, i.level) for i in incident.impacts.open()] == [("SMS", Level.PARTIAL)]
    assert incident.resolutions.get().reopen_reason == "Delays again."


def test_without_the_tick_it_waits_for_support(client, lead):
    incident = over()
    data = asked(client, incident) | {"reason": "Delays again."}
    del data["publish"]
    client.post(where(incident), data)

    assert list(Incident.objects.awaiting_telling()) == [incident]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": " "}, "Say why; it stays on the record."),
        ({"body": " "}, "Write what customers should read, or take away the tick."),
        ({"rows-0-level": "0"}, "Choose at least one component: customers read what is affected."),
        ({"next": "custom", "promised_at": ""}, "Choose when customers hear from you next."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(client, lead, changed, sentence):
    incident = over()
    data = asked(client, incident) | {"reason": "Delays again.", "body": "It is late again."} | changed
    response = client.post(where(incident), data)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    incident.refresh_from_db()
    assert incident.status == Status.RESOLVED


def test_whoever_is_second_reads_who_was_quicker_and_keeps_the_text(client, lead):
    incident = over()
    data = asked(client, incident) | {"reason": "Delays again.", "body": "Mine."}
    actions.reopen(incident, reason="Me first.", by=None)

    response = client.post(where(incident), data)

    assert response.status_code == 412
    page = response.content.decode()
    assert "Only a resolved incident can be reopened; this is investigating." in page
    assert "Mine." in page


def test_what_is_not_public_is_reopened_without_a_word(client, lead):
    incident = make.internal()
    actions.change_stage(incident, status=Status.RESOLVED, override_reason="Over.", by=None)
    data = asked(client, incident)
    assert "body" not in data

    client.post(where(incident), data | {"reason": "Again."})
    incident.refresh_from_db()
    assert (incident.status, incident.updates.count()) == (Status.INVESTIGATING, 0)


def test_who_may_reopen_and_not_publish_leaves_it_to_support(client):
    client.force_login(make.user(permissions=["view_incident", "reopen_incident"]))
    incident = over()
    data = asked(client, incident)
    client.post(where(incident), data | {"reason": "Again.", "publish": "on", "body": "Not mine to write."})

    assert list(Incident.objects.awaiting_telling()) == [incident]
    assert incident.updates.filter(body="Not mine to write.").count() == 0


def test_the_preview_follows_what_is_chosen(client, lead):
    incident = over()
    data = asked(client, incident) | {"rows-0-level": "3", "reason": ""}
    found = client.post(reverse("statuspage_staff:preview", args=[incident.public_id]), data).content.decode()

    assert "it does not work" in found
    assert "Major outage" in found
