"""Mails in a real browser: no text, however long its words are, makes one wider than a phone is."""

import email
import email.policy

import pytest
from playwright.sync_api import sync_playwright

from notifications.choices import Event
from notifications.messages import mail, preview

pytestmark = pytest.mark.browser
URL = "https://grafana.internal.example.com/d/abcdef/" + "very_long-path.and%20more" * 60
LONG = f"Look at {URL} now.\n\n- `{'x' * 300}`\n- {'漢字' * 200}\n\n```\n{'y' * 500}\n```\n\n**{'z' * 400}**"
EVENTS = [
    Event.INCIDENT_UPDATED, Event.INCIDENT_RESOLVED, Event.MAINTENANCE_SCHEDULED, Event.POSTMORTEM_PUBLISHED,
    Event.STAFF_UPDATE, Event.STAFF_CLOCK, Event.SUBSCRIBER_CONFIRM, Event.PERSON_INVITED, Event.PAGE_TEST,
]  # fmt: skip


@pytest.fixture(scope="module")
def tab():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        yield browser.new_page(viewport={"width": 320, "height": 640})
        browser.close()


@pytest.mark.parametrize("event", EVENTS)
def test_no_mail_is_wider_than_a_phone(tab, event):
    facts = {"title": f"SMS {URL}", "body": LONG, "advice": LONG, "line": URL, "next_step": URL, "url": URL}
    facts |= {"confirm_url": URL, "scope": [URL], "by": "b" * 200}
    facts["fields"] = [["Customers read", {"markdown": LONG}], ["Bridge", URL]]
    outgoing = preview.sample(event, **facts)
    message = email.message_from_bytes(mail.prepare(outgoing).addressed(outgoing), policy=email.policy.default)
    tab.set_content(message.get_body(("html",)).get_content())
    assert tab.evaluate("document.documentElement.scrollWidth") == 320
