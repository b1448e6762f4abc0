"""The job of maintenance in a real browser, on the product as ``make run`` starts it.

Support plans a night that is too soon, moves it to where it is planned, publishes it, moves it and calls it off; a lead
approves an emergency, which begins by itself, takes longer and ends. A customer hears of each step by mail, and has it
in a calendar: from the file of the mail and from the page's, read by programs of others.
"""

import json
import re
import urllib.parse
from datetime import UTC, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import recurring_ical_events
import vobject
from playwright.sync_api import expect

from tests import driving, prepared
from tests.accessibility import faults, fits
from tests.config.processes import Run, until
from tests.driving import PICTURES, Staff
from tests.test_telling_job import mails, text_of

pytestmark = pytest.mark.browser

SOON = 60  # seconds on a busy machine
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
WIDTHS = (320, 360, 390, 600, 768, 1024, 1280, 1440, 1920)
NOTICE = Path(__file__).parent / "incidents/maintenance/notices/northgate.ics"
A_WEEK, HALF_AN_HOUR = timedelta(days=7), timedelta(minutes=30)


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    with Run(prepared.copy_of_data(tmp_path_factory.mktemp("maintenance-job") / "var")) as run:
        yield run


@pytest.fixture(scope="module")
def chromium():
    with driving.chromium() as browser:
        yield browser


# Whoever plans


