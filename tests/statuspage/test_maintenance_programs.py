"""Maintenance as programs read it: /api/v2 in the shape of a Statuspage, Atom and RSS."""

import json

import feedparser
import pytest
import time_machine
from django.utils import timezone

from incidents.maintenance import actions
from incidents.maintenance.actions import Message
from tests import factories as make
from tests.statuspage.windows import A_WEEK, END, NOW, START, announced, begun, drawn, ended, minutes

pytestmark = pytest.mark.django_db

KEYS = {
    "id", "name", "status", "created_at", "updated_at", "monitoring_at", "resolved_at", "impact", "shortlink",
    "started_at", "page_id", "reminder_intervals", "scheduled_for", "scheduled_until", "incident_updates", "components",
}  # fmt: skip
UPDATE = {
    "id", "status", "body", "incident_id", "created_at", "updated_at", "display_at", "affected_components",
    "deliver_notifications", "custom_tweet", "tweet_id",
}  # fmt: skip


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def sms(clock):
    return make.component(name="SMS")


@pytest.fixture
def page(sms):
    return make.page(sms, make.component(name="Voice"), is_default=True)


def asked(page, name=""):
    path = f"api/v2/scheduled-maintenances{name and '/'}{name}.json"
    return json.loads(drawn(page)[path])["scheduled_maintenances"]


def summary(page):
    return json.loads(drawn(page)["api/v2/summary.json"])


def test_what_is_scheduled(page, sms):
    window = announced(page, sms, body="We replace *two* routers.", advice="Nothing.")
    [found] = asked(page, "upcoming")

    assert set(found) == KEYS
    assert (found["id"], found["status"], found["impact"]) == (window.public_id, "scheduled", "maintenance")
    assert (found["scheduled_for"], found["scheduled_until"]) == (
        "2026-12-16T00:00:00.000Z",
        "2026-12-16T02:00:00.000Z",
    )
    assert (found["created_at"], found["resolved_at"]) == ("2026-11-19T14:38:00.000Z", None)
    assert found["started_at"] == found["scheduled_for"]  # as a Statuspage has it, whose readers need a time
    assert found["shortlink"] == f"http://127.0.0.1:8000/maintenance/{window.public_id}/"
    assert [(each["name"], each["status"]) for each in found["components"]] == [("SMS", "operational")]
    [posted] = found["incident_updates"]
    assert set(posted) == UPDATE
    assert (posted["status"], posted["affected_components"], posted["incident_id"]) == ("scheduled", None, found["id"])
    assert posted["body"].split("\n\n") == [
        "Wed 16 Dec 2026, 00:00 to 02:00 UTC.", "Nothing.", "We replace *two* routers.", "Degraded: SMS",
        "Planned: announced 19 business days ahead.",
    ]  # fmt: skip
    assert asked(page) == summary(page)["scheduled_maintenances"] == [found]
    assert asked(page, "active") == []
    assert summary(page)["status"] == {"indicator": "none", "description": "All Systems Operational"}


def test_what_runs(clock, page, sms):
    window = begun(clock, announced(page, sms), after=minutes(5))
    [found] = asked(page, "active")

    assert (found["status"], found["started_at"]) == ("in_progress", "2026-12-16T00:00:00.000Z")
    assert [each["status"] for each in found["components"]] == ["under_maintenance"]
    assert found["incident_updates"][0]["affected_components"] == [
        {
            "code": sms.public_id,
            "name": "SMS",
            "old_status": "operational",
            "new_status": "under_maintenance",
        }
    ]
    assert asked(page, "upcoming") == []
    assert summary(page)["scheduled_maintenances"] == [found]
    assert summary(page)["status"] == {"indicator": "maintenance", "description": "Service Under Maintenance"}
    actions.verify(window, by=None)
    assert [each["status"] for each in asked(page, "active")] == ["verifying"]


