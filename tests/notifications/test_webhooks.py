"""Webhooks: signed so that the reference library takes them, below 20 kB, and Statuspage's keys to the letter."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from notifications.choices import Event, Transport, WebhookFormat
from notifications.messages import bodies, preview

NEW, OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
NOW = datetime(2026, 11, 20, 14, 24, tzinfo=UTC)
INCIDENTS = [e for e in Event if e.startswith(("incident.", "postmortem."))]


def outgoing(event=Event.INCIDENT_UPDATED, *, format=WebhookFormat.STANDARD, secrets=(NEW,), **content):
    sample = preview.sample(event, transport=Transport.WEBHOOK, now=NOW, address="https://x.example/", **content)
    return replace(sample, recipient=replace(sample.recipient, format=format, secrets=secrets))


def read(message):
    return json.loads(bodies.written(message)[1])


@pytest.mark.parametrize("format", WebhookFormat.values)
@pytest.mark.parametrize("event", list(Event))
def test_the_reference_library_takes_every_message(event, format):
    headers, body = bodies.written(outgoing(event, format=format))
    assert Webhook(NEW).verify(body, headers) == json.loads(body)
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(body.replace(b"e", b"a", 1), headers)


def test_during_a_rotation_either_secret_will_do():
    headers, body = bodies.written(outgoing(secrets=(NEW, OLD)))
    for secret in (NEW, OLD):
        Webhook(secret).verify(body, headers)
    assert len(headers["webhook-signature"].split()) == 2


def test_each_attempt_has_the_same_id_and_body_and_a_time_of_its_own():
    first, body = bodies.written(outgoing(), now=NOW)
    second, again = bodies.written(outgoing(), now=NOW.replace(hour=16))
    assert body == again
    assert first["webhook-id"] == second["webhook-id"] == "ann_preview00000.1"
    assert (first["webhook-timestamp"], second["webhook-timestamp"]) == ("1795184640", "1795191840")
    assert first["webhook-signature"] != second["webhook-signature"]


def test_what_a_program_reads():
    told = read(outgoing())
    assert (told["type"], told["timestamp"]) == ("incident.updated", "2026-11-20T14:24:00.000Z")
    data = told["data"]
    assert data["page"]["id"] == preview.PAGE
    assert data["incident"]["status"] == "identified"
    assert data["incident"]["next_update_at"] == "2026-11-20T14:54:00.000Z"
    assert data["components"][0] == {
        "id": "comp_preview0",
        "name": "SMS",
        "location": "Frankfurt",
        "status": "partial_outage",
        "old_status": "operational",
    }
    assert [row["status"] for row in data["updates"]] == ["identified", "investigating"]


@pytest.mark.parametrize("format", WebhookFormat.values)
def test_the_longest_is_below_20_kb_and_keeps_the_news(format):
    rows = [
        {"id": f"upd_{n}", "status": "identified", "body": f"{n} " + "ü" * 9_000, "posted_at": "x", "promised_at": None}
        for n in range(20)
    ]
    _headers, body = bodies.written(outgoing(format=format, updates=rows, update="upd_0", body="ü" * 30_000))
    assert len(body) < 20_000
    told = json.loads(body)
    kept = told["data"]["updates"] if format == WebhookFormat.STANDARD else told["incident"]["incident_updates"]
    assert kept[0]["id"] == "upd_0"
    assert kept[0]["body"].startswith("0 üüü")


def test_five_hundred_components_are_below_20_kb():
    message = outgoing()
    here = message.news.content["pages"][preview.PAGE]
    here["states"] = here["states"] * 200
    assert len(bodies.written(message)[1]) < 20_000


def test_places_and_other_pages_stay_inside():
    content = {"pages": outgoing().news.content["pages"] | {"sp_other": {"name": "Secret page"}}, "places": [[7, 9]]}
    for event in INCIDENTS:
        for format in WebhookFormat.values:
            text = bodies.written(outgoing(event, format=format, **content))[1].decode()
            assert "Secret page" not in text
            assert "places" not in text


@pytest.mark.parametrize("event", [*INCIDENTS, Event.PAGE_TEST])
def test_statuspages_keys_to_the_letter(event):
    told = read(outgoing(event, format=WebhookFormat.STATUSPAGE))
    assert set(told) == {"meta", "page", "incident"}
    assert set(told["meta"]) == {"unsubscribe", "documentation", "generated_at"}
    assert set(told["page"]) == {"id", "status_indicator", "status_description"}
    assert set(told["incident"]) == {
        "id", "name", "status", "impact", "impact_override", "backfilled", "created_at", "updated_at", "monitoring_at",
        "resolved_at", "postmortem_body", "postmortem_body_last_updated_at", "postmortem_ignored",
        "postmortem_notified_subscribers", "postmortem_notified_twitter", "postmortem_published_at",
        "scheduled_auto_completed", "scheduled_auto_in_progress", "scheduled_for", "scheduled_remind_prior",
        "scheduled_reminded_at", "scheduled_until", "page_id", "incident_updates", "started_at", "shortlink",
        "components", "reminder_intervals",
    }  # fmt: skip
    assert set(told["incident"]["incident_updates"][0]) == {
        "id", "incident_id", "status", "body", "created_at", "updated_at", "display_at", "wants_twitter_update",
        "twitter_updated_at", "affected_components", "custom_tweet", "deliver_notifications", "tweet_id",
    }  # fmt: skip


def test_statuspages_times_and_stages():
    told = read(outgoing(Event.INCIDENT_RESOLVED, format=WebhookFormat.STATUSPAGE))["incident"]
    assert (told["status"], told["impact"], told["page_id"]) == ("resolved", "major", preview.PAGE)
    assert told["resolved_at"] == "2026-11-20T14:24:00.000Z"
    assert told["monitoring_at"] == "2026-11-20T14:15:00.000Z"


@pytest.mark.parametrize("event", [e for e in Event if e not in INCIDENTS and not e.startswith("maintenance.")])
def test_every_message_has_a_time(event):
    message = outgoing(event)
    assert datetime.fromisoformat(read(message)["timestamp"]).tzinfo is not None
    dated = replace(message, news=replace(message.news, at="2026-11-20T14:00:00.000Z"))
    assert read(dated)["timestamp"] == "2026-11-20T14:00:00.000Z"


def test_what_has_no_place_in_statuspages_shape_comes_in_ours():
    told = read(outgoing(Event.SUBSCRIBER_CONFIRM, format=WebhookFormat.STATUSPAGE))
    assert told["type"] == "subscriber.confirm"
    assert told["data"]["confirm_url"].endswith("/")


def test_without_a_secret_nothing_claims_to_be_signed():
    headers, _body = bodies.written(outgoing(secrets=()))
    assert "webhook-signature" not in headers
