"""Whoever heard the beginning hears the end: withdrawn, reopened, merged (trial A5, A9)."""

import json
import re

import pytest
from django.urls import reverse

from incidents import actions
from incidents.choices import Audience, Level, Status
from notifications import truth
from notifications.choices import DeliveryState, Event, Transport
from notifications.messages import webhooks
from tests import factories as make
from tests.notifications.sent import already_told, deliveries, end, last, leave, news, post, scene, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    return already_told("SMS delayed")


# Withdrawn


def test_the_workspace_says_how_many_had_been_told_of_what_is_withdrawn(told, client):
    page, incident, _readers = told
    quiet = post(incident, page, body="On the page only.", deliver_notifications=False)
    client.force_login(make.in_group("Support"))
    for update in (incident.updates.earliest("posted_at"), quiet):
        actions.withdraw_update(update, reason="Wrong incident.", by=None)
    workspace = client.get(reverse("admin:incidents_incident_change", args=[incident.public_id]))
    html = " ".join(workspace.content.decode().split())
    assert html.count("it is gone from the page; 2 subscribers had been told.") == 1
    assert html.count("nobody outside reads it any more.") == 1


def test_whoever_was_told_of_an_update_hears_that_it_was_withdrawn_and_what_holds(told):
    page, incident, readers = told
    first = incident.updates.get()
    wrong = post(incident, page, status=Status.IDENTIFIED, body="All SMS are lost.")
    leave()
    end(deliveries().filter(announcement__update=wrong), DeliveryState.SENT)
    late = make.subscriber(page)
    actions.withdraw_update(wrong, reason="Posted on the wrong incident.", by=None)

    recipients, sent = last(Event.INCIDENT_WITHDRAWN)
    assert set(readers) < recipients
    assert late not in recipients
    subject, text = text_of(sent["email"])
    assert subject == "[Larkwire: Update withdrawn] SMS delayed"
    assert "(Identified) was withdrawn: it does not hold. What holds is our update of" in " ".join(text.split())
    assert "We look into it." in text
    assert "All SMS are lost." not in text
    data = json.loads(webhooks.standard(sent["webhook"]))
    assert (data["type"], data["data"]["withdrawn"]["id"]) == ("incident.withdrawn", wrong.public_id)
    assert (data["data"]["incident"]["status"], data["data"]["update"]["id"]) == ("investigating", first.public_id)
    assert b"All SMS are lost." not in webhooks.statuspage(sent["webhook"])


def test_the_only_update_withdrawn_ends_it_for_programs_too(told):
    _page, incident, readers = told
    actions.withdraw_update(incident.updates.get(), reason="A false alarm.", by=None)

    recipients, sent = last(Event.INCIDENT_WITHDRAWN)
    assert recipients == set(readers)
    subject, text = text_of(sent["email"])
    assert subject == "[Larkwire: Withdrawn] SMS delayed"
    assert "Nothing else was published of this incident" in " ".join(text.split())
    assert "We look into it." not in text
    body = json.loads(webhooks.statuspage(sent["webhook"]))
    assert body["incident"]["status"] == "resolved"
    assert [row["body"] for row in body["incident"]["incident_updates"]] == [
        "What was published of this incident was withdrawn."
    ]


def test_what_programs_were_told_of_it_stays_the_same_where_the_only_update_is_withdrawn(told):
    _page, incident, _readers = told
    _recipients, sent = last(Event.INCIDENT_CREATED)
    began = json.loads(webhooks.statuspage(sent["webhook"]))["incident"]
    actions.withdraw_update(incident.updates.get(), reason="A false alarm.", by=None)

    _recipients, sent = last(Event.INCIDENT_WITHDRAWN)
    ended = json.loads(webhooks.statuspage(sent["webhook"]))["incident"]
    kept = ("id", "name", "created_at", "started_at", "shortlink")
    assert [ended[name] for name in kept] == [began[name] for name in kept]
    assert [(each["id"], each["status"]) for each in ended["components"]] == [
        (each["id"], "operational") for each in began["components"]
    ]
    assert len(began["components"]) == 1