def test_components_are_what_everything_that_runs_makes_of_them(clock):
    """Two windows overlap on one component, and an incident lies in the second one."""

    def told(window):
        [updates] = [each["incident_updates"] for each in asked(page) if each["id"] == window.public_id]
        return [
            [(each["name"], each["old_status"], each["new_status"]) for each in update["affected_components"]]
            for update in reversed(updates)
            if update["affected_components"]
        ]

    group = make.component(name="Channels")
    sms, voice = (make.component(name=name, parent=group) for name in ("SMS", "Voice"))
    page = make.page(group, is_default=True)
    first = announced(page, sms, is_automatic=False)
    second = announced(page, sms, group, starts_at=START + minutes(30), ends_at=END + minutes(90), is_automatic=False)
    begun(clock, first)
    begun(clock, second, after=minutes(30))
    assert told(second) == [
        [
            ("Channels", "under_maintenance", "under_maintenance"),
            ("Channels - SMS", "under_maintenance", "under_maintenance"),
        ]
    ]
    actions.end(first, by=None)
    assert told(first) == [
        [("Channels - SMS", "operational", "under_maintenance")],
        [("Channels - SMS", "under_maintenance", "under_maintenance")],
    ]
    assert {each["name"]: each["status"] for each in summary(page)["components"]}["SMS"] == "under_maintenance"
    clock.shift(minutes(10))
    make.told(page=page, affects=[voice], title="Voice is down", severity="critical")
    broken = {each["name"]: each["status"] for each in summary(page)["components"]}["Voice"]
    clock.shift(minutes(10))
    actions.end(second, by=None)
    assert broken == "major_outage"
    assert told(second)[1] == [
        ("Channels", "major_outage", "major_outage"), ("Channels - SMS", "under_maintenance", "operational"),
    ]  # fmt: skip
    assert told(first)[1] == [("Channels - SMS", "under_maintenance", "under_maintenance")]


def test_the_states_that_readers_knew_of(clock, page, sms):
    window = announced(page, sms)
    actions.post_update(window, message=Message("All is ready."), by=None)
    actions.reschedule(window, starts_at=START + A_WEEK, ends_at=END + A_WEEK, by=None)
    window.refresh_from_db()
    begun(clock, window, after=minutes(10))
    actions.extend(window, ends_at=END + A_WEEK + minutes(30), by=None)
    actions.verify(window, by=None)
    clock.shift(minutes(10))
    actions.go_on(window, message=Message("One link flaps."), by=None)
    clock.shift(minutes(10))
    actions.verify(window, by=None)
    clock.shift(minutes(10))
    actions.post_update(window, message=Message("Two of three are well."), by=None)
    clock.shift(minutes(10))
    actions.end(window, by=None)
    [found] = asked(page)

    assert found["status"] == "completed"
    assert [each["status"] for each in reversed(found["incident_updates"])] == [
        "scheduled", "scheduled", "scheduled", "in_progress", "in_progress", "verifying", "in_progress", "verifying",
        "verifying", "completed",
    ]  # fmt: skip


def test_cancelled_is_completed_with_a_last_word(page, sms):
    window = announced(page, sms)
    actions.cancel(window, reason="Not for readers", by=None, message=Message("Another way was found."))
    [found] = asked(page)
    assert asked(page, "upcoming") == asked(page, "active") == summary(page)["scheduled_maintenances"] == []
    assert (found["status"], found["resolved_at"]) == ("completed", "2026-11-19T14:38:00.000Z")
    assert (found["started_at"], found["scheduled_for"]) == (None, "2026-12-16T00:00:00.000Z")
    assert found["incident_updates"][0]["status"] == "completed"
    assert found["incident_updates"][0]["body"] == "It does not take place.\n\nAnother way was found."
    assert "Not for readers" not in json.dumps(found)


def test_broken_off_it_began_before_it_was_over(clock, page, sms):
    actions.cancel(begun(clock, announced(page, sms), after=minutes(5)), reason="x", by=None)
    [found] = asked(page)
    assert (found["started_at"], found["resolved_at"]) == ("2026-12-16T00:00:00.000Z", "2026-12-16T00:05:00.000Z")