class Planner(Staff):
    """Somebody of the staff at a screen of that size."""

    def __init__(self, product, chromium, name, size="desk"):
        super().__init__(product, chromium, name)
        self.page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))

    def plan(self, title, at, *, minutes="120"):
        """What a new window needs, without a word on who approves."""
        self.go("/admin/maintenance/")
        self.follow("Plan maintenance")
        self.page.fill("[name=title]", title)
        self.page.get_by_label("Infrastructure upgrade").check(force=True)
        self.page.select_option("[name=time_zone]", "UTC")
        self.choose("[name=rows-0-component]", "SMS outbound")
        self.page.fill("[name=body]", "We exchange two of four routers. Messages may take five minutes longer.")
        self.page.fill("[name=date]", f"{at:%Y-%m-%d}")
        self.page.fill("[name=time]", f"{at:%H:%M}")
        self.page.select_option("[name=length]", minutes)

    def choose(self, select, words):
        found = self.page.locator(select)
        found.select_option(found.locator("option", has_text=words).first.get_attribute("value"))

    def follow(self, name):
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, exact=True).first.click()

    def press(self, name):
        """To end it is not to extend it."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()

    def reads(self, kind):
        """The verdict of the form, once the server has counted what stands in it."""
        verdict = self.page.locator(f".mw-verdict[data-class={kind}]")
        expect(verdict).to_be_visible()
        return verdict

    def public_id(self):
        return re.search(r"mnt_[a-z0-9]+", self.page.url)[0]

    def sees(self, words, *, of):
        """In what happened, under the step of that name; deliveries go on while one looks."""

        def is_there():
            self.page.reload()
            return re.search(words, self.page.locator(".mw-updates > li", has_text=of).first.inner_text())

        until(is_there, seconds=SOON)


def tomorrow_and(days):
    return datetime.now(UTC).replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=1 + days)


# Whoever reads


class Reader:
    """A customer with a browser, an address, and a program that keeps a calendar."""

    def __init__(self, product, chromium, name, size="desk"):
        width, height = SIZES[size]
        self.product, self.address, self.sequences = product, f"{name}@example.com", {}
        self.page = chromium.new_context(viewport={"width": width, "height": height}).new_page()

    def subscribe(self):
        base = f"http://127.0.0.1:{self.product.port}"
        self.page.goto(base)
        self.page.goto(f"{base}/subscribe/")
        self.page.get_by_label("E-mail address").fill(self.address)
        self.page.get_by_role("button", name="Subscribe").first.click()
        until(lambda: mails(self.product, self.address), seconds=SOON)
        link = re.search(r"http\S+/subscriptions/confirm/\S+", text_of(mails(self.product, self.address)[-1]))[0]
        self.page.goto(base + urllib.parse.urlsplit(link).path)
        self.page.get_by_role("button", name="Confirm").click()
        expect(self.page.locator("main")).to_contain_text(self.address)

    def got(self, title, words):
        """The mail that says so of that maintenance."""

        def found():
            its = [mail for mail in mails(self.product, self.address) if title in mail["Subject"]]
            return [mail for mail in its if words in mail["Subject"]]

        until(found, seconds=SOON)
        [mail] = found()
        return mail

    def opens(self, mail, window):
        """The file of the mail in the calendar: what stands there then, and that programs take it for newer."""
        [part] = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
        body = part.get_payload(decode=True)
        calendar = icalendar.Calendar.from_ical(body)
        [event] = calendar.walk("VEVENT")
        assert int(event["SEQUENCE"]) > self.sequences.get(window, -1)
        self.sequences[window] = int(event["SEQUENCE"])
        assert part["Content-Type"].params["method"] == str(calendar["METHOD"])
        return standing(body, window)

    def of_page(self, window):
        return standing(self.product.get("/maintenance.ics")[1], window)


def standing(body, window):
    """Start and end of the window in that calendar, as two libraries read it; nothing where it was called off."""
    calendar, now = icalendar.Calendar.from_ical(body), datetime.now(UTC)
    assert calendar.errors == []
    near = recurring_ical_events.of(calendar).between(now - A_WEEK, now + 26 * A_WEEK)
    uid = f"{window}@bridgewatch"
    found = [
        (each["DTSTART"].dt, each["DTEND"].dt, str(each.get("STATUS"))) for each in near if str(each["UID"]) == uid
    ]
    seen = [
        (each.dtstart.value, each.dtend.value, each.status.value)
        for each in vobject.readOne(body.decode()).contents.get("vevent", [])
        if each.uid.value == uid
    ]
    assert seen == found
    assert len(found) == 1
    is_off = found[0][2] == "CANCELLED" or str(calendar.get("METHOD")) == "CANCEL"
    return None if is_off else found[0][:2]


def said_of(product, window):
    """Status, start and end as /api/v2 says them."""
    rows = json.loads(product.get("/api/v2/scheduled-maintenances.json")[1])["scheduled_maintenances"]
    return next(
        (
            (each["status"], *(datetime.fromisoformat(each[key]) for key in ("scheduled_for", "scheduled_until")))
            for each in rows
            if each["id"] == window
        ),
        None,
    )


def test_what_was_typed_and_left_is_put_back_whole_for_whoever_typed_it(product, chromium):
    support = Planner(product, chromium, "amara")
    page, at = support.page, tomorrow_and(40)
    offered = page.get_by_role("button", name="Put it back")

    support.plan("Keys of one customer exchanged", at, minutes="45")
    page.locator("[name=audience][value=internal]").check(force=True)
    support.go("/admin/maintenance/plan/")
    offered.click()
    expect(page.locator("[name=date]")).to_have_value(f"{at:%Y-%m-%d}")
    expect(page.locator("[name=time]")).to_have_value(f"{at:%H:%M}")
    expect(page.locator("[name=length]")).to_have_value("45")
    assert page.locator("[name=audience]:checked").input_value() == "internal"
    assert page.locator("[name=kind]:checked").input_value() == "infrastructure"

    page.context.clear_cookies()
    support.sign_in("tomas")
    support.go("/admin/maintenance/plan/")
    expect(page.get_by_label("Infrastructure upgrade")).to_be_attached()
    expect(offered).to_have_count(0)

    page.context.clear_cookies()
    support.sign_in("amara")
    support.go("/admin/maintenance/plan/")
    offered.click()
    support.press("Save the draft")
    support.go("/admin/maintenance/plan/")
    expect(offered).to_have_count(0)


@pytest.mark.parametrize("size", SIZES)
def test_planned_from_too_soon_to_called_off(product, chromium, size):
    title = f"Routers of the {size} exchanged"
    reader = Reader(product, chromium, f"reader-{size}", size)
    reader.subscribe()
    support = Planner(product, chromium, "amara", size)
    support.plan(title, tomorrow_and(2))
    verdict = support.reads("emergency")
    expect(verdict).to_contain_text(re.compile(r"Emergency: .*business day"))
    expect(verdict).to_contain_text("It needs a reason and somebody who approves.")
    expect(support.page.locator(".mw-cal")).to_be_visible()
    support.look(f"1-too-soon-{size}")
    support.press("Ask for approval")  # of nobody, without a reason
    expect(support.page.locator(".bw-refused")).to_be_visible()

    support.page.locator("[data-earliest]").click()
    verdict = support.reads("planned")
    expect(support.page.locator(".bw-refused")).not_to_be_visible()
    expect(support.page.locator("[name=time]")).to_be_focused()
    expect(support.page.locator("[name=reason]")).not_to_be_visible()
    expect(support.page.locator(".mw-recipients")).to_contain_text(re.compile(r"Will be told: [1-9]"))
    day, at = (support.page.input_value(f"[name={name}]") for name in ("date", "time"))
    starts_at = datetime.fromisoformat(f"{day}T{at}Z")
    support.look(f"2-planned-{size}")
    support.press("Announce it")
    window, times = support.public_id(), (starts_at, starts_at + timedelta(hours=2))
    expect(support.page.locator(".mw-strip")).to_contain_text("Planned")

    announced = reader.got(title, "Planned maintenance")
    assert reader.opens(announced, window) == reader.of_page(window) == times
    assert said_of(product, window) == ("scheduled", *times)
    support.sees("Told [1-9]", of="Posted")
    support.look(f"3-announced-{size}")

    support.follow("Move it")
    moved = tuple(at + HALF_AN_HOUR for at in times)
    support.page.fill("[name=time]", f"{moved[0]:%H:%M}")
    expect(support.page.locator("[data-slot=old]")).to_contain_text(f"{moved[0]:%H:%M} – {moved[1]:%H:%M} UTC")
    support.reads("planned")
    support.look(f"4-move-{size}")
    support.press("Move it")
    assert reader.opens(reader.got(title, "moved"), window) == reader.of_page(window) == moved
    assert said_of(product, window) == ("scheduled", *moved)

    support.follow("Cancel it")
    support.page.get_by_label("Why, for staff").fill("The routers were not delivered.")
    support.look(f"5-cancel-{size}")
    support.press("Cancel it")
    assert reader.opens(reader.got(title, "cancelled"), window) is reader.of_page(window) is None
    assert said_of(product, window)[0] == "completed" or said_of(product, window) is None
    support.sees("Told [1-9]", of="Cancelled")


@pytest.mark.parametrize("size", SIZES)
def test_an_emergency_is_approved_from_the_home_runs_takes_longer_and_ends(product, chromium, size):
    title = f"Certificate of the {size} renewed"
    reader = Reader(product, chromium, f"hurried-{size}", size)
    reader.subscribe()
    support = Planner(product, chromium, "amara", size)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    support.plan(title, now)
    support.reads("emergency")
    support.page.fill("[name=reason]", "It ends tonight.")
    support.choose("[name=approver]", re.compile("Priya"))
    support.look(f"6-emergency-{size}")
    support.press("Ask for approval")
    window, times = support.public_id(), (now, now + timedelta(hours=2))
    expect(support.page.locator(".mw-call")).to_contain_text("Waits for Priya")
    assert said_of(product, window) is None
    assert title not in product.get("/")[1].decode()

    lead = Planner(product, chromium, "priya", size)
    lead.go("/admin/")
    lead.follow(re.compile(title))
    expect(lead.page.locator(".mw-facts")).to_contain_text("It ends tonight.")
    lead.look(f"7-approve-{size}")
    lead.press("Approve and announce")
    began = reader.got(title, "begun")
    assert reader.opens(began, window) == reader.of_page(window) == times
    assert said_of(product, window) == ("in_progress", *times)

    support.page.reload()
    expect(support.page.locator(".mw-strip")).to_contain_text("Emergency")
    support.follow("Extend it")
    longer = (times[0], times[1] + HALF_AN_HOUR)
    support.look(f"8-extend-{size}")
    support.press("Extend it")
    assert reader.opens(reader.got(title, "longer"), window) == reader.of_page(window) == longer

    support.follow("End it")
    support.press("End it")
    expect(support.page.locator(".mw-strip")).to_contain_text("Completed")
    over = reader.got(title, "ended")
    assert reader.opens(over, window) == reader.of_page(window) != longer
    assert said_of(product, window)[0] == "completed"


# Every screen: whoever reads it, at any width


def is_well(page, name, scheme):
    """For axe on a light desk and on a dark phone; and it does not scroll sideways."""
    found = []
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if (size, scheme) in (("desk", "light"), ("phone", "dark")):
            found += [(name, size, scheme, fault) for fault in faults(page)]
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{size}-{scheme}.png", full_page=True)
    for width in WIDTHS if scheme == "light" else ():
        page.set_viewport_size({"width": width, "height": 900})
        if not fits(page):
            found.append((name, width, "scrolls sideways"))
    return found


def windows(person):
    """One of each state, by it."""
    person.go("/admin/maintenance/?show=all")
    rows = person.page.locator(".mw-rowlist a").evaluate_all(
        "all => all.map(each => [each.querySelector('[data-state]').dataset.state, each.pathname])"
    )
    return dict(reversed(rows))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_is_accessible_and_fits(product, chromium, scheme):
    support, lead = Planner(product, chromium, "amara"), Planner(product, chromium, "priya")
    for person in (support, lead):
        person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page, found = support.page, []
    support.go("/admin/maintenance/notices/")
    page.set_input_files("[name=file]", NOTICE)
    support.press("Read it")
    its = windows(support)
    screens = {
        "list": "/admin/maintenance/",
        "drafts": "/admin/maintenance/?show=drafts",
        "report": "/admin/maintenance/report/",
        "series": "/admin/maintenance/series/",
        "new-series": "/admin/maintenance/series/new/",
        "notices": "/admin/maintenance/notices/",
        "move": f"{its['scheduled']}move/",
        "amend": f"{its['scheduled']}amend/",
        "cancel": f"{its['scheduled']}cancel/",
    } | {f"window-{state}": path for state, path in its.items()}
    for name, path in screens.items():
        support.go(path)
        found += is_well(page, name, scheme)
    support.plan("Routers", tomorrow_and(2))
    support.reads("emergency")
    found += is_well(page, "plan-emergency", scheme)
    page.locator("[data-earliest]").click()
    support.reads("planned")
    found += is_well(page, "plan-planned", scheme)
    lead.go("/admin/")
    found += is_well(lead.page, "home", scheme)
    lead.page.locator("a[href*='/maintenance/approvals/']").first.click()
    expect(lead.page.get_by_role("button", name="Decline")).to_be_visible()
    found += is_well(lead.page, "approval", scheme)

    assert {"draft", "scheduled", "completed", "cancelled"} <= set(its)
    assert found == []