def test_nobody_hears_of_what_nobody_was_told(told):
    page, incident, _readers = told
    silent = post(incident, page, body="On the page only.", deliver_notifications=False)
    actions.withdraw_update(silent, reason="Wrong.", by=None)
    assert news().last().event != Event.INCIDENT_WITHDRAWN

    update = post(incident, page, body="Called back in time.")
    actions.withdraw_update(update, reason="Wrong.", by=None)
    assert not news().filter(event=Event.INCIDENT_WITHDRAWN).exists()


def test_whoever_withdraws_may_keep_it_to_the_page(told):
    _page, incident, _readers = told
    actions.withdraw_update(incident.updates.get(), reason="A false alarm.", tell=False, by=None)
    assert not news().filter(event=Event.INCIDENT_WITHDRAWN).exists()


def test_what_was_restricted_meanwhile_is_not_told(told):
    _page, incident, _readers = told
    actions.withdraw_update(incident.updates.get(), reason="A false alarm.", by=None)
    actions.set_audience(incident, audience=Audience.RESTRICTED, reason="Names.", by=None)
    leave()
    assert not deliveries().filter(announcement__event=Event.INCIDENT_WITHDRAWN).exists()


# Taken back


@pytest.fixture
def resolved(told):
    """By somebody who may take it back, and told."""
    page, incident, _readers = told
    person = make.in_group("Engineering Leads")
    post(incident, page, status=Status.RESOLVED, body="It works again.", by=person, override_reason="Over.")
    leave()
    end(deliveries(), DeliveryState.SENT)
    return page, incident, person


@pytest.mark.parametrize("tells", [True, False])
def test_taking_a_resolution_back_says_who_hears_it_and_asks(client, resolved, tells):
    page, incident, person = resolved
    page.tell_withdrawals = tells
    page.save()
    client.force_login(person)
    address = reverse("admin:incidents_incident_unresolve", args=[incident.public_id])
    shown = client.get(address).content.decode()
    assert f'<input type="checkbox" name="tell"{" checked" if tells else ""}>' in shown
    assert "[Larkwire: Update withdrawn] SMS delayed" in shown
    assert "<b>2</b>\n          subscribers by mail" in shown

    client.post(address, {"reason": "Too early."} | ({"tell": "on"} if tells else {}))
    incident.refresh_from_db()
    assert (incident.status, incident.updates.latest("pk").tell_withdrawal) == (Status.INVESTIGATING, tells)
    assert news().filter(event=Event.INCIDENT_WITHDRAWN).exists() is tells


# Reopened


def test_that_it_is_back_reads_as_reopened(told):
    page, incident, readers = told
    post(incident, page, status=Status.RESOLVED, body="It works again.", override_reason="Over.")
    incident.refresh_from_db()
    actions.reopen(incident, reason="Back.", by=None)
    update = post(incident, page, body="It is back.")

    recipients, sent = last(Event.INCIDENT_REOPENED)
    assert set(readers) < recipients
    subject, text = text_of(sent["email"])
    assert subject == "[Larkwire: Reopened] SMS delayed"
    assert "It is back." in text
    data = json.loads(webhooks.standard(sent["webhook"]))["data"]
    assert (data["update"]["id"], data["update"]["reopens"]) == (update.public_id, True)
    assert (data["incident"]["status"], data["incident"]["resolved_at"]) == ("investigating", None)


def test_what_was_only_named_as_well_was_not_affected(told):
    page, incident, _readers = told
    sms, voice = page.components.get(), make.component(name="Voice", parent=page.components.get())
    post(incident, page, states=[make.affected(each, level=Level.OPERATIONAL) for each in (sms, voice)])
    leave()
    assert news().last().content["pages"][page.public_id]["scope"] == "SMS"


# Merged


def test_whoever_was_told_hears_where_it_goes_on_once_and_programs_that_it_ended(told):
    page, incident, readers = told
    into = make.told(page=page, title="Carrier down", affects=list(page.components.all()), body="A carrier is down.")
    actions.merge(incident, into=into, by=None)

    recipients, sent = last(Event.INCIDENT_MERGED)
    assert recipients == set(readers)
    subject, text = text_of(sent["email"])
    assert subject == "[Larkwire: Merged] SMS delayed"
    assert "It turned out to be part of another incident, which is investigating." in " ".join(text.split())
    address = f"{page.canonical_url}incidents/{into.public_id}/"
    assert f"Continued in “Carrier down”: {address}" in " ".join(text.split())
    standard = json.loads(webhooks.standard(sent["webhook"]))["data"]
    assert (standard["incident"]["id"], standard["incident"]["status"]) == (incident.public_id, "resolved")
    assert standard["incident"]["merged_into"] == into.public_id
    shape = json.loads(webhooks.statuspage(sent["webhook"]))["incident"]
    assert (shape["status"], shape["resolved_at"] is not None) == ("resolved", True)
    assert shape["incident_updates"][0]["body"] == f"Continued in “Carrier down”: {address}"


