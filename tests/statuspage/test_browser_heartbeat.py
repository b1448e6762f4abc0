"""The page's own word, in a real browser and from our own server: when it is old, cut off, or has news."""

import threading
from datetime import UTC, datetime, timedelta
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright

from incidents.choices import Status
from statuspage import documents, stores
from statuspage.models import PublishState
from statuspage.publishing import heartbeat, publisher
from statuspage.serving import PublishedTree
from statuspage.snapshot.load import load
from tests.accessibility import faults, fits
from tests.statuspage import build
from tests.statuspage.build import NOW, minutes
from tests.statuspage.test_browser_pages import CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]  # two connections: the browser is a loop
OLD = "This page could not be refreshed since {}. What stands here may be out of date."
CUT_OFF = "You may be offline, or the server does not answer. Last refreshed: "
NEWS = "There is news on this page."


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def page(settings, tmp_path):
    settings.PUBLISH_ROOT, settings.PUBLISH_STORAGE_URL = tmp_path, ""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    row = build.page(part := build.component("SMS"))
    build.incident("SMS delayed", page=row, impacts=[(part, None, 1)],
                   updates=[(NOW - minutes(9), Status.INVESTIGATING, "We are looking.")])  # fmt: skip
    PublishState.objects.create(page=row)
    publisher.publish_sites()
    return row


def publish(page, token):
    shot = load(page.pk, touched=None, now=NOW)
    store = stores.current()
    store.write_assets(documents.assets(shot))
    hot, permanent = documents.hot(shot), documents.permanent(shot)
    store.write(page.public_id, token=token, version=f"1-{token}", hot=hot, permanent=permanent, gone=[])


def beat(page, *, age=timedelta(), version="a"):
    heartbeat.write(page.public_id, at=timezone.now() - age, version=version)


@pytest.fixture
def visit(page, tmp_path, monkeypatch):
    """Opens the published page; its clock stands until it is told to run."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    publish(page, 1)
    tree = PublishedTree(None, root=tmp_path)
    server = make_server("127.0.0.1", 0, tree, server_class=Threaded, handler_class=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def open_page(path="", **context):
            tab = browser.new_context(**context).new_page()
            tab.asked = []
            tab.on("request", lambda request: tab.asked.append(request.url.rpartition("/")[2]))
            tab.clock.install(
                time=datetime(2031, 5, 5, tzinfo=UTC)
            )  # the reader's clock is years off: it must not count
            tab.goto(f"http://127.0.0.1:{server.server_port}/{path}")
            return tab

        yield open_page
        browser.close()
    server.shutdown()


def wait(tab, seconds):
    """Let the page's clock run, and its answers come in between."""
    for _step in range(0, seconds, 5):
        tab.clock.run_for(5_000)
        tab.wait_for_timeout(60)


def word(tab):
    return tab.locator("[role=status]")


def test_a_fresh_page_says_nothing_and_asks_nothing_before_it_is_loaded(visit, page):
    beat(page)
    tab = visit()
    assert "heartbeat.json" not in tab.asked
    wait(tab, 5)
    assert tab.asked.count("heartbeat.json") == 1
    wait(tab, 60)
    assert tab.asked.count("heartbeat.json") == 3
    expect(word(tab)).to_have_text("")


@pytest.mark.parametrize("look", [{"width": 1280, "height": 900}, {"width": 390, "height": 844}])
def test_an_old_heartbeat_is_said_and_taken_back(visit, page, look):
    beat(page, age=timedelta(minutes=36))
    tab = visit("components/" + page.components.get().public_id + "/", viewport=look)
    before = tab.locator("h1").bounding_box()
    wait(tab, 5)
    at = timezone.now() - timedelta(minutes=36)
    expect(word(tab)).to_have_text(OLD.format(f"{at:%H:%M} UTC"))
    assert tab.locator("h1").bounding_box() == before
    assert faults(tab) == []
    assert fits(tab)

    beat(page)
    wait(tab, 30)
    expect(word(tab)).to_have_text("")


def test_a_page_without_a_heartbeat_says_nothing(visit):
    tab = visit()
    wait(tab, 120)
    expect(word(tab)).to_have_text("")


def test_cut_off_for_more_than_a_moment_it_says_so(visit, page):
    beat(page)
    tab = visit()
    wait(tab, 5)
    tab.context.set_offline(True)
    wait(tab, 60)
    expect(word(tab)).to_have_text("")
    wait(tab, 90)
    expect(word(tab)).to_contain_text(CUT_OFF)
    tab.context.set_offline(False)
    beat(page)
    wait(tab, 30)
    expect(word(tab)).to_have_text("")


def test_news_is_offered_and_never_forced(visit, page):
    beat(page)
    tab = visit()
    wait(tab, 5)
    beat(page, version="b")
    wait(tab, 30)
    expect(word(tab)).to_have_text("")  # another version, but not another word on this page

    row = page.incidents.get()
    build.update(row, at=NOW - minutes(1), status=Status.IDENTIFIED, body="A carrier slowed its intake.")
    publish(page, 2)
    beat(page, version="c")
    wait(tab, 30)
    expect(word(tab)).to_contain_text(NEWS)
    assert tab.get_by_text("A carrier slowed").count() == 0
    tab.get_by_role("button", name="Show it").click()
    expect(tab.get_by_text("A carrier slowed its intake.")).to_be_visible()
    expect(word(tab)).to_have_text("")


def test_news_from_before_the_first_heartbeat_are_told_too(visit, page):
    """A tab opened in the background asks for the first time when somebody looks at it."""
    beat(page)
    tab = visit()
    build.update(
        page.incidents.get(), at=NOW - minutes(1), status=Status.IDENTIFIED, body="A carrier slowed its intake."
    )
    publish(page, 2)
    beat(page, version="b")
    wait(tab, 5)
    expect(word(tab)).to_contain_text(NEWS)
