"""``/api/v2`` as tools of a Statuspage read it: the keys, the words, the stages as told."""

import json
import re
from datetime import timedelta

import pytest

from incidents.choices import Level, Status
from statuspage import documents
from statuspage.snapshot.load import load
from tests.statuspage import build, larkwire
from tests.statuspage.build import NOW, minutes

pytestmark = pytest.mark.django_db

BODIES = {
    "summary": {"page", "components", "incidents", "scheduled_maintenances", "status"},
    "status": {"page", "status"},
    "components": {"page", "components"},
    "incidents": {"page", "incidents"},
    "incidents/unresolved": {"page", "incidents"},
    "scheduled-maintenances": {"page", "scheduled_maintenances"},
    "scheduled-maintenances/upcoming": {"page", "scheduled_maintenances"},
    "scheduled-maintenances/active": {"page", "scheduled_maintenances"},
}
COMPONENT = {
    "id", "name", "status", "created_at", "updated_at", "position", "description", "showcase", "start_date", "group_id",
    "page_id", "group", "only_show_if_degraded",
}  # fmt: skip
INCIDENT = {
    "id", "name", "status", "created_at", "updated_at", "monitoring_at", "resolved_at", "impact", "shortlink",
    "started_at", "page_id", "incident_updates", "components", "reminder_intervals", "postmortem_body",
    "postmortem_body_last_updated_at", "postmortem_ignored", "postmortem_published_at",
    "postmortem_notified_subscribers", "postmortem_notified_twitter",
}  # fmt: skip
UPDATE = {
    "id", "status", "body", "incident_id", "created_at", "updated_at", "display_at", "affected_components",
    "deliver_notifications", "custom_tweet", "tweet_id",
}  # fmt: skip
INDICATORS = {"none", "minor", "major", "critical"}
STATES = {"operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"}
STAGES = {"investigating", "identified", "monitoring", "resolved", "postmortem"}
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def read(page, now=NOW):
    found = documents.hot(load(page.pk, touched=None, now=now))
    return {d.path[7:-5]: json.loads(d.body) for d in found if d.path.startswith("api/v2/")}


@pytest.fixture
def broken():
    row, parts, places = larkwire.demo()
    incident = larkwire.outage(row, parts, places)
    return row, parts, places, incident


def test_keys_and_words_are_those_of_the_format(broken):
    found = read(broken[0])
    assert {name: set(body) for name, body in found.items()} == BODIES
    for body in found.values():
        assert set(body["page"]) == {"id", "name", "url", "time_zone", "updated_at"}
        assert body.get("status", {}).get("indicator", "none") in INDICATORS
        for component in body.get("components", []):
            assert set(component) - {"components"} == COMPONENT
            assert ("components" in component) == component["group"]
            assert component["status"] in STATES
        for incident in body.get("incidents", []):
            assert set(incident) == INCIDENT
            assert incident["impact"] in INDICATORS
            assert incident["status"] in STAGES
            assert (incident["status"] == "resolved") == (incident["resolved_at"] is not None)
            for update in incident["incident_updates"]:
                assert set(update) == UPDATE
                assert update["status"] in STAGES
        assert body.get("scheduled_maintenances", []) == []


def test_every_time_carries_milliseconds_in_utc(broken):
    def look(value, key=""):
        if isinstance(value, dict):
            for name, each in value.items():
                look(each, name)
        elif isinstance(value, list):
            for each in value:
                look(each)
        elif key.endswith("_at") and value is not None:
            assert STAMP.fullmatch(value), (key, value)

    look(read(broken[0]))


