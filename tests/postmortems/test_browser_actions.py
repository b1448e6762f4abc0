"""Action items in a real browser: ticked and changed, followed beside a form; axe, a phone, dark, without script."""

import pytest
from playwright.sync_api import expect, sync_playwright

from postmortems.models import ActionItem
from tests import factories as make
from tests.accessibility import faults, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/action-items/"
LOOKS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 700}, "color_scheme": "light"},
}


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright has a loop of its own in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def items():
    owner = make.in_group("Engineering", first_name="Lena", last_name="Fischer")
    sms = make.component(name="SMS")
    postmortem = make.postmortem(make.resolved(title="SMS delayed", affects=[make.affected(sms)]))
    return [make.action_item(postmortem, text=f"Action {days}", due_in=days, owner=owner) for days in (-9, 2, 20)]


def enter(browser, live_server, **options):
    person = make.user(groups=["Reliability", "Support"], password=make.PASSWORD)
    page = browser.new_context(base_url=live_server.url, bypass_csp=True, **options).new_page()
    page.goto("/admin/login/")
    page.fill("#id_username", person.username)
    page.fill("#id_password", make.PASSWORD)
    with page.expect_navigation():
        page.click("[type=submit]")
    return page


@pytest.mark.parametrize("look", LOOKS)
def test_it_can_be_read_and_reached_by_everybody(browser, live_server, items, look):
    page = enter(browser, live_server, **LOOKS[look])
    for address in (LIST, f"{LIST}?show=overdue&q=nothing", f"{LIST}{items[0].key}/", f"{LIST}calendar/"):
        page.goto(address)
        if address == LIST:
            page.check(f"input[value={items[0].key}]")
        assert faults(page) == [], address
        assert fits(page), address


def test_nothing_that_narrows_the_list_is_cut_on_a_phone(browser, live_server, items):
    page = enter(browser, live_server, **LOOKS["phone, dark"])
    page.goto(LIST)
    ends = page.locator(".ai-sieve nav a, .ai-selects select").evaluate_all(
        "every => every.map(one => one.getBoundingClientRect().right)"
    )
    assert len(ends) > 6
    assert max(ends) <= 390


def test_ticked_rows_bring_up_what_changes_them_together(browser, live_server, items):
    page = enter(browser, live_server, **LOOKS["desktop"])
    page.goto(LIST)
    foot = page.locator("[data-bulk]")
    expect(foot).to_be_hidden()
    page.get_by_label("Choose all rows").check()
    expect(foot.locator("summary")).to_have_text("3 chosen")
    page.get_by_label("Choose: Action 20").uncheck()
    expect(foot.locator("summary")).to_have_text("2 chosen")
    foot.get_by_label("State").select_option("in_progress")
    foot.get_by_role("button", name="Change").click()
    expect(page.get_by_text("2 action items changed.")).to_be_visible()
    states = ActionItem.objects.agreed().order_by("due_on").values_list("state", flat=True)
    assert list(states) == ["in_progress", "in_progress", "todo"]
    expect(foot).to_be_hidden()


def test_without_a_script_it_is_changed_as_well(browser, live_server, items):
    page = enter(browser, live_server, java_script_enabled=False, **LOOKS["desktop"])
    page.goto(LIST)
    page.check(f"input[value={items[1].key}]")
    page.locator("[data-bulk] summary").click()
    page.locator("#id_state").select_option("done")
    page.locator("[data-bulk] button").click()
    assert ActionItem.objects.get(pk=items[1].pk).state == "done"


def test_beside_a_suspicion_they_follow_its_components(browser, live_server, items):
    page = enter(browser, live_server, **LOOKS["desktop"])
    page.goto("/admin/incidents/incident/report/")
    beside = page.locator("[data-open-actions]")
    expect(beside).to_be_hidden()
    page.locator("summary", has_text="SMS").click()
    tick = page.locator("input[name=components]")
    tick.check(force=True)
    expect(beside.get_by_role("link", name="Action -9")).to_be_visible()
    tick.uncheck(force=True)
    expect(beside).to_be_hidden()