def test_fifty_newest_and_fifty_that_come_first(clock, page, sms):
    for number in range(52):
        clock.move_to(NOW + minutes(number))
        announced(page, sms, title=str(number), starts_at=START + minutes(number))
    assert [each["name"] for each in asked(page)] == [str(number) for number in range(51, 1, -1)]
    assert [each["name"] for each in asked(page, "upcoming")] == [str(number) for number in range(50)]


def test_the_page_changed_when_its_window_did(clock, page, sms):
    announced(page, sms)
    clock.move_to(NOW + minutes(30))
    first = summary(page)["page"]["updated_at"]
    window = announced(page, sms)
    assert first < summary(page)["page"]["updated_at"] == "2026-11-19T15:08:00.000Z"
    clock.move_to(START - minutes(1))
    assert summary(page)["page"]["updated_at"] == "2026-11-19T15:08:00.000Z"
    assert window.state == "scheduled"


# Feeds


def feeds(page, folder=""):
    found = drawn(page)
    return [feedparser.parse(found[f"{folder}history.{kind}"]) for kind in ("atom", "rss")]


def test_entries_are_dated_by_what_happened_and_never_by_what_is_planned(clock, page, sms):
    window = announced(page, sms)
    clock.move_to(NOW + minutes(60))
    make.told(page=page, affects=[sms], title="SMS delayed")
    atom, rss = feeds(page)

    assert [each.title for each in atom.entries] == ["SMS delayed", "Core router upgrade"]
    entry = atom.entries[1]
    assert entry.id == f"tag:status.example.com,2005:Maintenance/{window.public_id}"
    assert (entry.published, entry.updated) == ("2026-11-19T14:38:00+00:00",) * 2
    assert entry.link == f"http://127.0.0.1:8000/maintenance/{window.public_id}/"
    assert [each.title for each in rss.entries] == ["SMS delayed", "Core router upgrade"]
    assert rss.entries[1].published_parsed[:5] == (2026, 11, 19, 14, 38)
    ended(clock, window, after=minutes(100))
    atom, rss = feeds(page)
    assert atom.entries[1].updated == "2026-12-16T01:40:00+00:00"
    assert rss.entries[1].published_parsed[:5] == (2026, 12, 16, 1, 40)
    assert atom.entries[1].id == entry.id


def test_robots_read_the_state_in_the_first_strong(clock, page, sms):
    window = announced(page, sms)

    def first():
        atom, rss = feeds(page)
        heads = {each.entries[0].summary.partition("<strong>")[2].partition("</strong>")[0] for each in (atom, rss)}
        [head] = heads
        return head

    assert first() == "Scheduled"
    begun(clock, window)
    assert first() == "In progress"
    actions.verify(window, by=None)
    clock.shift(minutes(5))
    assert first() == "Verifying"
    actions.end(window, by=None)
    assert first() == "Completed"


def test_a_component_has_entries_of_its_own_and_a_page_not_those_of_others(page, sms):
    announced(page, sms, title="Mine")
    announced(make.page(sms), sms, title="Elsewhere")
    voice = page.components.get(name="Voice")
    assert [[each.title for each in feed.entries] for feed in feeds(page)] == [["Mine"]] * 2
    assert [[e.title for e in f.entries] for f in feeds(page, f"components/{sms.public_id}/")] == [["Mine"]] * 2
    assert [f.entries for f in feeds(page, f"components/{voice.public_id}/")] == [[], []]


def test_an_update_tells_whether_anybody_got_a_message(page, sms):
    window = announced(page, sms)
    actions.post_update(window, message=Message("Quietly.", deliver=False, silence_reason="Small."), by=None)
    [found] = asked(page)
    assert [each["deliver_notifications"] for each in found["incident_updates"]] == [False, True]
    assert "Small." not in json.dumps(found)
    assert timezone.now() == NOW
