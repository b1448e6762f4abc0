"""The live forms in a real browser, under their real headers, beside their published page.

``PICTURES=<folder>`` keeps a picture of every look.
"""

import os
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from playwright.sync_api import sync_playwright

from notifications import asked, links
from notifications.actions import subscribing
from notifications.choices import Kind, Transport
from notifications.models import Muted, Subscriber, Subscription
from statuspage.publishing import publisher
from statuspage.serving import PublishedTree
from tests import factories as make
from tests.accessibility import faults, fits
from tests.notifications.asking import subscriber

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES")
LOOKS = {
    "wide": {"viewport": {"width": 1440, "height": 900}},
    "wide dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "phone dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 640}},
}


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def site(settings, tmp_path):
    """A page with long German names, in a language from right to left if asked; and everything that has a form."""
    settings.PUBLISH_ROOT = tmp_path
    top = make.component(name="Nachrichtenzustellungsbestätigungsverarbeitung")
    deep = make.component(name="Mandantenfähige Rufnummernmitnahmeüberprüfung", parent=top)
    make.component(name="SMS", parent=deep)
    make.location(name="Mörfelden-Walldorf am Frankfurter Kreuz")
    page = make.page(top, name="Rechtsschutzversicherungsgesellschaften", is_default=True, slug="platform",
                     brand_color="#0b5fa5", language="de")  # fmt: skip
    incident = make.told(page=page, title="Donaudampfschifffahrtsgesellschaftskapitänsmeldungen verspätet")
    row = subscriber(page, make.page(name="Zweite", slug="second"))
    Subscription.objects.create(subscriber=row, page=page, component=deep, confirmed_at=timezone.now())
    Subscription.objects.create(subscriber=row, page=page, kind=Kind.MAINTENANCE)
    Muted.objects.create(subscriber=row, incident=incident)
    hook = subscriber(
        page, address="https://hooks.example.com/a", transport=Transport.WEBHOOK, secret="whsec_" + "A" * 44
    )
    publisher.publish_sites()
    publisher.want([page])
    server = make_server(
        "127.0.0.1", 0, PublishedTree(get_wsgi_application(), root=tmp_path, look=0), handler_class=Quiet
    )
    settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    token = links.token(row.public_id)
    server.paths = {
        "subscribe": "subscribe/",
        "by Slack": "subscribe/?by=slack",
        "incident": f"subscribe/?incident={incident.public_id}",
        "component": f"subscribe/?component={top.public_id}",
        "lost": "subscriptions/",
        "confirm": f"subscriptions/confirm/{subscribing.signed(row)}/",
        "manage": f"subscriptions/{token}/",
        "webhook": f"subscriptions/{links.token(hook.public_id)}/",
        "leave": f"subscriptions/{token}/leave/",
        "forget": f"subscriptions/{token}/forget/",
        "mute": f"subscriptions/{token}/mute/{incident.public_id}/",
        "broken": "subscriptions/nonsense/",
        "front": "",
        "incident page": f"incidents/{incident.public_id}/",
    }
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the tests
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(site, browser):
    complaints = []

    def visit(name, look="phone", *, script=True):
        context = browser.new_context(
            locale="en-GB", **LOOKS[look], java_script_enabled=script, timezone_id="Asia/Tokyo"
        )
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"http://127.0.0.1:{site.server_port}/{site.paths[name]}")
        return page

    yield visit
    assert [text for text in complaints if "the server responded with a status of 4" not in text] == []


def check(page, name):
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png".replace(" ", "-"), full_page=True)
    assert faults(page) == []
    assert fits(page)


@pytest.mark.parametrize("look", LOOKS if PICTURES else ["wide", "phone dark", "narrow"])
def test_axe_finds_nothing(visit, site, look):
    for name in site.paths:
        page = visit(name, look)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        if look == "narrow" and not PICTURES:  # the same elements as on a phone
            assert fits(page), name
        else:
            check(page, f"{name} {look}")
        page.context.close()


def test_errors_are_announced_and_typing_survives(visit):
    page = visit("by Slack")
    page.get_by_label("URL of a Slack incoming webhook").fill("https://example.com/")
    with page.expect_navigation():
        page.get_by_role("button", name="Subscribe").first.click()
    assert "hooks.slack.com" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("URL of a Slack incoming webhook").input_value() == "https://example.com/"
    check(page, "refused")


def test_by_keyboard_from_the_page_to_the_mailbox_and_out(visit, site):
    page = visit("front")  # the field is there
    page.get_by_label("E-mail address").fill("new@example.com")
    with page.expect_navigation():
        page.get_by_label("E-mail address").press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "Look into your mailbox"
    asked.answer()
    row = Subscriber.objects.get(address="new@example.com")
    assert row.time_zone == "Asia/Tokyo"
    page.goto(f"http://127.0.0.1:{site.server_port}/subscriptions/confirm/{subscribing.signed(row)}/")
    page.get_by_role("button", name="Confirm").press("Enter")
    page.get_by_role("link", name="Your subscriptions").press("Enter")
    page.get_by_role("link", name="Leave everything").press("Enter")
    page.get_by_role("button", name="Forget it").press("Enter")
    assert not Subscriber.objects.filter(address="new@example.com").exists()
    assert page.context.cookies() == []


@pytest.mark.parametrize("script", [True, False])
def test_a_chosen_part_covers_what_is_below(visit, script):
    page = visit("subscribe", "wide", script=script)
    page.locator(".scope > summary").click()
    page.get_by_label("Nachrichtenzustellungsbestätigungsverarbeitung and all below it").check()
    assert page.locator(".branch summary").first.get_by_text("1 part").inner_text().startswith("1 part")
    assert page.locator(".branch summary").first.get_attribute("aria-label") is None  # its words are its name
    page.locator(".branch summary").first.click()
    below = page.locator("[name=component]").nth(1)
    assert (below.is_checked(), below.is_disabled()) == (script, script)
    summary = page.locator("[data-sum]").inner_text()
    assert ("Nachrichtenzustellung" in summary) == script
    page.get_by_label("E-mail address").fill("new@example.com")
    page.get_by_role("button", name="Subscribe").first.click()
    page.get_by_role("heading", name="Look into your mailbox").wait_for()
    asked.answer()
    assert Subscription.objects.get(subscriber__address="new@example.com").component.parent is None
