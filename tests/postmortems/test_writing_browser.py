"""A draft written in a real browser: every button does what it says, and what follows from the words stands at once."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from postmortems import actions
from postmortems.models import ActionItem, Cause, Event, Mitigation, Paragraph
from tests import factories as make
from tests.driving import chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright has a loop of its own in this thread
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser, live_server):
    client = Client()
    client.force_login(make.in_group("Reliability", first_name="Oskar", last_name="Nyman"))
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    assert page.complaints == []


def go(page, postmortem):
    page.goto(f"/admin/post-mortems/{postmortem.public_id}/write/")
    expect(page.locator("form[data-live]")).to_have_count(1)


def act(page, value):
    page.locator(f"button[value='{value}']").first.click()


def write(page, words):
    """Into what an act opened."""
    expect(page.locator(":is(textarea, input):focus")).to_have_count(1)
    page.keyboard.type(words)


def row(page, part):
    return page.locator(f"#{part.key}")


def texts(table, postmortem):
    return list(table.objects.of_document().filter(postmortem=postmortem).values_list("text", flat=True))


def test_every_button_of_the_rca_acts_and_keeps_what_was_typed(page):
    postmortem = make.postmortem(way="full", severity="major")
    root = postmortem.sections.get(kind="root_cause")
    go(page, postmortem)
    for value, words in (
        ("add:evt", "It began."),
        ("add:cau:root", "A lock."),
        ("add:cau:factor", "No alarm."),
        ("add:mit", "Killed it."),
        ("add:act", "A copy."),
    ):
        act(page, value)
        expect(page.locator("details[open] :is(textarea, input):focus")).to_have_count(1)  # ready to be written in
        added = page.evaluate("document.activeElement.closest('[data-row]').id")
        page.locator(f"[data-save='{added}.text']").fill(words)  # not saved yet when the next button is pressed
        page.locator(f"#{added} summary").click()
    act(page, f"add:par:section-{root.pk}")
    write(page, "First.")
    act(page, f"add:par:section-{root.pk}")
    expect(page.locator(f"#section-{root.pk} > .pm-row")).to_have_count(2)
    write(page, "Second.")
    first, second = root.paragraphs.order_by("position")
    act(page, f"up:{second.key}")
    expect(page.locator(f"#section-{root.pk} > .pm-row >> nth=0")).to_have_id(second.key)
    expect(page.locator(":focus")).to_have_attribute("value", f"up:{second.key}")
    act(page, f"down:{second.key}")
    expect(page.locator(f"#section-{root.pk} > .pm-row >> nth=0")).to_have_id(first.key)
    cause = Cause.objects.get(is_root=True)
    row(page, cause).locator("summary").click()
    act(page, f"add:why:{cause.key}")
    write(page, "Why a lock?")
    act(page, f"visibility:{root.pk}")
    expect(page.locator(f"button[value='visibility:{root.pk}']")).to_contain_text("Staff only")
    act(page, f"remove:{first.key}")
    expect(page.locator(".pm-gone")).to_contain_text("Removed: First.")
    expect(page.locator(":focus")).to_have_text("Undo")
    page.keyboard.press("Enter")
    expect(page.locator(f"#section-{root.pk} > .pm-row >> nth=0")).to_have_id(first.key)
    expect(page.locator(".pm-gone")).to_have_count(0)
    assert texts(Event, postmortem) == ["It began."]
    assert texts(Cause, postmortem) == ["A lock.", "No alarm."]
    assert texts(Mitigation, postmortem) == ["Killed it."]
    assert texts(ActionItem, postmortem) == ["A copy."]
    assert [each.text for each in root.paragraphs.order_by("position")] == ["First.", "Second."]
    assert [why.text for why in cause.whys.all()] == ["Why a lock?"]


def test_the_matrix_is_ticked_and_its_holes_close_as_one_watches(page):
    postmortem = make.ready_to_publish(way="full", severity="major")
    cause = actions.add(Cause, postmortem, by=None, text="Nobody watches the queue.")
    action = postmortem.actionitems.exclude(text="").get()
    go(page, postmortem)
    gate, hole = page.locator(".pm-gate-card"), page.locator(f"#on-{cause.key}")
    expect(hole).to_contain_text("No action works on it for good")
    gate.get_by_text("Cause 2 has no action").click()
    expect(page.locator(":focus")).to_have_attribute("data-other", cause.key)
    page.keyboard.press("Space")
    expect(hole).not_to_contain_text("No action works on it for good")
    expect(gate).to_contain_text("Nothing is missing")
    expect(row(page, cause)).not_to_contain_text("No action works on it for good")
    expect(page.locator(":focus")).to_be_checked()
    assert action.causes.filter(pk=cause.pk).exists()
    page.keyboard.press("Space")
    expect(gate).to_contain_text("Cause 2 has no action")
    hole.get_by_role("button", name="Add one").click()
    expect(page.locator("details[open]")).to_have_count(1)
    write(page, "An alarm on the queue.")
    expect(page.locator(".pm-matrix thead .pm-cell")).to_have_count(2)
    gate.get_by_text("Action 2 has no owner").click()
    expect(page.locator(":focus")).to_have_attribute("name", re.compile(r"^act_\w+\.owner$"))
    assert ActionItem.objects.get(text="An alarm on the queue.").causes.get() == cause


def test_the_short_form_is_written_in_one_go_and_published(page):
    postmortem = make.resolved(severity="minor", body="We ended the query.").postmortem  # a policy began it
    go(page, postmortem)
    page.get_by_role("button", name="Begin with what the facts tell").click()
    expect(page.locator(".pm-short-lead")).to_contain_text("is drafted already")
    cause, action = postmortem.causes.get(), postmortem.actionitems.get()
    page.locator(f"[data-save='{cause.key}.text']").fill("A query held a lock.")
    row(page, cause).get_by_role("link", name="Write the action on it").click()
    write(page, "Reports read from a copy.")
    tick = row(page, action).get_by_label("A query held a lock.")
    expect(tick).to_be_checked()  # the only action works on the only cause
    expect(page.locator(".pm-preview")).to_contain_text("A query held a lock.")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert [one for one in ids if ids.count(one) > 1] == []
    tick.click()
    expect(page.locator("#gate")).to_contain_text("Cause 1 has no action")
    tick.click()
    expect(page.locator("#gate")).not_to_contain_text("Cause 1 has no action")
    page.locator(f"[data-save='{action.key}.text']").fill("Reports read from a copy of it.")
    page.get_by_role("button", name="Publish …").click()
    page.wait_for_url("**/publish/")
    action.refresh_from_db()
    assert action.text == "Reports read from a copy of it."


def test_no_button_goes_on_while_words_are_on_this_device_only_or_wait_for_a_choice(page):
    postmortem = make.postmortem()
    go(page, postmortem)
    cause, count = postmortem.causes.get(), ActionItem.objects.count()
    words = page.locator(f"[data-save='{cause.key}.text']")
    page.context.set_offline(True)
    words.fill("Mine.")
    act(page, "add:act")
    expect(page.locator("[data-saving-said]")).to_contain_text("Not done yet", timeout=8000)
    page.get_by_role("button", name="Publish …").click()
    expect(page.locator("[data-saving-said]")).to_contain_text("Not done yet", timeout=8000)
    actions.change(cause, by=make.in_group("Reliability"), text="Theirs.")
    page.context.set_offline(False)
    expect(page.locator(".pm-clash")).to_be_visible(timeout=15000)
    act(page, "add:act")
    expect(page.locator("[data-saving-said]")).to_contain_text("waits for you first")
    expect(words).to_have_value("Mine.")
    assert ActionItem.objects.count() == count
    page.get_by_role("button", name="Keep mine").click()
    act(page, "add:act")
    expect(page.locator(f"#adds-{postmortem.sections.get(kind='actions').pk}")).to_be_visible()
    expect(page.locator("details[open] :focus")).to_have_count(1)
    expect(page.locator("[data-saving-said]")).to_be_empty()
    assert ActionItem.objects.count() == count + 1
    cause.refresh_from_db()
    assert cause.text == "Mine."


def test_words_for_a_row_that_somebody_removed_are_kept_and_put_back(page):
    postmortem = make.postmortem(way="full", severity="major")
    other = make.in_group("Reliability", first_name="Priya", last_name="Nair")
    section = postmortem.sections.get(kind="root_cause")
    paragraph = actions.add(Paragraph, postmortem, by=None, section=section, text="It began.")
    go(page, postmortem)
    words, line = page.locator(f"[data-save='{paragraph.key}.text']"), page.locator("[data-saving-line]")
    gone = page.locator(".pm-gone-words")

    def write_into_the_removed(text):
        words.fill("It began so.")
        expect(line).to_contain_text("on this device and on the server")
        paragraph.refresh_from_db()
        actions.remove(paragraph, by=other)
        words.fill(text)
        expect(gone).to_contain_text("Priya Nair removed this row.")
        expect(gone).to_contain_text(text)
        expect(line).to_contain_text("One thing needs another look")
        paragraph.refresh_from_db()
        assert paragraph.text == "It began so."

    write_into_the_removed("It began at night.")
    line.get_by_role("link").click()
    expect(page.locator(":focus")).to_have_text("Put it back with my words")
    page.keyboard.press("Enter")
    expect(line).to_contain_text("on this device and on the server")
    expect(words).to_have_value("It began at night.")
    expect(gone).to_have_count(0)
    paragraph.refresh_from_db()
    assert (paragraph.text, paragraph.removed_at) == ("It began at night.", None)

    write_into_the_removed("It began by day.")
    page.reload()  # its row is not drawn any more
    expect(page.locator("[data-saving-notice]")).to_contain_text("It began by day.")
    with page.expect_event("load"):
        gone.get_by_role("button", name="Put it back with my words").click()
    expect(words).to_have_value("It began by day.")

    write_into_the_removed("It began at noon.")
    gone.get_by_role("button", name="Leave it out").click()
    expect(page.locator(".pm-gone")).to_have_text("Priya Nair removed this row.Undo")
    expect(line).to_contain_text("on this device and on the server")
    paragraph.refresh_from_db()
    assert (paragraph.text, paragraph.removed_at is None) == ("It began so.", False)


def test_two_counts_that_did_not_go_together_are_saved_once_one_is_put_right(page):
    postmortem = make.postmortem()
    go(page, postmortem)
    counts, line = postmortem.assessments.get(), page.locator("[data-saving-line]")
    affected, total = (page.locator(f"[data-save='{counts.key}.{name}']") for name in ("customers", "customers_total"))
    affected.fill("41000")
    total.fill("4100")
    expect(page.locator(".bw-error")).to_have_text("No more customers can be affected than there are in all.")
    page.get_by_role("button", name="Publish …").click()
    expect(page.locator("[data-saving-said]")).to_contain_text("waits for you first")
    affected.fill("41")
    expect(page.locator(".bw-error")).to_have_count(0)
    expect(line).to_contain_text("on this device and on the server")
    counts.refresh_from_db()
    assert (counts.customers, counts.customers_total) == (41, 4100)
    page.get_by_role("button", name="Publish …").click()
    page.wait_for_url("**/publish/")


def test_a_cause_that_is_no_root_cause_any_more_goes_to_the_factors(page):
    postmortem = make.postmortem(way="full", severity="major")
    cause = actions.add(Cause, postmortem, by=None, text="A lock.", is_root=True)
    root, factors = (postmortem.sections.get(kind=kind).pk for kind in ("root_cause", "factors"))
    go(page, postmortem)
    row(page, cause).locator("summary").click()
    expect(page.locator(f"#section-{root} #{cause.key} small")).to_contain_text("Root cause")
    for place, word in ((factors, "Factor"), (root, "Root cause")):
        tick = row(page, cause).get_by_label("It is the root cause")
        tick.focus()
        page.keyboard.press("Space")
        expect(page.locator(f"#section-{place} #{cause.key} small")).to_contain_text(word)
        expect(row(page, cause)).to_have_count(1)
        expect(tick).to_be_focused()
        expect(tick).to_be_in_viewport()
        expect(row(page, cause).locator("details")).to_have_attribute("open", "")
