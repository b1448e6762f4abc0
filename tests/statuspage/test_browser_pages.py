"""The published pages in a real browser, under their real headers: axe, narrow, wide, zoomed, dark, without script.

``PICTURES=<folder>`` keeps a picture of every look.
"""

import os
import pickle
import threading
from datetime import timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path

import pytest
import time_machine
from django.db import transaction
from playwright.sync_api import sync_playwright

from incidents.choices import Status
from incidents.maintenance import actions as maintenance
from incidents.models import Location, Pin
from statuspage import documents
from statuspage.snapshot.load import load
from statuspage.stores import headers
from tests import layout, prepared
from tests.accessibility import faults, fits
from tests.postmortems import examples
from tests.statuspage import build, larkwire, windows
from tests.statuspage.build import NOW, minutes, of_the_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
CHROMIUM = "/usr/bin/chromium"
PICTURES = os.environ.get("PICTURES")


def calm():
    return larkwire.demo()[0], NOW


def open_():
    row, parts, places = larkwire.demo(brand_color="#0b5fa5")
    larkwire.outage(row, parts, places)
    return row, NOW


def late():
    row, parts, places = larkwire.demo()
    larkwire.outage(row, parts, places, promised=NOW - minutes(4))
    return row, NOW


def two():
    row, parts, places = larkwire.demo()
    larkwire.outage(row, parts, places)
    text = "A new index is in place, and we watch it."
    title = "Reports load slowly for large accounts"
    build.incident(title, page=row, severity=1, impacts=[(parts["Reports"], None, 1)],
                   updates=[(NOW - minutes(30), Status.MONITORING, text)])  # fmt: skip
    return row, NOW


def pinned():
    row, parts, places = larkwire.demo()
    Pin.objects.create(component=parts["Voice"], location=places[0], level=2, reason="x", started_at=NOW - minutes(9),
                       ends_at=NOW + minutes(9))  # fmt: skip
    return row, NOW


def resolved():
    row, parts, places = larkwire.demo()
    larkwire.outage(row, parts, places, resolved=True)
    return row, NOW.replace(hour=17)


def explained():
    """The bad day with its post-mortem, as long as they get, and a promised one."""
    row, parts, places = larkwire.demo()
    incident = larkwire.outage(row, parts, places, resolved=True)
    build.rendered(build.report(incident, of_the_page(examples.LONG, parts["SMS"], parts["Verify"])), row)
    return row, NOW.replace(hour=18)


def hostile():
    """A post-mortem typed by somebody hostile, on a page that is read from right to left."""
    part = build.component("קצר")
    row = build.page(part, language="he")
    incident = build.incident("קצר", page=row, ended=NOW, impacts=[(part, None, 2)],
                              updates=[(NOW - minutes(9), Status.RESOLVED, "x")])  # fmt: skip
    build.report(incident, of_the_page(examples.hostile(), part))
    return row, NOW.replace(hour=18)


def maintained():
    """Maintenance in every state: over, cancelled, moved, running until in 40 minutes."""
    row, parts, places = larkwire.demo()
    day, began = timedelta(days=1), NOW - minutes(80)
    facts = {"advice": "Nothing on your side.", "location": places[0]}
    with time_machine.travel(NOW - 40 * day, tick=False) as clock:
        last = {"starts_at": NOW - 9 * day, "ends_at": NOW - 9 * day + minutes(60)}
        windows.ended(clock, windows.announced(row, parts["Verify"], **facts, **last), after=minutes(85))
        clock.move_to(NOW - 20 * day)
        first = windows.announced(row, parts["SMS"], **facts, starts_at=began, ends_at=NOW + minutes(40))
        later = [
            windows.announced(row, parts[name], **facts, starts_at=NOW + at * day, ends_at=NOW + (at + 2) * day)
            for at, name in enumerate(["Reports", "Voice"], start=5)
        ]
        moved = {"starts_at": NOW + 6 * day, "ends_at": NOW + 6 * day + minutes(60)}
        maintenance.reschedule(later[0], by=None, **moved)
        maintenance.cancel(later[1], reason="x", by=None)
        windows.begun(clock, first)
    return row, NOW


def empty():
    return build.page(created_at=NOW), NOW


def awkward():
    """Deep, long, in another language, from right to left, typed by somebody hostile."""
    top = build.component("Plattform für mandantenfähige Nachrichtenzustellung", description="x" * 255)
    middle = build.component("Zustellungsbestätigungsverarbeitung" * 2, top)
    deep = build.component("קצר", middle)
    row = build.page(top, language="he", time_zone="Asia/Kathmandu", name="<script>alert(1)</script>")
    text = "`" + "y" * 400 + "`\n\n    " + "z" * 300
    build.incident("<img src=x onerror=alert(1)> " + "W" * 150, page=row, impacts=[(deep, None, 2)],
                   updates=[(NOW, Status.INVESTIGATING, text, NOW + minutes(5))])  # fmt: skip
    return row, NOW