def test_who_follows_just_the_merged_one_hears_where_it_goes_on_told_before_or_not(client, told):
    page, incident, readers = told
    follower = make.subscriber(page, scope={"incident": incident})
    into = make.told(page=page, title="Carrier down", affects=list(page.components.all()), body="A carrier is down.")
    client.force_login(make.in_group("Engineering Leads"))
    screen = client.get(reverse("admin:incidents_incident_merge", args=[incident.public_id]), {"into": into.public_id})
    assert "2 subscribers by mail" in " ".join(re.sub(r"<[^>]+>", "", screen.content.decode()).split())
    actions.merge(incident, into=into, by=None)
    assert last(Event.INCIDENT_MERGED)[0] == {*readers, follower}


def test_merged_before_its_messages_left_both_leave_in_order(told):
    page, incident, _readers = told
    into = make.told(page=page, affects=list(page.components.all()))
    post(incident, page, body="Just posted.")
    actions.merge(incident, into=into, by=None)
    leave()
    assert [row.event for row in news().order_by("-pk")[:2]] == ["incident.merged", "incident.updated"]


# Before it is done


def test_the_form_says_who_hears_that_an_update_is_withdrawn_and_what_they_get(client, told):
    _page, incident, _readers = told
    update = incident.updates.get()
    client.force_login(make.in_group("Support"))
    page = client.get(reverse("statuspage_staff:withdraw", args=[update.public_id])).content.decode()

    assert "[Larkwire: Withdrawn] SMS delayed" in page
    assert "<b>1</b>\n          subscriber by mail" in page
    address = reverse("statuspage_staff:withdraw", args=[update.public_id])
    incident.refresh_from_db()
    client.post(address, {"version": incident.version, "reason": "Wrong."})
    update.refresh_from_db()
    assert (update.withdrawn_at is not None, update.tell_withdrawal) == (True, False)


@pytest.mark.parametrize("tells", [True, False])
def test_a_page_says_whether_it_is_usual(client, told, tells):
    page, incident, _readers = told
    page.tell_withdrawals = tells
    page.save()
    client.force_login(make.in_group("Support"))
    shown = client.get(reverse("statuspage_staff:withdraw", args=[incident.updates.get().public_id]))
    assert shown.context["form"]["tell"].value() is tells


def test_merging_says_who_hears_where_it_goes_on(client, told):
    page, incident, _readers = told
    into = make.told(page=page, title="Carrier down", affects=list(page.components.all()))
    client.force_login(make.in_group("Engineering Leads"))
    where = reverse("admin:incidents_incident_merge", args=[incident.public_id])
    shown = client.get(where, {"into": into.public_id}).content.decode()

    assert "[Larkwire: Merged] SMS delayed" in shown
    assert "which is investigating" in shown
    assert "<b>1</b>\n          subscriber by mail" in shown


def test_what_nobody_heard_the_end_of_is_found(told):
    page, incident, _readers = told
    into = make.told(page=page, affects=list(page.components.all()))
    actions.merge(incident, into=into, by=None)
    leave()
    incident.refresh_from_db()
    later = incident.merged_at + truth.LATE * 2
    assert list(truth.unheard_ends(later)) == []

    news().filter(event=Event.INCIDENT_MERGED).delete()
    assert [incident.public_id in found for found in truth.unheard_ends(later)] == [True]


def test_a_chat_that_says_no_has_taken_nothing():
    page, incident = scene()
    make.subscriber(page, transport=Transport.TEAMS)
    post(incident, page)
    leave()
    end(deliveries(), DeliveryState.SENT, answer="200 Webhook message delivery failed with error: … 413")
    assert len(list(truth.refused_and_sent(incident.declared_at))) == 1
