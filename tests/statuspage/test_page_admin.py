"""Pages and the templates of updates in the admin."""

import pytest
from django.conf import settings
from django.urls import reverse

from incidents.choices import Audience, Status
from incidents.exceptions import DomainError, NotAllowed
from incidents.models import Incident
from statuspage import actions
from statuspage.models import Page, PageComponent, PublishState, StageTemplate
from tests import factories as make
from tests.statuspage.page_form import sent
from tests.statuspage.staff import url

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    person = make.in_group("Engineering Leads")
    client.force_login(person)
    return person


def address(what, page=None, model="page"):
    return reverse(f"admin:statuspage_{model}_{what}", args=[page.pk] if page else [])


def form(**changes):
    rows = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
    facts = {
        "name": "Larkwire",
        "label": "Platform",
        "slug": "platform",
        "origin": "platform",
        "position": "0",
        "time_zone": "Europe/Berlin",
        "language": "en",
        "brand_color": "#FFCC00",
        "past_days": "30",
        "notice_days": "10",
    }
    management = {f"{prefix}-{name}": value for prefix in ("layout", "links") for name, value in rows.items()}
    return facts | management | changes


def wanted(page):
    state = PublishState.objects.filter(page=page).first()
    return state.wanted if state else 0


def test_the_first_page_is_the_default_and_has_a_frozen_host(client, lead):
    sms = make.component(name="SMS")
    layout = {
        "layout-TOTAL_FORMS": "1",
        "layout-0-component": str(sms.pk),
        "layout-0-is_shown": "on",
        "layout-0-position": "0",
    }

    response = client.post(address("add"), form(**layout))

    page = Page.objects.get()
    assert response.status_code == 302
    assert page.is_default
    assert page.tag_host == settings.PUBLIC_URL.split("//")[1].split(":")[0]
    assert page.brand_color == "#ffcc00"
    assert PageComponent.objects.get().component == sms
    assert wanted(page) > 0
    assert page.history.first().history_user == lead


def test_a_new_default_takes_the_place_of_the_old_one(client, lead):
    old = make.page(is_default=True)

    sent(client, address("add"), form(is_default="on"))

    old.refresh_from_db()
    assert not old.is_default
    assert Page.objects.get(is_default=True).slug == "platform"
    assert wanted(old) > 0


def test_the_default_is_not_merely_switched_off(client, lead):
    page = make.page(is_default=True)

    response = client.post(address("change", page), form())

    assert response.status_code == 200
    assert "One page must answer at the root. Tick this on the other page instead." in response.content.decode()
    page.refresh_from_db()
    assert page.is_default


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"slug": "taken"}, "Another page has this address; choose another word."),
        ({"slug": "not a slug"}, "Write small letters, digits and hyphens, such as external-connectivity."),
        ({"brand_color": "blue"}, "Write a colour such as #0b5fa5."),
        ({"time_zone": "Mars/Base"}, "is not a time zone"),
        ({"time_zone": "localtime"}, "is not a time zone"),
        ({"time_zone": "Factory"}, "is not a time zone"),
        ({"language": "de"}, "This can not be chosen; choose one of those shown."),
        ({"past_days": "3"}, "Write 7 or more."),
        ({"support_url": "javascript:alert(1)"}, "Write an address such as https://status.example.com."),
        ({"name": ""}, "Write something here."),
    ],
)
def test_a_refusal_stands_at_its_field(client, lead, changes, sentence):
    make.page(slug="taken", is_default=True)

    response = client.post(address("add"), form(**changes))

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert Page.objects.count() == 1


def test_every_save_publishes(client, lead):
    page = make.page(is_default=True)
    before = wanted(page)

    sent(client, address("change", page), form(is_default="on"))

    assert wanted(page) > before


def test_the_default_goes_last(client, lead):
    first, second = make.page(is_default=True), make.page()

    asked = client.get(address("delete", first)).content.decode()
    refused = client.post(address("delete", first), {"post": "yes"})
    client.post(address("delete", second), {"post": "yes"})
    client.post(address("delete", first), {"post": "yes"})

    assert "is the default page. Make another page the default first." in asked
    assert refused.status_code == 200
    assert not Page.objects.exists()


def test_removing_a_page_keeps_its_incidents_and_names_them_not(client, lead):
    make.page(is_default=True)
    page = make.page(name="Other")
    incident = make.told(page=page, title="Very secret title")

    asked = client.get(address("delete", page)).content.decode()
    client.post(address("delete", page), {"post": "yes"})

    assert "Incidents stay." in asked
    assert "Very secret title" not in asked
    assert Incident.objects.get() == incident


