"""The main job in a real browser, on the product as ``make run`` starts it: declare, tell, correct, resolve.

Each step must stand on the page, in JSON and in both feeds within a second.
"""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from tests import driving, prepared
from tests.config.processes import Run
from tests.driving import Staff

pytestmark = pytest.mark.browser
VISIBLE = 1.0  # seconds from the answer of a step to its bytes in every document


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    with Run(prepared.copy_of_data(tmp_path_factory.mktemp("main-job") / "var")) as run:
        yield run


@pytest.fixture(scope="module")
def chromium():
    with driving.chromium() as browser:
        yield browser


def choose(select, words):
    """The first option whose text fits."""
    select.select_option(select.locator("option", has_text=re.compile(words)).first.get_attribute("value"))


def stands(product, words, *, incident="", where=("/", "/api/v2/incidents.json", "/history.atom", "/history.rss")):
    """Every document says ``words`` within a second from now; the slowest of them in seconds."""
    began = time.monotonic()
    waiting = {*where, f"/incidents/{incident}/"} if incident else {*where}
    while waiting:
        waiting = {path for path in waiting if words not in product.get(path)[1].decode()}
        took = time.monotonic() - began
        assert not waiting or took < VISIBLE, f"{words!r} is not in {sorted(waiting)} after {took:.2f} s"
    return time.monotonic() - began


def status_of(product, title):
    incidents = json.loads(product.get("/api/v2/incidents.json")[1])["incidents"]
    return next(each["status"] for each in incidents if each["name"] == title)


def address_of(product, title):
    incidents = json.loads(product.get("/api/v2/incidents.json")[1])["incidents"]
    return next(each["id"] for each in incidents if each["name"] == title)


def test_a_major_incident_from_suspicion_to_resolution(product, chromium):
    title = "Voice calls drop in Singapore"
    engineer = Staff(product, chromium, "lena")
    engineer.go("/admin/incidents/incident/report/")
    engineer.page.fill("[name=title]", title)
    engineer.page.fill("[name=summary]", "Calls end after ten seconds.")
    engineer.look("1-report")
    engineer.press("Report suspicion")
    expect(engineer.page.locator("h1")).to_contain_text(title)
    engineer.look("2-suspicion")
    workspace = engineer.page.url.removeprefix(engineer.base)
    assert title not in product.get("/")[1].decode()

    support = Staff(product, chromium, "amara")
    support.look("3-home")
    support.go(workspace)
    support.page.get_by_role("link", name=re.compile("^Confirm")).first.click()
    support.page.get_by_role("radio", name="A business-critical flow is interrupted").check(force=True)
    support.page.get_by_role("radio", name=re.compile("^Major A product")).check(force=True)
    row = support.page.locator(".bw-comp-new").first
    if not row.is_visible():
        support.page.get_by_text("Component or location").first.click()
    choose(row.locator("select").first, "Voice$")
    choose(row.locator("select").nth(1), "Singapore")
    support.page.locator("[name=body]").fill("Voice calls in Singapore end early. We are looking for the cause.")
    support.look("4-confirm")
    support.press("Confirm and publish first notice")
    assert stands(product, "Voice calls in Singapore end early") < VISIBLE
    incident = address_of(product, title)
    support.look("5-workspace")

    texts = [
        ("investigating", "One carrier answers late. We are still looking."),
        ("identified", "A media gateway lost its clock. We are moving calls away from it."),
        ("monitoring", "Calls in Singapore run over other gateways now. We are watching."),
    ]
    for stage, text in texts:
        support.post(stage=stage, text=text, heal=stage == "monitoring")
        assert stands(product, text, incident=incident) < VISIBLE
        assert status_of(product, title) == stage

    newest = support.page.locator("#timeline article", has_text="Calls in Singapore run").first
    newest.locator("summary").first.click()
    newest.get_by_role("link", name=re.compile("^Correct")).click()
    support.page.locator("[name=body]").fill("Calls in Singapore run over two other gateways now. We are watching.")
    support.look("6-correct")
    support.press("Correct it")
    assert stands(product, "run over two other gateways", incident=incident) < VISIBLE
    assert "edited" in product.get(f"/incidents/{incident}/")[1].decode()
    assert "run over other gateways" not in product.get(f"/incidents/{incident}/")[1].decode()

    support.go(workspace)
    assert support.page.locator("#compose [name=status][value=resolved]").count() == 0
    expect(support.page.locator("#compose")).to_contain_text("missing in the gate")
    support.look("7-gate")

    lead = Staff(product, chromium, "priya")
    lead.go(workspace)
    lead.post(stage="resolved", text="All calls in Singapore hold again.")
    expect(lead.page.locator("#compose")).to_contain_text("Stable without hands")
    lead.look("8-refused")
    assert status_of(product, title) == "monitoring"
    lead.post(
        stage="resolved", text="All calls in Singapore hold again.", override="Carrier confirms; both probes green."
    )
    assert stands(product, "All calls in Singapore hold again.", incident=incident) < VISIBLE
    assert status_of(product, title) == "resolved"
    expect(lead.page.get_by_text("Carrier confirms; both probes green.").first).to_be_attached()
    lead.look("9-resolved")


def test_a_minor_incident_is_resolved_through_the_gate(product, chromium):
    title = "Contact search is slow"
    administrator = Staff(product, chromium, "ingrid")
    administrator.go("/admin/incidents/severity/1/change/")
    administrator.page.fill("[name=healthy_minutes]", "0")
    with administrator.page.expect_navigation():
        administrator.page.locator("[name=_save]").first.click()

    support = Staff(product, chromium, "tomas")
    support.go("/admin/new-incident/")
    with support.page.expect_navigation():
        support.page.get_by_role("link", name=re.compile("Platform")).first.click()
    support.page.fill("[name=title]", title)
    support.page.locator("[name=components]").last.check(force=True)
    support.page.get_by_role("radio", name=re.compile("^Minor A small")).check(force=True)
    support.page.locator("[name=body]").fill("Searching contacts takes up to 20 seconds. We are looking for the cause.")
    support.look("a-new-incident")
    support.press("Declare and post on Platform")
    assert stands(product, title) < VISIBLE
    incident = address_of(product, title)

    support.post(stage="monitoring", text="An index was missing and is back. We are watching.", heal=True)
    for _condition in range(2):
        support.press("Attest")
    support.look("b-attested")
    for condition in ("workflow_impact", "data_impact"):
        answer = support.page.locator(f"[data-condition={condition}]")
        answer.locator("summary").click()
        answer.get_by_role("radio", name="No").check(force=True)
        with support.page.expect_navigation():
            answer.get_by_role("button", name="Save").click()
    support.post(stage="resolved", text="Contact search answers within a second again.")

    assert stands(product, "Contact search answers within a second", incident=incident) < VISIBLE
    assert status_of(product, title) == "resolved"
    assert "override" not in support.page.locator("#timeline").inner_text().lower()