def crowd():
    """60 components, some of them down in some of ten places."""
    places = [Location.objects.create(name=name, position=n) for n, name in enumerate(PLACES)]
    groups = [build.component(f"Region {n}", position=n) for n in range(4)]
    parts = [build.component(f"Gateway {n}", groups[n % 4], position=n) for n in range(60)]
    row = build.page(*groups)
    impacts = [(parts[0], places[0], 3), (parts[4], places[0], 2), (parts[4], places[6], 1), (parts[1], None, 1)]
    build.incident("Gateways drop connections", page=row, severity=3, impacts=impacts,
                   updates=[(NOW - minutes(9), Status.IDENTIFIED, "A switch failed.", NOW + minutes(12))])  # fmt: skip
    return row, NOW


PLACES = ["Frankfurt", "Singapore", "Virginia", "São Paulo", "Dublin", "Mumbai", "Montréal", "Sydney", "Tokyo", "Lima"]
EVERY_SCENE = (calm, open_, late, two, pinned, resolved, explained, maintained, hostile, empty, awkward, crowd)
SCENES = {scene.__name__.strip("_"): scene for scene in EVERY_SCENE}


FRESH = b'{"at": "2999-01-01T00:00:00Z", "version": "a"}'  # the heartbeat has tests of its own


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        scene = self.headers.get("X-Scene", "")
        path = self.path.lstrip("/").partition("?")[0]
        path += "index.html" if path.endswith("/") or not path else ""
        body = FRESH if path == "heartbeat.json" else self.server.trees[scene].get(path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", headers.content_type(path))
        for name, value in headers.for_path(path).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body or self.server.trees[scene]["404.html"])


def _draw(folder):
    trees = {}
    for name, scene in SCENES.items():
        with transaction.atomic():
            row, now = scene()
            shot = load(row.pk, touched=None, now=now)
            found = [*documents.hot(shot), *documents.permanent(shot), *documents.assets(shot)]
            trees[name] = {document.path: document.body for document in found}
            transaction.set_rollback(True)
    (folder / "trees").write_bytes(pickle.dumps(trees))


@pytest.fixture(scope="module")
def published(django_db_setup, django_db_blocker):
    """Every scene's tree, rendered before the browser starts; the address of a server of them."""
    with django_db_blocker.unblock():
        trees = prepared.once("scenes", _draw) / "trees"
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.trees = pickle.loads(trees.read_bytes())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture(scope="module")
def chromium(published):
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the tests
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, published, request):
    """Open a document of a scene; whatever the console complains about fails the test."""
    contexts, complaints = [], []

    def visit(scene, path="", *, width=1280, height=900, scheme="light", script=True, scale=1, clock=NOW):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script,
            device_scale_factor=scale, extra_http_headers={"X-Scene": scene}, timezone_id="Asia/Tokyo", locale="en-GB",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.clock.install(time=clock)
        page.goto(f"http://127.0.0.1:{published.server_port}/{path}")
        page.evaluate("document.fonts.ready") if script else None
        if PICTURES:
            name = f"{scene}-{path.split('/')[0] or 'front'}-{width}-{scheme}{'' if script else '-plain'}.png"
            page.screenshot(path=Path(PICTURES) / name, full_page=True)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def first(published, scene, folder):
    """The address of a scene's longest document of a kind: the one with most to go wrong."""
    found = {
        path: body for path, body in published.trees[scene].items() if path.startswith(folder) and path.count("/") == 2
    }
    return max(found, key=lambda path: len(found[path])).removesuffix("index.html")


SAME = ("narrow", "zoomed")  # looks that show the same elements, in the same colours, as a wide page does


def check(page, look=""):
    assert look in SAME or faults(page) == []
    assert fits(page)


LOOKS = {
    "wide": {"width": 1280},
    "wide dark": {"width": 1280, "scheme": "dark"},
    "phone": {"width": 390, "height": 844},
    "phone dark": {"width": 390, "height": 844, "scheme": "dark"},
    "narrow": {"width": 320, "height": 640},
    "zoomed": {"width": 640, "height": 450, "scale": 2},
    "very wide": {"width": 1920},
}


EVERYWHERE = ["wide", "phone dark", "narrow", "zoomed"]
VIEWS = [(scene, look) for scene in SCENES for look in (LOOKS if scene == "open" else EVERYWHERE)]


@pytest.mark.parametrize(("scene", "look"), VIEWS)
def test_axe_finds_nothing_on_the_front_page(visit, scene, look):
    page = visit(scene, **LOOKS[look])
    if look == "wide":  # what stands beside folded parts is the same at any width
        check(page)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    check(page, look)


@pytest.mark.parametrize("look", ["wide", "narrow"])
@pytest.mark.parametrize(
    ("scene", "folder"),
    [
        ("resolved", "incidents/"),
        ("late", "incidents/"),
        ("open", "components/"),
        ("calm", "history/"),
        ("explained", "postmortems/"),
        ("hostile", "postmortems/"),
        ("awkward", "incidents/"),
        ("awkward", "components/"),
        ("crowd", "components/"),
        ("maintained", "components/"),
        ("maintained", "history/"),
    ],
)
def test_axe_finds_nothing_on_permanent_pages_and_they_fit(visit, published, scene, folder, look):
    check(visit(scene, first(published, scene, folder), **LOOKS[look]), look)


