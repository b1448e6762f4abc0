"""Whoever was told of an incident that leaves the public, or one page, hears a last word that leaks nothing."""

import json

import pytest
from django.urls import reverse

from incidents import actions
from incidents.choices import Audience, Status
from notifications import truth
from notifications.choices import AnnouncementState, DeliveryState, Event
from notifications.messages import webhooks
from statuspage.actions import publish_update
from tests import factories as make
from tests.notifications.sent import already_told, deliveries, end, last, leave, news, post, scene, text_of

pytestmark = pytest.mark.django_db

HIDDEN = [Audience.INTERNAL, Audience.RESTRICTED]


@pytest.fixture
def told():
    return already_told("Names in logs of Contoso")


def hide(incident, audience=Audience.INTERNAL, **fields):
    incident.refresh_from_db()
    return actions.set_audience(incident, audience=audience, reason="For us.", by=None, **fields)


def removals():
    return news().filter(event=Event.INCIDENT_REMOVED)


def heard():
    """Who got the last word, as often as they did."""
    leave()
    return [row.subscriber for row in deliveries().filter(announcement__event=Event.INCIDENT_REMOVED)]


@pytest.mark.parametrize("audience", HIDDEN)
def test_whoever_was_told_hears_once_that_it_is_gone_and_programs_close_it(told, audience):
    page, incident, readers = told
    hide(incident, audience)

    recipients, sent = last(Event.INCIDENT_REMOVED)
    assert recipients == set(readers)
    subject, text = text_of(sent["email"])
    name = "An incident that we told you of" if audience == Audience.RESTRICTED else "Names in logs of Contoso"
    address = f"{page.canonical_url}incidents/{incident.public_id}/"
    assert subject == f"[Larkwire: Not shown any more] {name}"
    assert f"unless it shows it again. Its address was {address}" in " ".join(text.split())
    assert "Open the status page" in text
    standard = json.loads(webhooks.standard(sent["webhook"]))["data"]["incident"]
    shape = json.loads(webhooks.statuspage(sent["webhook"]))["incident"]
    assert (standard["id"], standard["name"], standard["status"]) == (incident.public_id, name, "resolved")
    assert (shape["id"], shape["name"], shape["status"]) == (incident.public_id, name, "resolved")
    assert [row["body"].endswith(address) for row in shape["incident_updates"]] == [True]


def test_of_what_is_restricted_nothing_is_said_but_its_address(told):
    _page, incident, _readers = told
    hide(incident, Audience.RESTRICTED)
    incident.refresh_from_db()
    actions.change_facts(incident, by=None, title="Contoso was robbed")
    _recipients, sent = last(Event.INCIDENT_REMOVED)
    written = [
        *text_of(sent["email"]),
        *(str(make(sent["webhook"])) for make in (webhooks.standard, webhooks.statuspage)),
    ]
    for secret in ("Contoso", "We look into it", "SMS", incident.severity.name):
        assert [secret in each for each in written] == [False] * 4


def test_restricted_before_the_last_word_left_it_names_nothing(told):
    _page, incident, readers = told
    hide(incident)
    leave()
    hide(incident, Audience.RESTRICTED)
    recipients, sent = last(Event.INCIDENT_REMOVED)
    assert (recipients, removals().count()) == (set(readers), 1)
    assert text_of(sent["email"])[0] == "[Larkwire: Not shown any more] An incident that we told you of"


def test_shown_again_before_it_left_nobody_hears_that_it_is_gone(told):
    page, incident, readers = told
    hide(incident)
    hide(incident, Audience.PUBLIC)
    assert heard() == []
    post(incident, page, body="Here again.")
    leave()
    assert set(readers) < {row.subscriber for row in deliveries().filter(announcement=news().last())}


def test_each_time_that_it_leaves_whoever_was_told_since_hears_it(told):
    page, incident, readers = told
    hide(incident)
    assert set(heard()) == set(readers)
    end(deliveries().filter(announcement=removals().get()), DeliveryState.SENT)
    hide(incident, Audience.PUBLIC)
    hide(incident)
    assert len(heard()) == 2  # nothing was said of it in between

    hide(incident, Audience.PUBLIC)
    post(incident, page, body="Here again.")
    leave()
    end(deliveries().filter(announcement=news().last()), DeliveryState.SENT)
    hide(incident)
    assert len(heard()) == 5


