"""*New incident* from a page: exactly five fields, declared and told at once (4-01)."""

import pytest
from django.urls import reverse

from incidents.choices import Level, SeverityLevel, Status
from incidents.models import Incident
from statuspage.models import PageIncident
from tests import factories as make
from tests.statuspage.staff import TIMED, fields, url

pytestmark = pytest.mark.django_db
HIDDEN = {"filled", "filled_time", "template"}


@pytest.fixture
def support(client):
    person = make.in_group("Support")
    client.force_login(person)
    return person


@pytest.fixture
def page():
    top = make.component(name="Messaging")
    make.component(name="SMS", parent=top, public_id="comp_sms")
    make.component(name="Voice", parent=top, public_id="comp_voice")
    make.component(name="Not on the page", public_id="comp_other")
    return make.page(top, name="Larkwire", label="Platform", is_default=True, origin="external")


def opened(client, page):
    return fields(client.get(url("new_incident", page)), None)


def five(**changes):
    return {
        "title": "SMS late in Frankfurt",
        "status": "investigating",
        "components": ["comp_sms"],
        "severity": "2",
        "body": "SMS is late. We look for the cause.",
    } | changes


def test_there_are_exactly_five_fields(client, support, page):
    html = client.get(url("new_incident", page)).content.decode()

    named = {part.split('"')[0] for part in html.split('name="')[1:]} - {
        "csrfmiddlewaretoken",
        "once",
        "viewport",
        "robots",
    }
    assert named - HIDDEN == {"title", "status", "components", "severity", "body"}


def test_only_components_of_the_page_are_offered(client, support, page):
    html = client.get(url("new_incident", page)).content.decode()

    assert "SMS" in html
    assert "Not on the page" not in html


def test_it_declares_and_tells_at_once(client, support, page):
    response = client.post(url("new_incident", page), five())

    incident = Incident.objects.get()
    assert response.headers["Location"] == reverse("admin:incidents_incident_change", args=[incident.public_id])
    assert (incident.status, incident.severity_id, incident.origin) == (
        "investigating",
        SeverityLevel.MAJOR,
        "external",
    )
    impact = incident.impacts.get()
    assert (impact.component.name, impact.location, impact.level) == ("SMS", None, Level.PARTIAL)
    update = incident.updates.get()
    assert update.body == "SMS is late. We look for the cause."
    assert round((update.promised_at - update.posted_at).total_seconds() / 60) in (29, 30)
    assert PageIncident.objects.get().page == page


def test_an_untouched_text_is_filled_in_with_what_was_chosen(client, support, page):
    given = opened(client, page) | five()
    given["body"] = given["filled"]

    client.post(url("new_incident", page), given)

    assert Incident.objects.get().updates.get().body.startswith("We are aware of a problem with SMS: some of it")


def test_what_is_over_already_is_declared_resolved(client, support, page):
    response = client.post(url("new_incident", page), five(status="resolved", body="SMS was late. It works again."))

    incident = Incident.objects.get()
    assert response.status_code == 302
    assert incident.status == Status.RESOLVED
    assert incident.declared_resolved
    assert not incident.impacts.open().exists()
    assert incident.updates.get().promised_at is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": "  "}, "Say in a few words what fails."),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"status": "suspected"}, "This can not be chosen"),
        ({"components": []}, "Choose at least one component: customers read what is affected."),
        ({"components": ["comp_other"]}, "One of the components is not on this page; choose again."),
        ({"severity": ""}, "Choose how severe it is."),
        ({"body": " "}, "Write what customers should read."),
    ],
)
def test_a_refusal_stands_at_its_field_and_nothing_is_saved(client, support, page, changes, sentence):
    response = client.post(url("new_incident", page), five(**changes))

    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html
    assert "body" in changes or "SMS is late. We look for the cause." in html
    assert not Incident.objects.exists()


@pytest.mark.parametrize("group", ["Engineering", "Viewers", "Reliability", "Managers", "Security"])
def test_who_may_not_publish_is_shown_the_way_to_report(client, page, group):
    client.force_login(make.in_group(group))

    response = client.get(url("new_incident", page))
    posted = client.post(url("new_incident", page), five())

    assert (response.status_code, posted.status_code) == (403, 403)
    assert "Only Support and leads post on a page." in response.content.decode()
    assert not Incident.objects.exists()


def test_with_one_page_there_is_nothing_to_choose(client, support, page):
    assert client.get(reverse("statuspage_staff:choose_page")).headers["Location"] == url("new_incident", page)


def test_with_several_pages_one_is_chosen(client, support, page):
    other = make.page(name="External")

    html = client.get(reverse("statuspage_staff:choose_page")).content.decode()

    assert url("new_incident", page) in html
    assert url("new_incident", other) in html


def test_an_unknown_page_is_not_there(client, support):
    assert client.get(reverse("statuspage_staff:new_incident", args=["sp_gone"])).status_code == 404


def test_the_preview_follows_the_five_fields(client, support, page):
    html = client.post(url("preview", page), five(body="SMS is **late**.", severity="3")).content.decode()

    assert "SMS is <strong>late</strong>." in html
    assert "SMS late in Frankfurt" in html
    assert "Major outage" in html
    assert client.post(url("preview", page), {}).status_code == 200


def test_hostile_words_stay_words(client, support, page):
    title = "<script>alert(1)</script>"

    response = client.post(url("new_incident", page), five(title=title, body=""))

    assert title not in response.content.decode()


def test_the_number_of_queries_is_constant(client, support, same_queries):
    for count in (1, 50):
        page = make.page(*(make.component() for _n in range(count)), is_default=count == 1)
        client.get(url("new_incident", page))

        with same_queries(at_most=29 + TIMED):
            assert client.get(url("new_incident", page)).status_code == 200