def test_all_pages_at_once_may_go(client, lead):
    pages = [make.page(is_default=True), make.page()]
    given = {"action": "delete_selected", "_selected_action": [page.pk for page in pages], "post": "yes"}

    client.post(address("changelist"), given)

    assert not Page.objects.exists()


@pytest.mark.parametrize("group", ["Support", "Engineering", "Viewers"])
def test_who_may_only_read(client, group):
    page = make.page(is_default=True)
    client.force_login(make.in_group(group))

    assert client.get(address("change", page)).status_code == 200
    assert client.get(address("add")).status_code == 403
    assert client.post(address("change", page), form()).status_code == 403
    assert client.post(address("delete", page), {"post": "yes"}).status_code == 403


def test_the_actions_refuse_the_same_way():
    page = make.page(is_default=True)
    make.page()
    support = make.in_group("Support")

    with pytest.raises(NotAllowed):
        actions.save_page(page, by=support)
    with pytest.raises(NotAllowed):
        actions.remove_page(page, by=support)
    with pytest.raises(DomainError):
        actions.remove_page(page, by=None)


def test_new_incident_is_offered_to_who_may(client, lead):
    page = make.page(is_default=True)
    link = url("new_incident", page)

    assert link in client.get(address("changelist")).content.decode()
    opened = client.get(f"/admin/statuspage/page/{page.pk}/new-incident/")
    assert opened.headers["Location"] == link
    client.force_login(make.in_group("Engineering"))
    assert link not in client.get(address("changelist")).content.decode()


def test_the_count_of_open_incidents_leaves_out_what_is_restricted(client, lead):
    page = make.page(is_default=True)
    make.told(page=page)
    make.put_on(page, make.restricted())
    Incident.objects.filter(audience=Audience.RESTRICTED).update(status=Status.INVESTIGATING)

    response = client.get(address("changelist"))

    assert [row.open_count for row in response.context["cl"].result_list] == [1]


def test_the_list_asks_a_constant_number_of_queries(client, lead, same_queries):
    make.page(is_default=True)
    client.get(address("changelist"))
    for count in (1, 20):
        for _n in range(count):
            make.told(page=make.page())
        with same_queries(at_most=14):  # two of the sidebar: open incidents, own overdue actions
            client.get(address("changelist"))


def test_the_colour_is_shown_as_it_comes_out(client, lead):
    page = make.page(is_default=True, brand_color="#ffcc00")

    html = client.get(address("change", page)).content.decode()

    words = " ".join(html.split())
    assert "On light paper as #8c7000, so that it can be read, 4.5 : 1" in words
    assert "On dark paper as it is, 12.4 : 1" in words


# Templates


def template(**changes):
    return {"status": "investigating", "name": "Ours", "body": "{{ components }} fails.", "position": "0"} | changes


@pytest.fixture
def support(client):
    person = make.in_group("Support")
    client.force_login(person)
    return person


def test_support_writes_templates(client, support):
    response = client.post(address("add", model="stagetemplate"), template())

    assert response.status_code == 302
    assert StageTemplate.objects.get(name="Ours").history.first().history_user == support


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{{ componentz }}", "There is no variable “componentz”. Use one of: components, locations"),
        ("{% load i18n %}", "This is not understood: Invalid block tag on line 1: &#x27;load&#x27;."),
        ("{% if components %}", "This is not understood: Unclosed tag"),
        ("", "Write something here."),
    ],
)
def test_a_broken_template_says_what_to_write_instead(client, support, body, sentence):
    before = StageTemplate.objects.count()

    response = client.post(address("add", model="stagetemplate"), template(body=body))

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert StageTemplate.objects.count() == before


def test_its_form_shows_what_it_comes_out_as_and_how_to_write_one(client, support):
    row = StageTemplate.objects.get(name="Cause found")

    html = client.get(address("change", row, model="stagetemplate")).content.decode()

    assert "We have found the cause of the problem with SMS and WhatsApp in Frankfurt and Singapore" in html
    assert "{{ next_update }}" in html


def test_while_one_types(client, support):
    where = reverse("statuspage_staff:sample")

    assert client.post(where, {"body": "{{ components }} fails."}).json() == {"text": "SMS and WhatsApp fails."}
    assert "There is no variable" in client.post(where, {"body": "{{ x }}", "page": "y"}).json()["error"]
    client.force_login(make.user())
    assert client.post(where, {"body": "x"}).status_code == 403


def test_templates_stand_in_the_order_of_the_stages(client, support):
    response = client.get(address("changelist", model="stagetemplate"))

    stages = [row.status for row in response.context["cl"].result_list]
    assert list(dict.fromkeys(stages)) == ["investigating", "identified", "monitoring", "resolved"]
    assert response.status_code == 200