def test_who_heard_that_it_is_over_hears_nothing_more(told):
    page, incident, _readers = told
    post(incident, page, status=Status.RESOLVED, body="It works again.")
    leave()
    end(deliveries(), DeliveryState.SENT)
    hide(incident)
    assert (heard(), removals().count()) == ([], 0)


def test_what_waits_is_called_back_and_whoever_was_never_told_hears_nothing():
    page, incident = scene()
    make.subscriber(page)
    post(incident, page)
    leave()
    hide(incident)
    assert (heard(), removals().count()) == ([], 0)
    assert set(deliveries().values_list("state", flat=True)) == {DeliveryState.CANCELLED}


def test_that_nobody_is_told_on_purpose_is_on_the_record(told):
    _page, incident, _readers = told
    hide(incident, tell=False)
    assert heard() == []
    assert removals().get().state == AnnouncementState.SILENT
    assert list(truth.removed_unheard(None)) == []


# Off one page


@pytest.mark.parametrize(
    ("usual", "tell", "hears"), [(True, None, True), (False, None, False), (False, True, True), (True, False, False)]
)
def test_taken_off_a_page_its_readers_hear_it_as_the_page_or_a_person_says(told, usual, tell, hears):
    page, incident, readers = told
    page.tell_withdrawals = usual
    page.save()
    other = make.page(*page.components.all(), name="Other")
    follower = make.subscriber(other)
    publish_update(incident, pages=[other], by=None, status=Status.IDENTIFIED, body="Over there.", tell_removal=tell)
    assert set(heard()) == (set(readers) if hears else set())
    assert follower not in heard()
    assert list(truth.removed_unheard(None)) == []


@pytest.mark.parametrize("tell", [True, False])
def test_the_composer_says_who_hears_that_it_leaves_a_page(client, told, tell):
    page, incident, readers = told
    other = make.page(*page.components.all(), name="Other")
    client.force_login(make.in_group("Support"))
    ask = reverse("notifications_staff:recipients", args=[incident.public_id])
    incident.refresh_from_db()
    typed = {
        "version": incident.version,
        "status": "investigating",
        "body": "Over there.",
        "next": "30",
        "pages": [other.public_id],
    }
    typed |= {f"rows-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    shown = client.post(ask, typed).content.decode()
    assert "It leaves Larkwire." in shown
    assert "[Larkwire: Not shown any more] Names in logs of Contoso" in shown
    assert '<input type="checkbox" name="tell_removal" checked>' in shown
    assert "It leaves" not in client.post(ask, typed | {"pages": [page.public_id, other.public_id]}).content.decode()

    typed |= {"tell_removal_shown": "on", "deliver_notifications": "on", "do": "post"} | (
        {"tell_removal": "on"} if tell else {}
    )
    client.post(reverse("statuspage_staff:composer", args=[incident.public_id]), typed)
    assert set(heard()) == (set(readers) if tell else set())
    assert removals().get().state == (AnnouncementState.DONE if tell else AnnouncementState.SILENT)


# Nobody left behind


@pytest.mark.parametrize("audience", HIDDEN)
def test_what_left_without_its_last_word_is_found(told, audience):
    _page, incident, _readers = told
    hide(incident, audience)
    leave()
    assert list(truth.removed_unheard(None)) == []
    removals().delete()
    found = list(truth.removed_unheard(None))
    assert [incident.public_id in words for words in found] == [True]
    assert "Contoso" not in found[0]


# Before it is done


def test_the_form_shows_who_hears_and_what_for_each_audience(client, told):
    _page, incident, readers = told
    client.force_login(make.in_group("Support"))
    address = reverse("admin:incidents_incident_audience", args=[incident.public_id])
    shown = client.get(address).content.decode()
    assert "[Larkwire: Not shown any more] Names in logs of Contoso" in shown
    assert "[Larkwire: Not shown any more] An incident that we told you of" in shown
    assert "<b>1</b>\n          subscriber by mail" in shown
    assert '<input type="checkbox" name="tell" checked>' in shown

    client.post(address, {"audience": "internal", "reason": "For us.", "tell": "on"})
    assert set(heard()) == set(readers)


def test_the_tick_is_as_the_page_says(client, told):
    page, incident, _readers = told
    page.tell_withdrawals = False
    page.save()
    client.force_login(make.in_group("Support"))
    address = reverse("admin:incidents_incident_audience", args=[incident.public_id])
    assert '<input type="checkbox" name="tell">' in client.get(address).content.decode()
    client.post(address, {"audience": "internal", "reason": "For us."})
    assert removals().get().state == AnnouncementState.SILENT
