"""The session ended, then a button is pressed: after signing in again one stands where it was, and reads that it was
not done; never before a blank refusal (TRIAL B1).
"""

import pytest
from django.urls import get_resolver, reverse
from playwright.sync_api import expect

from postmortems import actions
from tests import factories as make
from tests.postmortems.test_browser_actions import browser  # noqa: F401
from tests.walks.walking import draw

SAID = "It was not done: you were signed out meanwhile."
ONLY_POSTED = {
    "ask", "sign", "comment", "resolve_comment", "take_over", "draft", "settle", "save_document", "save_record",
    "action_items_change", "invite", "start_record", "submit_record", "take_back_record", "remind_record",
    "remove_record", "attach_evidence", "similar", "postmortem_file_make", "postmortem_file_again",
}  # fmt: skip


def addresses(world):
    """Every address of post-mortems with its name: around this post-mortem, its record, its comment."""
    resolver = get_resolver()
    for space in ("postmortems_staff", "statuspage_staff"):
        _prefix, patterns = resolver.namespace_dict[space]
        for pattern in patterns.url_patterns:
            if space == "postmortems_staff" or pattern.name.startswith("postmortem_"):
                route = str(pattern.pattern)
                about = "record" if "incident-records/" in route else "incident" if "incidents/" in route else "rca"
                about = "evidence" if route.startswith("evidence/") else about
                known = {"public_id": world[about], "number": 1, "pk": world["comment"], "section": "timeline"}
                known |= {"key": world["item"], "form": "md", "token": "none"}
                kwargs = {name: known[name] for name in pattern.pattern.converters}
                yield pattern.name, reverse(f"{space}:{pattern.name}", kwargs=kwargs)


@pytest.fixture
def world():
    postmortem = make.ready_to_publish(make.resolved(severity="major"), way="full")
    person = make.user(groups=["Reliability", "Engineering Leads"], password=make.PASSWORD)
    [record] = actions.invite(postmortem, people=[person], by=None)
    actions.ask_for_review(postmortem, by=None)
    actions.send_back(postmortem, reason="Cause 1 is not it.", by=None)
    comment = actions.comment(postmortem, section=make.section(postmortem, "impact"), text="How many?", by=person)
    return {
        "person": person, "rca": postmortem.public_id, "incident": postmortem.incident.public_id,
        "record": record.public_id, "comment": comment.pk, "item": postmortem.actionitems.get().key,
        "evidence": "evd_0",
    }  # fmt: skip


@pytest.mark.django_db
def test_whatever_button_was_pressed_signing_in_leads_to_a_screen(client, world):
    found = set()
    drawn = draw(addresses(world), 0.3, salt="buttons")
    for name, address in drawn:
        client.logout()
        response = client.post(address, {"text": "Of no use."})
        if response.status_code in (404, 405) and name in ("calendar_feed",):
            continue  # it asks for no session
        assert response.status_code == 302, address
        signin = response.headers["Location"]
        data = {"username": world["person"].username, "password": make.PASSWORD}
        response = client.post(signin, data, follow=True)
        assert response.status_code in (200, 404), (address, response.status_code)
        if SAID in response.getvalue().decode(errors="replace"):
            assert response.status_code == 200
            found.add(name)
    assert found == ONLY_POSTED & {name for name, _address in drawn}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_comment_comes_back_after_signing_in(browser, live_server, world):  # noqa: F811
    page = browser.new_context(base_url=live_server.url, bypass_csp=True).new_page()
    document = f"/admin/post-mortems/{world['rca']}/document/"

    def sign_in():
        page.fill("#id_username", world["person"].username)
        page.fill("#id_password", make.PASSWORD)
        with page.expect_navigation():  # a page that is still arriving has another last section
            page.click("[type=submit]")

    page.goto(document)
    sign_in()
    field = page.locator("details.pm-talk").last.locator("textarea")
    page.locator("details.pm-talk").last.locator("summary").click()
    field.fill("Which carrier was it?")
    page.context.clear_cookies(name="sessionid")
    field.locator("xpath=following-sibling::button").click()
    sign_in()
    expect(page.locator("body")).to_contain_text(SAID)
    page.get_by_role("button", name="Put it back").click()
    expect(field).to_have_value("Which carrier was it?")
    field.locator("xpath=following-sibling::button").click()
    expect(page.locator("blockquote").last).to_have_text("Which carrier was it?")
    expect(page.get_by_role("button", name="Put it back")).to_have_count(0)
