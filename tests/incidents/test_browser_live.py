"""A screen stays true while somebody looks at it (trial A1)."""

from datetime import timedelta

import pytest
from django.urls import reverse, reverse as url
from django.utils import timezone
from playwright.sync_api import expect

from incidents import actions
from tests import factories as make
from tests.incidents.test_browser_shell import browser, enter  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(page):
    """What coming back to the tab does, and every fifteen seconds do."""
    page.evaluate("dispatchEvent(new Event('focus'))")


@pytest.fixture
def support():
    return make.in_group("Support", password=make.PASSWORD)


def test_the_home_learns_of_a_suspicion_that_is_reported_meanwhile(browser, live_server, support):  # noqa: F811
    page = enter(browser, live_server, support)
    expect(page.locator(".bw-sum")).to_contain_text("All is calm.")
    make.suspicion(title="Delivery reports stop")
    look(page)

    expect(page.locator(".bw-sum")).to_contain_text("One suspicion waits.")
    expect(page.locator(".bw-rows")).to_contain_text("Delivery reports stop")
    page.locator(".bw-rows a").focus()
    make.suspicion(title="Voice is cut off")
    look(page)
    expect(page.locator(".bw-sum")).to_contain_text("Two suspicions wait.")
    assert page.evaluate("document.activeElement.textContent.includes('Delivery reports stop')")


def test_the_list_of_incidents_learns_of_one_that_is_made_meanwhile(browser, live_server, support):  # noqa: F811
    make.told(title="SMS is slow")
    page = enter(browser, live_server, support)
    page.goto("/admin/incidents/incident/")
    expect(page.locator("#result_list")).to_contain_text("SMS is slow")
    make.told(title="Voice is cut off")
    look(page)
    expect(page.locator("#result_list")).to_contain_text("Voice is cut off")


def test_the_clock_in_the_head_has_the_new_promise_and_what_is_written_stays(browser, live_server, support):  # noqa: F811
    page_row = make.page(make.component(name="SMS"), is_default=True)
    incident = make.told(page=page_row, affects=list(page_row.components.all()))
    page = enter(browser, live_server, support)
    page.goto(reverse("admin:incidents_incident_change", args=[incident.public_id]))
    due = page.locator(".bw-clock-lead").get_attribute("data-due")
    page.fill("#note", "Half a sentence")
    make.update(incident, body="A colleague was quicker.")
    actions.add_note(incident, text="The second link holds.", by=None)
    look(page)

    expect(page.locator(".bw-timeline")).to_contain_text("A colleague was quicker.")
    expect(page.locator(".bw-timeline")).to_contain_text("The second link holds.")
    assert page.locator(".bw-clock-lead").get_attribute("data-due") != due
    assert page.input_value("#note") == "Half a sentence"


def test_the_composer_offers_resolved_once_the_gate_is_met_and_keeps_what_is_written(browser, live_server, support):  # noqa: F811
    sms = make.component(name="SMS")
    incident = make.told(page=make.page(sms, is_default=True), affects=[sms])
    make.update(incident, status="monitoring", body="It recovers.", states=[])
    actions.set_impacts(incident, affected=[], by=None)
    actions.change_facts(incident, workflow_impact=False, data_impact=False, by=None)
    page = enter(browser, live_server, support)
    page.goto(reverse("admin:incidents_incident_change", args=[incident.public_id]))
    expect(page.locator("#compose [name=status][value=resolved]")).to_have_count(0)
    page.fill("#text", "All is calm since noon.")
    page.check("#compose [name=status][value=monitoring]", force=True)
    page.focus("#tried")
    long_ago = timezone.now() - timedelta(minutes=30)
    incident.impacts.update(started_at=long_ago - timedelta(minutes=1), ended_at=long_ago)  # as time passes
    type(incident).objects.filter(pk=incident.pk).update(monitoring_at=long_ago)
    look(page)

    expect(page.locator("#compose [name=status][value=resolved]")).to_have_count(1)
    expect(page.locator("#compose .bw-stage-no")).to_have_count(0)
    assert page.input_value("#text") == "All is calm since noon."
    assert page.is_checked("#compose [name=status][value=monitoring]")
    assert page.evaluate("document.activeElement.id") == "tried"
    page.check("#compose [name=status][value=resolved]", force=True)
    expect(page.locator("#compose [data-primary]")).to_have_text("Resolve and post")
    expect(page.locator("#compose .bw-report")).to_be_visible()


