"""What staff read: who, what, the facts of that moment, and the step that is due, in words (1-06 to 1-16, 3-21)."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, Level, Status
from notifications.announcements import release
from notifications.choices import Event, Reach
from notifications.content import staff
from notifications.messages.outgoing import News
from notifications.messages.staff import staff_notice
from notifications.models import Announcement
from tests import factories as make

pytestmark = pytest.mark.django_db

ANA = {"first_name": "Ana", "last_name": "Kovač"}


def engineer():
    return make.in_group("Engineering", **ANA)


def news(event):
    """The content of the last announcement of this event, frozen as it is when it leaves."""
    release.release_due()
    content = Announcement.objects.filter(event=event).order_by("-pk").first().content
    json.dumps(content)
    return content


def fields(content):
    return dict(content["fields"])


def test_a_suspicion_says_who_reports_what_and_who_decides():
    sms, here = make.component(name="SMS"), make.location(name="Frankfurt")
    by = make.in_group("Reliability", **ANA)
    make.suspicion(
        title="SMS delayed", summary="The queue grows.", affected=[make.affected(sms, here, Level.PARTIAL)], by=by
    )
    content = news(Event.STAFF_SUSPECTED)
    assert content["title"] == "SMS delayed"
    assert content["line"] == "Ana Kovač reports a suspicion"
    assert fields(content)["Impact"] == "SMS partial outage in Frankfurt"
    assert fields(content)["What is seen"] == "The queue grows."
    assert fields(content)["Detected"].keys() == {"at"}
    assert content["next_step"] == "Support or Engineering: confirm or dismiss it"
    assert content["next_step_due"] is not None


def test_confirmed_it_names_rule_counts_bridge_and_supports_step():
    incident = make.suspicion()
    actions.change_facts(incident, bridge_url="https://meet.example.com/b", by=None)
    actions.confirm(
        incident, rule=make.rule("merchants"), severity=make.severity("major"), affected_count=120, total_count=400,
        by=engineer(),
    )  # fmt: skip
    content = news(Event.STAFF_CONFIRMED)
    assert content["line"] == "Ana Kovač confirms the incident"
    assert fields(content)["Rule"] == "More than 25 % of merchants: 120 of 400 merchants = 30.0 %"
    assert fields(content)["Judged by"] == "Ana Kovač"
    assert content["bridge_url"] == "https://meet.example.com/b"
    assert content["next_step"] == "Support: tell customers, also while the cause is unknown"
    incident.refresh_from_db()
    assert content["next_step_due"] == staff.at(incident.detected_at + timedelta(minutes=15))["at"]
    assert content["action"]["label"] == "Write the first notice"
    assert content["action"]["url"].startswith("http")


def test_internal_incidents_ask_nothing_of_support():
    make.internal()
    assert news(Event.STAFF_CONFIRMED)["next_step"] == ""


def test_identified_by_engineering_supports_step_is_due_with_its_time():
    incident = make.told()
    actions.change_stage(incident, status=Status.IDENTIFIED, note="A full disk.", by=engineer())
    content = news(Event.STAFF_STAGE)
    assert content["line"] == "Ana Kovač: the cause is identified"
    assert fields(content)["Note"] == "A full disk."
    assert content["next_step"] == "Support: say that it is identified; customers still read “Investigating”"
    update = incident.updates.get()
    assert content["next_step_due"] == staff.at(update.due_at)["at"]


def test_resolved_it_answers_workflow_data_and_when_it_is_caught_up(gate_only_warns):
    incident, eta = make.told(), timezone.now() + timedelta(hours=2)
    actions.change_facts(
        incident, workflow_impact=True, workflow_impact_note="Logins stopped.", data_impact=False, catch_up_eta=eta,
        by=None,
    )  # fmt: skip
    actions.change_stage(incident, status=Status.RESOLVED, by=engineer())
    content = news(Event.STAFF_RESOLVED)
    assert content["line"] == "Ana Kovač resolves it"
    assert fields(content)["Workflow impact"] == "yes: Logins stopped."
    assert fields(content)["Data impact"] == "no"
    assert fields(content)["Caught up, expected"] == staff.at(eta)
    assert content["next_step"] == "Support: give the all-clear; customers still read “Investigating”"
    assert content["bridge_url"] == ""


def test_resolved_with_the_all_clear_nothing_is_left_to_tell():
    make.resolved()
    content = news(Event.STAFF_RESOLVED)
    assert fields(content)["Workflow impact"] == "not answered yet"
    assert content["next_step"] == ""


def test_reopened_it_says_why_and_asks_for_the_word():
    actions.reopen(make.resolved(), reason="The queue grows again.", by=make.in_group("Engineering Leads", **ANA))
    content = news(Event.STAFF_REOPENED)
    assert content["line"] == "Ana Kovač reopens it: it is not over"
    assert fields(content)["Why"] == "The queue grows again."
    assert content["next_step"] == "Support: say that it is back; customers still read “Resolved”"
    assert content["next_step_due"] is not None


def test_an_update_is_quoted_with_what_was_promised():
    incident, promised = make.confirmed(), timezone.now() + timedelta(minutes=20)
    make.update(
        incident, body="x" * 900, promised_at=promised, deliver_notifications=False, by=make.in_group("Support", **ANA)
    )
    content = news(Event.STAFF_UPDATE)
    assert content["line"] == "Ana Kovač tells customers: Investigating"
    assert len(fields(content)["Customers read"]["markdown"]) == 600
    assert fields(content)["Next update promised by"] == staff.at(promised)
    assert fields(content)["Subscribers"] == "not told, as chosen"


def test_a_new_bridge_is_told_once_for_each_link():
    incident = make.told(owner=None)
    lead = make.in_group("Engineering Leads", **ANA)
    actions.change_facts(incident, volume=5, by=lead)
    actions.change_facts(incident, bridge_url="https://meet.example.com/b", by=lead)
    content = news(Event.STAFF_BRIDGE)
    assert content["line"] == "Ana Kovač opens a bridge: join to see what the issue is and how to help"
    assert content["action"] == {"label": "Join the bridge", "url": "https://meet.example.com/b"}
    said = staff_notice(News(id="ann_1", event=Event.STAFF_BRIDGE, content=content), ZoneInfo("UTC"))
    assert (said.subject, said.word) == (f"[Bridge opened] {incident.title}", "Bridge")
    actions.change_facts(incident, bridge_url="", by=lead)
    actions.change_facts(incident, bridge_url="https://meet.example.com/b", by=lead)
    assert Announcement.objects.filter(event=Event.STAFF_BRIDGE).count() == 1
    actions.change_facts(incident, bridge_url="https://meet.example.com/c", by=lead)
    assert Announcement.objects.filter(event=Event.STAFF_BRIDGE).count() == 2


@pytest.mark.parametrize("kind", ["drill", "resolved", "backfilled"])
def test_no_bridge_is_told_of_where_nobody_is_to_join(kind):
    actions.change_facts(getattr(make, kind)(), bridge_url="https://meet.example.com/b", by=None)
    assert not Announcement.objects.filter(event=Event.STAFF_BRIDGE).exists()


def test_merged_it_says_where_it_goes_on():
    source, into = make.told(), make.told(title="All messages delayed")
    actions.merge(source, into=into, reason="Same cause.", by=make.in_group("Engineering Leads", **ANA))
    content = news(Event.STAFF_STAGE)
    assert content["line"] == "Ana Kovač merges it into another incident, where it goes on"
    assert fields(content) == {"Goes on in": "All messages delayed", "Why": "Same cause."}
    assert content["next_step"] == ""


def test_what_names_an_incident_that_is_restricted_meanwhile_names_it_no_more():
    """The channels of the one that was merged are not those of the other."""
    source, into = make.told(), make.told(title="Keys in a log")
    actions.change_facts(source, bridge_url="https://meet.example.com/b", by=None)
    actions.merge(source, into=into, reason="Same cause.", by=make.in_group("Engineering Leads", **ANA))
    before = news(Event.STAFF_STAGE)
    actions.set_audience(into, audience=Audience.RESTRICTED, reason="Names in it.", by=None)
    after = news(Event.STAFF_STAGE)

    assert [fields(before)["Goes on in"], before["action"]["label"]] == ["Keys in a log", "Open where it goes on"]
    assert (fields(after), after["action"]["label"]) == ({"Why": "Same cause."}, "Open the incident")
    assert into.public_id not in json.dumps(after)
    assert after["line"] == before["line"]


@pytest.mark.parametrize("event", [event for event in Event if event.startswith("staff.")])
def test_of_a_restricted_incident_nothing_is_said_but_the_way_to_it(event):
    incident = make.restricted(title="Keys in a log", bridge_url="https://meet.example.com/b")
    announcement = Announcement.objects.create(
        key="x", event=event, reach=Reach.STAFF, incident=incident, content={"line": "Keys in a log"}
    )
    content = announcement.content | staff.facts(announcement, incident)
    assert "Keys" not in json.dumps(content)
    assert "meet" not in json.dumps(content)
    assert content["title"] == "A restricted incident"
    assert content["url"].endswith(f"/{incident.public_id}/change/")


@pytest.mark.parametrize("event", [event for event in Event if event.startswith("staff.")])
def test_every_event_reads_as_something(event):
    incident = make.told()
    announcement = Announcement.objects.create(key="x", event=event, reach=Reach.STAFF, incident=incident)
    content = staff.facts(announcement, incident)
    json.dumps(content)
    assert content["line"]


@pytest.mark.parametrize(
    "title", ["Delivery reports of the gateway are late " * 6, "x" * 255, "Two\nlines"], ids=["words", "word", "lines"]
)
@pytest.mark.parametrize("event", [Event.STAFF_CLOCK, Event.STAFF_ASSIGNED])
def test_a_long_title_is_cut_in_the_subject_after_a_word(event, title):
    line = "Next update, as promised to customers: late by 12 h; leads are told as well"
    said = staff_notice(News(id="ann_1", event=event, content={"title": title, "line": line}), ZoneInfo("UTC"))
    assert len(said.subject) <= 150
    assert "\n" not in said.subject
    assert said.title == title
    if "Delivery" in title:
        assert said.subject.endswith("…")
        assert said.subject.removesuffix("…").rpartition(" ")[2] in title.split()
