"""What was learned, in a real browser: axe, the keyboard, a phone, similar incidents while one types."""

import pytest
from playwright.sync_api import expect

from postmortems.learning import index
from tests import factories as make
from tests.accessibility import faults, fits
from tests.incidents.test_browser_shell import LOOKS, browser, enter, root  # noqa: F401  fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCREENS = ["incident-search/?q=lock", "incident-search/?q=%26&kind=change", "causes/", "recovery/"]


@pytest.fixture
def past():
    sms = make.component(name="SMS")
    for title in ("SMS slow in Paris", "SMS slow in Rome"):
        make.ready_to_publish(title=title, affects=[sms])
    index.read_marked()
    return sms


@pytest.mark.parametrize("look", LOOKS)
def test_every_screen_is_accessible_and_fits(browser, live_server, root, past, look):  # noqa: F811
    page = enter(browser, live_server, root, **LOOKS[look])
    for screen in SCREENS:
        page.goto(f"/admin/{screen}")
        if fold := page.query_selector("main details, .bw-causes details"):
            fold.evaluate("element => { element.open = true; }")
        assert faults(page) == [], screen
        assert fits(page), screen


def test_similar_incidents_come_while_one_types(browser, live_server, root, past):  # noqa: F811
    page = enter(browser, live_server, root, viewport={"width": 1440, "height": 900})
    page.goto("/admin/incidents/incident/report/")
    beside = page.locator("[data-similar-beside]")
    expect(beside).to_be_hidden()
    page.fill("#id_title", "Paris is slow")
    expect(beside).to_contain_text("SMS slow in Paris")
    expect(beside).to_contain_text("A query held a lock.")
    page.fill("#id_title", "Nothing of the kind")
    expect(beside).to_be_hidden()
    page.locator("summary", has_text="SMS").click()
    page.locator(".bw-chips label", has_text="SMS").first.click()
    expect(beside.locator("li")).to_have_count(2)
    page.fill("#id_title", "Paris is slow")
    page.press("#id_title", "Enter")
    expect(page.locator("h1")).to_contain_text("Paris is slow")


def test_on_a_phone_a_line_says_how_many_and_nothing_moves(browser, live_server, root, past):  # noqa: F811
    page = enter(browser, live_server, root, viewport={"width": 390, "height": 844})
    page.goto("/admin/incidents/incident/report/")
    picker = page.locator("[data-picker]")
    before = picker.bounding_box()["y"]
    page.fill("#id_title", "Paris is slow")
    line = page.locator(".bw-alike-near > summary")
    expect(line.locator("b")).to_have_text("1")
    assert picker.bounding_box()["y"] == before
    assert line.bounding_box()["height"] >= 44
    line.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="SMS slow in Paris", exact=True)).to_be_visible()


def test_without_a_script_the_form_comes_back_with_the_list(browser, live_server, root, past):  # noqa: F811
    page = enter(browser, live_server, root, java_script_enabled=False)
    page.goto("/admin/incidents/incident/report/")
    page.fill("#id_title", "Paris is slow")
    page.get_by_role("button", name="Look for similar incidents first").click()
    expect(page.get_by_role("link", name="SMS slow in Paris", exact=True)).to_be_visible()
    expect(page.locator("#id_title")).to_have_value("Paris is slow")