def test_the_open_incident_as_told(broken):
    row, parts, _places, incident = broken
    body = read(row)["incidents/unresolved"]["incidents"]
    assert len(body) == 1
    assert body[0] | {"incident_updates": None, "components": None} == {
        "id": incident.public_id,
        "name": "SMS and WhatsApp messages are not being delivered",
        "status": "identified",
        "created_at": "2026-11-19T13:58:00.000Z",
        "updated_at": "2026-11-19T14:31:00.000Z",
        "monitoring_at": None,
        "resolved_at": None,
        "impact": "critical",
        "shortlink": f"http://127.0.0.1:8000/incidents/{incident.public_id}/",
        "started_at": "2026-11-19T13:52:00.000Z",
        "page_id": row.public_id,
        "reminder_intervals": None,
        "incident_updates": None,
        "components": None,
        "postmortem_body": None,
        "postmortem_body_last_updated_at": None,
        "postmortem_ignored": False,
        "postmortem_published_at": None,
        "postmortem_notified_subscribers": False,
        "postmortem_notified_twitter": False,
    }
    assert {component["name"] for component in body[0]["components"]} == {"SMS", "WhatsApp", "RCS", "Delivery receipts"}
    newest, second, first = body[0]["incident_updates"]
    assert (newest["status"], second["updated_at"]) == ("identified", "2026-11-19T14:15:00.000Z")
    assert first["affected_components"][0] == {
        "code": parts["SMS"].public_id,
        "name": "Channels - SMS",
        "old_status": "operational",
        "new_status": "major_outage",
    }
    assert newest["affected_components"][0]["old_status"] == "major_outage"


@pytest.mark.parametrize(
    ("level", "indicator", "state"),
    [
        (Level.DEGRADED, "minor", "degraded_performance"),
        (Level.PARTIAL, "major", "partial_outage"),
        (Level.MAJOR, "critical", "major_outage"),
    ],
)
def test_the_indicator_follows_the_worst_component(level, indicator, state):
    page = build.page(part := build.component("SMS"), build.component("Voice"))
    assert read(page)["status"]["status"] == {"indicator": "none", "description": "All Systems Operational"}
    build.incident(
        "Late", page=page, severity=1, impacts=[(part, None, level)], updates=[(NOW, Status.INVESTIGATING, "x")]
    )
    found = read(page)["summary"]
    assert found["status"]["indicator"] == indicator
    assert [component["status"] for component in found["components"]] == [state, "operational"]


def test_a_group_lists_all_that_is_below_it_at_whatever_depth():
    top, flat = build.component("Channels"), build.component("Website")
    sms = build.component("SMS", top)
    frankfurt = build.component("Frankfurt", sms)
    components = read(build.page(top, flat))["components"]["components"]
    assert [(c["name"], c["group"], c["group_id"], c["position"]) for c in components] == [
        ("Channels", True, None, 1),
        ("SMS", False, top.public_id, 1),
        ("SMS - Frankfurt", False, top.public_id, 2),
        ("Website", False, None, 2),
    ]
    assert components[0]["components"] == [sms.public_id, frankfurt.public_id]


def test_fifty_newest_first_and_markdown_as_it_was_written():
    page = build.page(part := build.component("SMS"))
    for n in range(55):
        began = NOW - timedelta(days=n, hours=1)
        build.incident(f"Number {n}", page=page, began=began, ended=began + minutes(5), impacts=[(part, None, 1)],
                       updates=[(began, Status.RESOLVED, "**Over** <b>")])  # fmt: skip
    found = read(page)["incidents"]["incidents"]
    assert [incident["name"] for incident in found] == [f"Number {n}" for n in range(50)]
    assert found[0]["incident_updates"][0]["body"] == "**Over** <b>"


def test_told_resolved_and_reopened_inside_is_still_resolved_for_readers():
    page = build.page(part := build.component("SMS"))
    build.incident("Late", page=page, impacts=[(part, None, 1)], status=Status.INVESTIGATING,
                   updates=[(NOW - minutes(9), Status.RESOLVED, "Over")])  # fmt: skip
    found = read(page)["incidents"]["incidents"][0]
    assert (found["status"], found["resolved_at"]) == ("resolved", "2026-11-19T14:29:00.000Z")


def test_the_page_changes_with_its_facts_and_not_with_the_clock():
    page = build.page(part := build.component("SMS"))
    build.incident(
        "Late", page=page, impacts=[(part, None, 1)], updates=[(NOW - minutes(9), Status.INVESTIGATING, "x")]
    )
    assert read(page) == read(page, NOW + minutes(60))
