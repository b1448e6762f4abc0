"""Nobody loses a sentence: what was typed is kept in the browser until the server has answered that it did it."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from incidents.choices import Audience
from incidents.models import Incident, TimelineEntry
from tests import factories as make
from tests.postmortems.test_browser_actions import browser  # noqa: F401
from tests.statuspage.staff import scene, url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACK = "Put it back"


@pytest.fixture
def person():
    groups = ["Support", "Engineering Leads", "Security"]
    return make.user(groups=groups, is_superuser=True, password=make.PASSWORD, first_name="Mira")


@pytest.fixture
def page(browser, live_server, person):  # noqa: F811
    found = browser.new_context(base_url=live_server.url, bypass_csp=True).new_page()
    found.goto("/admin/")
    sign_in(found, person)
    yield found
    found.context.close()


def sign_in(page, person):
    page.fill("#id_username", person.username)
    page.fill("#id_password", make.PASSWORD)
    with page.expect_navigation():
        page.click("[type=submit]")


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=False).last.click()


def kept(page, shelf="localStorage"):
    return page.evaluate(f"Object.keys({shelf}).filter((key) => key.startsWith('bw-draft:'))")


def test_a_session_that_ended_costs_nothing(page, person):
    _page, incident = scene()
    page.goto(url("composer", incident))
    page.fill("#text", "A disk is full; we move to another.")
    page.context.clear_cookies(name="sessionid")
    press(page, "Post")
    sign_in(page, person)
    expect(page.locator("#text")).not_to_have_value("A disk is full; we move to another.")
    page.get_by_role("button", name=BACK).click()
    expect(page.locator("#text")).to_have_value("A disk is full; we move to another.")
    press(page, "Post")
    expect(page.get_by_role("button", name=BACK)).to_have_count(0)
    assert (kept(page), incident.updates.first().body) == ([], "A disk is full; we move to another.")


@pytest.mark.parametrize("path", ["composer", "workspace"])
def test_what_was_written_over_the_template_of_another_stage_comes_back(page, person, path):
    _page, incident = scene()
    workspace = reverse("admin:incidents_incident_change", args=[incident.public_id])
    page.goto(url("composer", incident) if path == "composer" else workspace)
    before = page.input_value("#text")
    page.locator("#compose label:has([name=status][value=monitoring])").click()
    expect(page.locator("#text")).not_to_have_value(before)  # the template of that stage
    page.fill("#text", "SMS flow again; we watch them.")
    page.reload()
    with page.expect_response(lambda answer: "preview" in answer.url):
        page.get_by_role("button", name=BACK).click()
    expect(page.locator("#compose")).to_contain_text("SMS flow again")  # as the customer sees it
    expect(page.locator("[name=status][value=monitoring]")).to_be_checked()
    expect(page.locator("#text")).to_have_value("SMS flow again; we watch them.")


def test_what_was_refused_and_left_is_offered_later(page):
    page.goto(reverse("admin:incidents_incident_report"))
    page.fill("[name=summary]", "Fourteen tickets since noon.")
    press(page, "Report suspicion")  # without a title
    assert Incident.objects.count() == 0
    page.goto("/admin/")  # away from it, as after a crash
    page.goto(reverse("admin:incidents_incident_report"))
    page.get_by_role("button", name=BACK).click()
    expect(page.locator("[name=summary]")).to_have_value("Fourteen tickets since noon.")
    page.fill("[name=title]", "SMS late")
    press(page, "Report suspicion")
    assert (Incident.objects.count(), kept(page)) == (1, [])


def test_a_form_of_the_admin_keeps_it_too(page):
    part = make.component(name="SMS")
    address = reverse("admin:incidents_component_change", args=[part.pk])
    page.goto(address)
    page.fill("[name=description]", "Text messages to phones.")
    page.goto("/admin/")
    page.goto(address)
    page.get_by_role("button", name=BACK).click()
    expect(page.locator("[name=description]")).to_have_value("Text messages to phones.")
    with page.expect_navigation():
        page.click("[name=_save]")
    part.refresh_from_db()
    assert (part.description, kept(page)) == ("Text messages to phones.", [])


def test_of_a_restricted_incident_nothing_stays_behind(page, person):
    incident = make.confirmed(audience=Audience.RESTRICTED)
    page.goto(reverse("admin:incidents_incident_facts", args=[incident.public_id]))
    page.fill("[name=customer_impact]", "Keys of Acme were read.")
    assert (kept(page), len(kept(page, "sessionStorage"))) == ([], 1)
    page.evaluate("document.querySelector('#logout-form').requestSubmit()")
    page.wait_for_url(re.compile("logout"))
    assert (kept(page), kept(page, "sessionStorage")) == ([], [])


def test_one_press_posts_once_and_going_back_brings_the_button_back(page):
    _page, incident = scene()
    page.goto(reverse("admin:incidents_incident_change", args=[incident.public_id]))
    page.fill("#note", "Called the carrier.")
    with page.expect_navigation():
        page.evaluate("""() => {
            const button = document.querySelector('.bw-note button');
            button.click(); button.click(); button.click();
        }""")
    assert TimelineEntry.objects.filter(data__text="Called the carrier.").count() <= 1
    page.go_back()
    expect(page.locator(".bw-note button")).not_to_have_attribute("aria-disabled", "true")
