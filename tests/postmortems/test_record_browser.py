"""A record written in real browsers: nothing typed is lost, whatever breaks, and nobody writes over anybody."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright

from incidents.choices import Hours
from incidents.moments import clock
from postmortems import actions
from postmortems.answers import key_of
from postmortems.models import Cause, Mitigation, Paragraph
from tests import factories as make
from tests.accessibility import faults, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHROMIUM = "/usr/bin/chromium"
DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
FASTER = """document.addEventListener("readystatechange", () => {
  const form = document.querySelector("form[data-saving]");
  if (form) form.dataset.beat = "BEAT";
}, true)"""
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d on this device and on the server$")


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright has a loop of its own in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def team(db):
    return make.team(name="Interfaces")


@pytest.fixture
def jun(team):
    return make.in_group("Engineering", first_name="Jun", last_name="Watanabe", team=team, password=make.PASSWORD)


@pytest.fixture
def lena(team):
    return make.in_group("Engineering", first_name="Lena", last_name="Fischer", team=team, password=make.PASSWORD)


@pytest.fixture
def record(team):
    [record] = actions.invite(make.postmortem(way="full", severity="major"), teams=[team], by=None)
    return record


def session_of(person, live_server):
    """Signed in without the form, which others test."""
    client = Client()
    client.force_login(person)
    return [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]


def enter(browser, live_server, person, **options):
    context = browser.new_context(base_url=live_server.url, **(options or DESK))
    context.add_cookies(session_of(person, live_server))
    return context.new_page()


def go(page, record, section, *, beat=None):
    """``beat``: milliseconds between two looks at the others, shorter than people have."""
    if beat:
        page.add_init_script(FASTER.replace("BEAT", str(beat)))
    page.goto(f"/admin/incident-records/{record.public_id}/{section}/")
    expect(page.locator("form[data-live]")).to_have_count(1)


def line(page):
    return page.locator("[data-saving-line]")


def cause(record, text, *, by=None, **facts):
    return actions.add(Cause, record.postmortem, record=record, by=by, text=text, **facts)


def field(page, part, name="text"):
    return page.locator(f"[data-save='{part.key}.{name}']")


def summary(record):
    question = record.postmortem.template.questions.get(label__startswith="What happened")
    return f"[data-save='{key_of(record, question)}.text']"


def test_what_is_typed_is_saved_and_rows_are_added_ordered_and_removed(browser, live_server, jun, record):
    page = enter(browser, live_server, jun)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    go(page, record, "causes")
    expect(page.locator(".pm-row .pm-no").first).to_have_text("Cause 1")
    assert not Cause.objects.exists()  # an open page with a row to begin with leaves nothing behind
    page.locator("[data-rows] textarea").fill("A lock was held.")
    page.locator("[data-rows] label:has-text('Root cause')").click()
    expect(line(page)).to_have_text(SAVED)
    page.click("[data-add=cau]")
    page.keyboard.type("Nothing watches it.")
    expect(page.locator("[data-progress=causes] [data-progress-words]").first).to_have_text("2 causes")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-saving-say]")).to_have_text("Moved to place 1 of 2")
    expect(page.locator(":focus")).to_have_value("Nothing watches it.")
    expect(line(page)).to_have_text(SAVED)
    page.wait_for_timeout(900)
    rows = Cause.objects.filter(removed_at=None).values_list("text", "is_root")
    assert list(rows) == [("Nothing watches it.", False), ("A lock was held.", True)]

    page.locator("[data-row]:visible [data-remove]").first.click()
    expect(page.locator(".pm-gone")).to_contain_text("Removed: Nothing watches it.")
    expect(page.locator(":focus")).to_have_text("Undo")
    page.keyboard.press("Enter")
    expect(page.locator(".pm-gone")).to_have_count(0)
    expect(line(page)).to_have_text(SAVED)
    page.wait_for_timeout(900)
    assert Cause.objects.filter(removed_at=None).count() == 2
    assert complaints == []


def test_a_reload_in_mid_sentence_loses_nothing(browser, live_server, jun, record):
    page = enter(browser, live_server, jun)
    go(page, record, "timeline")
    page.route("**/save/", lambda route: route.abort())
    page.fill(summary(record), "Reports took minutes to")
    page.wait_for_timeout(300)
    page.reload()
    expect(page.locator(summary(record))).to_have_value("Reports took minutes to")
    expect(page.locator("[data-saving-notice]")).to_contain_text("was only on this device")
    expect(line(page)).to_contain_text("No connection since")
    page.unroute("**/save/")
    expect(line(page)).to_have_text(SAVED, timeout=8000)
    assert Paragraph.objects.get().text == "Reports took minutes to"
    page.wait_for_timeout(100)
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('bw-saving')).length") == 0


def test_cut_off_one_goes_on_and_it_is_sent_when_the_line_is_back(browser, live_server, jun, record):
    page = enter(browser, live_server, jun)
    go(page, record, "causes")
    page.context.set_offline(True)
    page.locator("[data-rows] textarea").fill("A lock was held.")
    page.click("[data-add=cau]")
    page.keyboard.type("Nothing watches it.")
    expect(line(page)).to_contain_text("No connection since")
    expect(line(page)).to_contain_text("on this device")
    expect(page.locator(".pm-foot")).to_have_attribute("data-state", "offline")
    page.click(".pm-foot .bw-btn-primary")  # nobody is led to a page of the browser's own
    expect(page).to_have_url(re.compile("causes/$"))
    page.context.set_offline(False)
    expect(line(page)).to_have_text(SAVED, timeout=8000)
    assert list(Cause.objects.values_list("text", flat=True)) == ["A lock was held.", "Nothing watches it."]


def test_an_answer_that_was_lost_is_no_clash_with_oneself(browser, live_server, jun, record):
    page = enter(browser, live_server, jun)
    found = cause(record, "A lock", by=jun)
    go(page, record, "causes")

    def lost(route):
        route.fetch()
        route.abort()

    page.route("**/save/", lost)
    page.locator(".pm-row summary").click()
    field(page, found).fill("A lock was held")
    expect(line(page)).to_contain_text("No connection since")
    field(page, found).fill("A lock was held by a query.")
    page.unroute("**/save/")
    expect(line(page)).to_have_text(SAVED, timeout=8000)
    assert page.locator(".pm-clash").count() == 0
    found.refresh_from_db()
    assert found.text == "A lock was held by a query."


def test_signed_out_one_signs_in_beside_and_the_page_goes_on(browser, live_server, jun, record):
    page = enter(browser, live_server, jun)
    go(page, record, "timeline")
    Session.objects.all().delete()
    page.fill(summary(record), "Reports took minutes to open.")
    expect(line(page)).to_contain_text("You were signed out at")
    assert not Paragraph.objects.exists()
    page.keyboard.type(" Then none")  # what is said changes under the pointer as the field is left
    with page.context.expect_page() as opened:
        page.click("[data-saving-line] a")
    beside = opened.value
    beside.fill("#id_username", jun.username)
    beside.fill("#id_password", make.PASSWORD)
    beside.click("button[type=submit]")
    beside.wait_for_url(page.url)  # where one came from
    expect(line(page)).to_have_text(SAVED, timeout=8000)
    assert Paragraph.objects.get().text == "Reports took minutes to open. Then none"


def test_nothing_is_written_in_the_name_of_who_signed_in_meanwhile(browser, live_server, jun, lena, record):
    page = enter(browser, live_server, jun)
    go(page, record, "timeline")
    page.context.add_cookies(session_of(lena, live_server))
    page.fill(summary(record), "Jun’s words")
    expect(line(page)).to_contain_text("Lena Fischer is signed in here now")
    assert not Paragraph.objects.exists()


def test_two_people_in_one_field_choose_and_others_appear(browser, live_server, jun, lena, record):
    one, two = cause(record, "A lock."), cause(record, "No alert.")
    page = enter(browser, live_server, jun)
    go(page, record, "causes", beat=500)
    page.locator(".pm-row summary").first.click()
    field(page, one).focus()
    page.keyboard.press("End")
    other = enter(browser, live_server, lena)
    go(other, record, "causes", beat=500)
    expect(page.locator("[data-others]")).to_contain_text("Lena Fischer is here too, in Contributing causes")
    expect(other.locator(f"[data-row='{one.key}']")).to_contain_text("Jun is writing here")

    other.locator(".pm-row summary").nth(1).click()
    field(other, two).fill("No alert watches the pace.")
    expect(page.locator(f"[data-row='{two.key}'] [data-main]")).to_have_text("No alert watches the pace.")

    page.route("**/save/", lambda route: route.abort())
    page.keyboard.type(" It was long.")
    page.wait_for_timeout(900)
    other.locator(".pm-row summary").first.click()
    field(other, one).fill("A lock. Ten gateways ran slow.")
    expect(line(other)).to_have_text(SAVED)
    page.unroute("**/save/")
    clash = page.locator(".pm-clash")
    expect(clash).to_contain_text("Lena Fischer changed this at", timeout=8000)
    assert clash.locator("ins").all_inner_texts() == ["Ten gateways ran slow."]
    expect(field(page, one)).to_have_value("A lock. It was long.")
    expect(line(page)).to_contain_text("One field waits for your choice")
    page.locator(f"[data-row='{one.key}'] label:has-text('How much')").click()  # the others do not wait
    expect(line(page)).to_contain_text("One field waits for your choice")
    clash.get_by_text("Both, theirs below mine").click()
    expect(line(page)).to_have_text(SAVED)
    one.refresh_from_db()
    assert (one.text, one.affects) == ("A lock. It was long.\n\nA lock. Ten gateways ran slow.", "impact")


def test_two_tabs_of_one_person_show_the_same(browser, live_server, jun, record):
    page = enter(browser, live_server, jun)
    go(page, record, "timeline")
    second = page.context.new_page()
    go(second, record, "timeline")
    page.fill(summary(record), "Reports took minutes to open.")
    expect(second.locator(summary(record))).to_have_value("Reports took minutes to open.")
    page.locator(summary(record)).blur()
    second.fill(summary(record), "Reports took four minutes to open.")
    expect(line(second)).to_have_text(SAVED)
    expect(page.locator(summary(record))).to_have_value("Reports took four minutes to open.")
    assert Paragraph.objects.get().text == "Reports took four minutes to open."


def test_without_storage_it_says_so_and_saves_all_the_same(browser, live_server, jun, record):
    page = enter(browser, live_server, jun)
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })")
    go(page, record, "timeline")
    expect(line(page)).to_contain_text("this browser keeps nothing")
    page.fill(summary(record), "Reports took minutes to open.")
    expect(line(page)).to_contain_text(re.compile(r"Saved \d\d:\d\d:\d\d on the server only"))


def test_when_it_was_saved_is_told_in_the_zone_and_the_hours_of_whoever_writes(browser, live_server, jun, record):
    jun.time_zone, jun.hours = "Asia/Kathmandu", "12"
    jun.save()
    page = enter(browser, live_server, jun)  # the clock of the machine is another
    go(page, record, "timeline")
    page.fill(summary(record), "Reports took minutes to open.")
    expect(line(page)).to_have_text(re.compile(r"^Saved \d{1,2}:\d\d:\d\d [AP]M on this device"))

    now = timezone.now().astimezone(ZoneInfo("Asia/Kathmandu"))
    times = {clock(now - passed, chosen=Hours.TWELVE) for passed in (timedelta(), timedelta(minutes=1))}
    assert re.sub(r"Saved (\d+:\d+):\d+ (.M).*", r"\1 \2", line(page).text_content()) in times


def test_a_wrong_value_is_said_at_its_field_and_holds_up_nothing(browser, live_server, jun, record):
    page = enter(browser, live_server, jun)
    go(page, record, "impact")
    page.locator("[data-save$='.customers']").fill("many")
    page.locator("[data-save$='.volume']").fill("41204")
    expect(page.locator(".bw-error")).to_have_text("Write a whole number, such as 30.")
    expect(line(page)).to_contain_text("One thing needs another look")
    page.locator("[data-save$='.customers']").fill("1240")
    expect(line(page)).to_have_text(SAVED)
    row = record.assessments.get()
    assert (row.customers, row.volume) == (1240, 41204)


def test_ticks_own_entries_and_files_of_the_timeline(browser, live_server, jun, record, tmp_path):
    log = tmp_path / "pace compare.csv"
    log.write_text("gateway,pace\n3,20\n")
    big = tmp_path / "big.bin"
    big.write_bytes(b"0" * 5_000_001)
    page = enter(browser, live_server, jun)
    go(page, record, "timeline")
    page.locator("[data-take]").first.check()
    expect(page.locator("[data-taken]")).to_contain_text("1 of ")
    page.click("[data-add=evt]")
    row = page.locator(".pm-own")
    row.locator("[data-save$='.text']").fill("Found the pace.")
    expect(line(page)).to_have_text(SAVED)
    row.locator("input[type=file]").set_input_files(big)
    expect(row.locator("[data-file-error]")).to_contain_text("larger than 5 MB")
    row.locator("input[type=file]").set_input_files(log)
    expect(row.locator("[data-file-name]")).to_have_text("pace compare.csv")
    events = record.events.order_by("entry")
    assert sorted((event.entry_id is None, event.text) for event in events)[-1] == (True, "Found the pace.")
    assert events.exclude(evidence=None).get().evidence.size == log.stat().st_size


@pytest.mark.parametrize("look", [DESK, PHONE], ids=["desk", "phone, dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser, live_server, jun, record, look):
    cause(record, "A" * 300)
    page = enter(browser, live_server, jun, **look, bypass_csp=True)
    for section in ("timeline", "mitigation", "causes", "impact", "actions", "whole"):
        page.goto(f"/admin/incident-records/{record.public_id}/{section}/")
        page.wait_for_timeout(150)
        if section == "causes":
            page.locator(".pm-row summary").first.click()
        assert faults(page) == [], section
        assert fits(page), section
        small = page.evaluate(
            "[...document.querySelectorAll('#bw-main :is(button, summary, select, input[type=text])')]"
            ".filter((each) => each.offsetParent && each.getBoundingClientRect().height < 43"
            " && !each.classList.contains('bw-sr')).map((each) => each.outerHTML.slice(0, 80))"
        )
        assert look is DESK or small == [], section


def test_a_refused_row_is_marked_stays_open_and_is_one_press_away(browser, live_server, jun, record):
    at = record.postmortem.incident.started_at.replace(second=0, microsecond=0)
    measure = actions.add(Mitigation, record.postmortem, record=record, by=None, at=at, text="Restarted it.")
    page = enter(browser, live_server, jun, **PHONE)
    go(page, record, "mitigation")
    row, begin, end = page.locator(f"#{measure.key}"), field(page, measure, "at"), field(page, measure, "ended_at")
    row.locator("summary").click()
    early = begin.evaluate("one => `${Number(one.value.slice(0, 4)) - 1}${one.value.slice(4)}`")
    end.fill(early)
    page.click("[data-add=mit]")  # closes the first, before it is refused
    expect(row.locator(".pm-wrong")).to_be_visible()
    expect(line(page)).to_contain_text("One thing needs another look")
    line(page).get_by_role("link", name="Show it").click()
    expect(end).to_be_focused()
    expect(row.locator(".bw-error")).to_have_text("It cannot end before it begins.")
    page.click("[data-add=mit]")
    expect(row.locator("details")).to_have_attribute("open", "")
    page.reload()
    notice = page.locator("[data-saving-notice]")
    expect(notice).to_contain_text("is only on this device: it needs another look")
    line(page).get_by_role("link", name="Show it").click()
    expect(end).to_have_value(early)
    begin.fill(f"{int(early[:4]) - 1}{early[4:]}")
    expect(line(page)).to_have_text(SAVED)
    expect(row).not_to_have_attribute("data-wrong", "")
    expect(notice).to_contain_text("The server has it now")
    measure.refresh_from_db()
    assert measure.ended_at > measure.at
