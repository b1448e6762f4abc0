"""The staff shell in a real browser: axe, the keyboard, a phone, dark, without script."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright

from tests import factories as make
from tests.accessibility import SEVERE, faults, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHROMIUM = "/usr/bin/chromium"
LOOKS = {
    "desktop": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light", "reduced_motion": "reduce"},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "reduced_motion": "reduce"},
    "narrow": {"viewport": {"width": 320, "height": 700}, "color_scheme": "light", "reduced_motion": "reduce"},
}


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright has a loop of its own in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def root():
    return make.superuser(password=make.PASSWORD)


def enter(browser, live_server, person, **options):
    page = browser.new_context(base_url=live_server.url, bypass_csp=True, **options).new_page()
    page.goto("/admin/login/")
    page.fill("#id_username", person.username)
    page.fill("#id_password", make.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    return page


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(browser, live_server, root, look):
    component = make.component(name="SMS", parent=make.component(name="Messaging"))
    told = make.told(affects=[component], severity="major")
    suspicion = make.suspicion()
    gone = make.merged(affects=[component], into=told)
    door = browser.new_context(base_url=live_server.url, bypass_csp=True, **LOOKS[look]).new_page()
    for address in ("/admin/login/", "/admin/forgot-password/", "/admin/forgot-password/asked/"):
        door.goto(address)
        assert faults(door, SEVERE) == [], address
    page = enter(browser, live_server, root, **LOOKS[look])
    for address in [
        "/admin/",
        "/admin/incidents/component/",
        f"/admin/incidents/component/{component.pk}/change/",
        f"/admin/incidents/component/{component.pk}/history/",
        f"/admin/incidents/component/{component.pk}/delete/",
        "/admin/incidents/component/add/",
        "/admin/incidents/user/",
        "/admin/incidents/user/add/",
        f"/admin/incidents/user/{root.pk}/invitation/",
        "/admin/incidents/pin/add/",
        "/admin/incidents/severity/2/change/",
        f"/admin/auth/group/{Group.objects.first().pk}/change/",
        "/admin/preferences/",
        "/admin/password_change/",
        f"/admin/incidents/incident/{suspicion.public_id}/merge/",
        f"/admin/incidents/incident/{suspicion.public_id}/merge/?into={told.public_id}",
        f"/admin/incidents/incident/{gone.public_id}/change/",
    ]:
        page.goto(address)
        assert look == "narrow" or faults(page, SEVERE) == [], address  # a phone shows the same elements
        assert fits(page), address


def test_the_title_of_a_form_is_whole_on_a_phone(browser, live_server, root):
    page = enter(browser, live_server, root, **LOOKS["phone, dark"])
    page.goto("/admin/notifications/channel/add/")
    title = page.locator("h1.bw-title")
    assert title.inner_text().split() == ["Add", "internal", "channel"]
    assert title.evaluate(
        "h1 => [h1, ...h1.children].every(one => one.scrollWidth <= one.clientWidth || !one.clientWidth)"
    )


def test_menu_account_and_filters_open_by_keyboard(browser, live_server, root):
    page = enter(browser, live_server, root)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")

    page.focus(".bw-user")
    page.keyboard.press("Enter")
    expect(page.locator("#account-menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#account-menu")).to_be_hidden()
    expect(page.locator(".bw-user")).to_be_focused()

    page.focus("button[aria-label='Show or hide the menu']")
    page.keyboard.press("Enter")
    expect(page.locator("#nav-sidebar")).to_be_hidden()

    page.goto("/admin/incidents/component/")
    page.focus(".bw-filters")
    page.keyboard.press("Enter")
    expect(page.locator("#changelist-filter a").first).to_be_focused()


def test_the_sidebar_shows_where_one_is(browser, live_server, root):
    page = enter(browser, live_server, root, viewport={"width": 1280, "height": 600})
    page.goto("/admin/auth/group/")
    here, places = page.locator(".bw-nav [aria-current]"), page.locator(".bw-nav")
    page.wait_for_function("document.querySelector('.bw-nav').scrollTop > 0")

    one, all_ = here.bounding_box(), places.bounding_box()
    assert one["y"] >= all_["y"]
    assert one["y"] + one["height"] <= all_["y"] + all_["height"]


def test_the_theme_is_chosen_and_kept(browser, live_server, root):
    page = enter(browser, live_server, root)
    page.click(".bw-user")
    page.click("button:has-text('Dark')")
    page.goto("/admin/")

    assert page.evaluate("document.documentElement.classList.contains('dark')")


def test_clocks_count(browser, live_server, root):
    make.confirmed(detected_at=timezone.now() - timedelta(minutes=6))
    page = enter(browser, live_server, root)
    left = page.locator(".bw-nextup .bw-clock-left")
    before = left.inner_text()

    expect(left).not_to_have_text(before, timeout=3000)


def test_without_script_home_and_forms_read(browser, live_server, root):
    component = make.component(name="SMS")
    make.told(title="SMS delayed")
    state = enter(browser, live_server, root).context.storage_state()
    page = browser.new_context(base_url=live_server.url, java_script_enabled=False, storage_state=state).new_page()

    page.goto("/admin/")
    expect(page.locator(".bw-rows")).to_contain_text("SMS delayed")
    expect(page.locator(".bw-nextup .bw-clock-left")).to_contain_text("in ")
    page.goto(f"/admin/incidents/component/{component.pk}/change/")
    expect(page.locator("#id_name")).to_be_visible()


def test_nothing_breaks_the_policy(browser, live_server, root):
    page = browser.new_context(base_url=live_server.url).new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto("/admin/login/")
    page.fill("#id_username", root.username)
    page.fill("#id_password", make.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    page.goto("/admin/incidents/component/add/")
    page.wait_for_timeout(300)

    assert complaints == []
