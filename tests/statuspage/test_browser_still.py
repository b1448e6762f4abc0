"""Nothing moves under the pointer: choosing leaves the text that is written, and what was pressed, where they are."""

from functools import partial

import pytest
from playwright.sync_api import sync_playwright

from incidents.choices import Level, Status
from tests import factories as make, layout
from tests.driving import CHROMIUM, FLAGS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SETTLED = 500  # ms until the answers of the server stand where they belong
WIDTHS = {390: 844, 1280: 800}


@pytest.fixture
def screens():
    """An incident with two parts in two places on two pages, a template for each stage, and a suspicion."""
    parts = [make.component(name=name, parent=make.component(name=f"{name} group")) for name in ("SMS", "Voice calls")]
    page = make.page(*parts, name="Larkwire", is_default=True)
    make.page(*parts, name="Larkwire carriers")
    places = [make.location(name=name) for name in ("Frankfurt", "Singapore")]
    affected = [make.affected(parts[0], places[0], Level.MAJOR), make.affected(parts[1], places[1], Level.DEGRADED)]
    incident = make.confirmed(title="SMS delayed", affects=affected, severity="major")
    make.update(incident, status=Status.IDENTIFIED, body="A route is broken. We are moving to another one.")
    make.put_on(page, incident)
    suspicion = make.suspicion(title="Voice calls end early")
    return {
        "composer": f"/admin/incidents/incident/{incident.public_id}/change/",
        "confirm": f"/admin/incidents/{suspicion.public_id}/confirm/",
        "new incident": f"/admin/new-incident/{page.public_id}/",
        "report": "/admin/incidents/incident/report/",
        "facts": f"/admin/incidents/incident/{incident.public_id}/facts/",
    }


@pytest.fixture
def page(live_server, monkeypatch):
    root = make.superuser(groups=["Support", "Engineering Leads"], password=make.PASSWORD)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright has a loop of its own in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(base_url=live_server.url, reduced_motion="reduce").new_page()
        page.goto("/admin/login/")
        page.fill("#id_username", root.username)
        page.fill("#id_password", make.PASSWORD)
        with page.expect_navigation():
            page.click("button[type=submit]")
        yield page
        browser.close()


@pytest.mark.parametrize("screen", ["composer", "confirm", "new incident", "report", "facts"])
@pytest.mark.parametrize("width", WIDTHS)
def test_choosing_moves_nothing_under_the_pointer(page, screens, screen, width):
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    page.goto(screens[screen])
    for group in page.locator("main .bw-picker-group > summary").all():
        assert held(page, group, group.click) == []
    ticked = "label:has(> input:is([type=radio], [type=checkbox]))"
    for choice in page.locator(f"main form:is([data-telling], .bw-form) {ticked}").all():
        if choice.is_visible():
            assert held(page, choice, choice.click) == [], choice.inner_text()
    templates = page.locator("select[data-templates]:visible")  # what was chosen last may tell nobody
    for option in templates.locator("option:enabled").all() if templates.count() else []:
        value = option.get_attribute("value")
        assert held(page, templates, partial(templates.select_option, value)) == [], value


def held(page, control, act):
    """What moved when it was pressed, with the px by which it did."""
    control.evaluate("e => e.scrollIntoView({ block: 'center' })")  # Playwright would scroll as it presses
    watched = {"what is pressed": control, "the text": page.locator("#compose #text:visible")}
    before = {name: top(each) for name, each in watched.items()}
    act()
    page.wait_for_timeout(SETTLED)
    after = {name: top(each) for name, each in watched.items()}
    return [
        (name, after[name] - at)
        for name, at in before.items()
        if at is not None and after[name] is not None and abs(after[name] - at) > 1
    ]


def top(control):
    return control.first.evaluate("e => e.getBoundingClientRect().top") if control.count() else None


@pytest.mark.parametrize("chosen", ["status][value=monitoring", "status][value=resolved", "next][value=custom"])
def test_the_composer_fits_with_whatever_is_chosen(page, screens, chosen):
    page.goto(screens["composer"])
    page.locator(f"#compose [name={chosen}]").check(force=True)
    page.wait_for_timeout(SETTLED)
    assert layout.at_every_width(page, least=layout.TARGET) == []


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1366, 768), (1440, 900)])
def test_the_preview_shows_the_promised_time_however_long_the_text_is(page, screens, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.goto(screens["composer"])
    page.fill("#compose #text", "SMS in Frankfurt arrive late. We are moving them to another route.\n\n" * 12)
    page.wait_for_timeout(SETTLED)
    promise, foot = page.locator(".bw-pub-next b").bounding_box(), page.locator(".bw-send").bounding_box()
    box = page.locator(".bw-pub").bounding_box()
    assert box["y"] < promise["y"]
    assert promise["y"] + promise["height"] <= box["y"] + box["height"]
    assert promise["y"] + promise["height"] < foot["y"]
    text = page.locator(".bw-pub-text p").first.bounding_box()  # what is being written is seen above it
    assert text["y"] + 20 <= page.locator(".bw-pub-next").bounding_box()["y"]


@pytest.mark.parametrize("width", [1024, 1280, 1366, 1440, 1600])
def test_the_clock_that_runs_is_whole_however_many_stand_beside_it(page, screens, width):
    page.set_viewport_size({"width": width, "height": 768})
    page.goto(screens["composer"])
    page.evaluate("""() => {
      const clocks = document.querySelector('.bw-clocks'), lead = clocks.querySelector('.bw-clock-lead');
      for (const left of clocks.querySelectorAll('[data-state=met] .bw-clock-left'))
        left.textContent = 'met in less than 1 min';
      lead.querySelector('dt').append(' and a zone with a long name');
    }""")
    lead, strip = page.locator(".bw-clock-lead").bounding_box(), page.locator(".bw-strip").bounding_box()
    words = page.locator(".bw-clock-lead dt").bounding_box()
    assert words["x"] + words["width"] <= lead["x"] + lead["width"] <= width
    assert strip["y"] <= lead["y"] + 1
    assert lead["y"] + lead["height"] <= strip["y"] + strip["height"] + 1


@pytest.mark.parametrize("screen", ["new incident", "confirm", "report", "facts"])
def test_a_form_on_a_phone_has_margins_and_its_button_in_reach(page, screens, screen):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(screens[screen])
    button = page.locator("main form .bw-btn-primary").last.bounding_box()
    assert 700 < button["y"] + button["height"] <= 844
    typed = "input:not([type=hidden], [type=radio], [type=checkbox]), textarea, select"
    for field in page.locator(f"main form :is({typed}):visible").all():
        box = field.bounding_box()
        assert box["x"] >= 12
        assert box["x"] + box["width"] <= 390 - 12