def test_nothing_is_swapped_where_somebody_is_writing(browser, live_server, support):  # noqa: F811
    incident = make.told()
    page = enter(browser, live_server, support)
    page.goto(reverse("admin:incidents_incident_change", args=[incident.public_id]))
    before = page.locator("#facts").inner_html()
    answer = page.locator("#gate input[type=text]").first
    answer.evaluate("one => { one.closest('details')?.setAttribute('open', ''); }")
    answer.fill("none lost")
    actions.change_facts(incident, title="Another title", customers_affected=7, by=None)
    look(page)
    expect(page.locator(".bw-timeline")).to_contain_text("Another title")
    assert answer.input_value() == "none lost"
    assert page.locator("#facts").inner_html() == before


@pytest.mark.parametrize("screen", ["/admin/", "workspace", "/admin/incidents/incident/", "/admin/post-mortems/"])
def test_what_has_not_changed_is_not_swapped(browser, live_server, support, screen):  # noqa: F811
    incident = make.told(severity="major", affects=[make.component(name="SMS")])
    actions.set_impacts(incident, affected=[], by=None)  # the minutes in good health are counted
    make.postmortem(way="full", severity="major")
    page = enter(browser, live_server, support)
    page.goto(url("admin:incidents_incident_change", args=[incident.public_id]) if screen == "workspace" else screen)
    page.evaluate("""() => {
      for (const region of document.querySelectorAll('[data-live]')) region.firstElementChild.seen = true;
      document.querySelector('[data-keeps-true]').dataset.keepsTrue = ''; // ask for the whole
      document.addEventListener('bw:fresh', () => { window.looked = true; });
    }""")
    page.wait_for_function("() => dispatchEvent(new Event('focus')) && window.looked")

    regions = "[...document.querySelectorAll('[data-live]')]"
    swapped = page.evaluate(f"{regions}.filter((one) => !one.firstElementChild.seen).map((one) => one.dataset.live)")
    assert (page.evaluate(f"{regions}.length") > 0, swapped) == (True, [])


def test_a_screen_that_cannot_ask_says_so(browser, live_server, support):  # noqa: F811
    page = enter(browser, live_server, support)
    page.clock.install()
    page.goto("/admin/")
    expect(page.locator("[data-lost]")).to_be_hidden()
    page.context.set_offline(True)
    page.clock.run_for(61_000)
    expect(page.locator("[data-lost]")).to_be_visible()


def test_a_look_takes_no_message_from_the_person(client, support):
    """What was said to them waits for the page that they open."""
    client.force_login(support)
    incident = make.told()
    client.post(reverse("admin:incidents_incident_owner", args=[incident.public_id]), {"owner": support.pk})
    quiet = client.get("/admin/", headers={"X-Requested-With": "fetch"}).content.decode()
    assert 'class="bw-messages"' not in quiet


def test_a_workspace_that_was_read_answers_in_one_word(client, support, django_assert_max_num_queries):
    client.force_login(support)
    incident = make.told()
    where = reverse("admin:incidents_incident_change", args=[incident.public_id])
    mark = client.get(where).context["mark"]
    with django_assert_max_num_queries(12):
        assert client.get(where, headers={"X-Read": mark}).status_code == 204
    actions.add_note(incident, text="More.", by=None)
    assert client.get(where, headers={"X-Read": mark}).status_code == 200