@pytest.mark.parametrize("look", ["phone dark", "zoomed", "very wide"])
def test_axe_finds_nothing_on_a_post_mortem(visit, published, look):
    check(visit("explained", first(published, "explained", "postmortems/"), **LOOKS[look]))


@pytest.mark.parametrize("look", ["wide", "phone dark", "narrow", "zoomed"])
@pytest.mark.parametrize("state", ["now", "month", "Scheduled", "Cancelled", "Completed", "In progress"])
def test_axe_finds_nothing_on_pages_of_maintenance(visit, published, state, look):
    check(visit("maintained", where(published, state), **LOOKS[look]), look)


def where(published, state):
    """The address of a window in this state, or of a calendar."""
    known = {"now": "maintenance/", "month": "maintenance/2026-11/"}
    tree = published.trees["maintained"]
    said = f"<b>{state}</b>".encode()
    return known.get(state) or next(
        path.removesuffix("index.html")
        for path, body in tree.items()
        if path.startswith("maintenance/mnt_") and said in body
    )


@pytest.mark.parametrize(
    ("scene", "path"), [*product(("open", "empty"), ("history/", "404.html", "503.html")), ("crowd", "components/")]
)
def test_axe_finds_nothing_on_other_pages(visit, scene, path):
    check(visit(scene, path, **LOOKS["phone dark"]))


@pytest.mark.parametrize(
    ("scene", "folder"),
    [
        ("open", ""), ("late", ""), ("two", ""), ("crowd", ""), ("maintained", ""), ("awkward", ""),
        ("late", "incidents/"), ("resolved", "incidents/"), ("awkward", "incidents/"), ("open", "components/"),
        ("maintained", "maintenance/"), ("explained", "postmortems/"),
    ],
)  # fmt: skip
def test_nothing_is_cut_overlaps_or_is_too_small_to_hit_in_any_window(visit, published, scene, folder):
    page = visit(scene, first(published, scene, folder) if folder else "")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert layout.at_every_width(page, least=layout.TARGET) == []


def test_the_first_screen_of_a_phone_leads_to_the_second_incident(visit):
    page = visit("two", **LOOKS["phone"])
    link = page.get_by_role("link", name="Also open: Reports load slowly for large accounts")
    assert link.bounding_box()["y"] < 120
    link.click()
    assert abs(layout.top_of(page, ".also")) < 40


def test_the_front_page_needs_four_requests(visit, published):
    asked = []
    page = visit("open")
    page.on("request", lambda request: asked.append(request.url) if not request.url.startswith("data:") else None)
    page.reload()
    assert len(asked) == 4, asked


def test_everything_is_there_without_script(visit):
    page = visit("late", script=False, width=390)
    assert page.get_by_text("Next update was due").is_visible()
    assert page.get_by_text("14:34 UTC", exact=True).is_visible()
    page.get_by_text("Channels8").or_(page.locator("summary", has_text="Products")).last.click()
    assert page.get_by_role("link", name="Flow builder").is_visible()


def test_the_promise_is_on_the_first_screen_of_a_phone(visit):
    page = visit("open", width=390, height=844)
    box = page.locator(".next .big").bounding_box()
    assert box["y"] + box["height"] < 844


def test_the_script_says_what_only_the_clock_knows(visit):
    page = visit("open")
    line = page.locator(".next .big")
    assert line.inner_text().split("\n") == ["14:50 UTC", "in 12 min"]
    assert page.locator(".upd .hd").first.inner_text().split() == ["14:31", "UTC", "Identified", "7", "min", "ago"]
    assert "Your clock shows Asia/Tokyo." in page.locator(".foot").inner_text()
    page.clock.run_for(13 * 60_000)
    assert line.inner_text().split("\n") == ["14:50 UTC", "1 min late"]
    assert page.locator(".next.late .lab").inner_text() == "Next update was due"


def test_the_script_says_how_long_maintenance_takes(visit, published):
    page = visit("maintained")
    line = page.locator(".mw .run .w")
    assert line.inner_text().split("\n") == ["until 15:18 UTC", "in 40 min"]
    bar = page.locator(".mw .bar i")
    assert round(bar.evaluate("each => each.offsetWidth / each.parentNode.offsetWidth"), 2) == 0.67
    page.clock.run_for(52 * 60_000)
    assert line.inner_text().split("\n") == ["until 15:18 UTC", "overran by 12 min"]
    assert not bar.is_visible()
    coming = visit("maintained", where(published, "Scheduled")).locator(".when")
    assert coming.inner_text().endswith("for 1 h, begins in 6 d")


def test_everything_can_be_reached_by_keyboard(visit):
    page = visit("open")
    seen = set()
    for _step in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.textContent.trim().slice(0, 30)"))
    assert {"Skip to content", "Follow", "All 3 updates", "5 operational", "Atom", "JSON"} <= seen


def test_in_print_nothing_is_lost_in_the_dark(visit):
    page = visit("late", scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not any(button.is_visible() for button in page.locator(".btn").all())
