"""HTTP: one true answer whatever the receiver does, within the limit, and nothing kept that gives the address away."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from notifications.choices import Event, Outcome, Transport
from notifications.messages import preview
from notifications.transports import http_answers
from notifications.transports.http import READ, Client
from tests.notifications.hooks import CLOSE, DRIP, ENDLESS, ENDLESS_HEAD, HANG, RESET, answer, receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 11, 20, 14, 24, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _receivers_of_the_tests(settings):
    settings.DELIVERY_ALLOWED_NETWORKS = ["127.0.0.1/32"]


def outgoing(url, transport=Transport.WEBHOOK):
    sample = preview.sample(Event.INCIDENT_UPDATED, transport=transport, address=url)
    return replace(sample, recipient=replace(sample.recipient, secrets=(SECRET,)))


def send(reply, *, transport=Transport.WEBHOOK, limit=2.0, url=None):
    async def run():
        async with receiver(reply) as running, Client(limit=limit) as client:
            return await client.send(outgoing(url or running.url, transport)), running

    return asyncio.run(run())


def test_a_message_arrives_whole_with_its_headers():
    got, running = send(answer(200, "thanks"))
    assert (got.outcome, got.code, got.text) == (Outcome.SENT, 200, "thanks")
    [(first, fields, body)] = running.requests
    assert first == "POST /hook?key=verysecretkey HTTP/1.1"
    assert fields["host"] == f"127.0.0.1:{running.port}"
    assert fields["content-type"] == "application/json"
    assert fields["user-agent"] == "Bridgewatch"
    assert fields["webhook-id"] == "ann_preview00000.1"
    assert len(body) == int(fields["content-length"])


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (204, Outcome.SENT),
        (410, Outcome.GONE),
        (301, Outcome.RETRY),
        (400, Outcome.RETRY),
        (401, Outcome.RETRY),
        (404, Outcome.RETRY),
        (429, Outcome.RETRY),
        (500, Outcome.RETRY),
        (503, Outcome.RETRY),
    ],
)
def test_statuses_of_webhooks(status, outcome):
    got, _running = send(answer(status))
    assert (got.outcome, got.code) == (outcome, status)


@pytest.mark.parametrize(
    ("transport", "status", "text", "outcome"),
    [
        (Transport.SLACK, 200, "ok", Outcome.SENT),
        (Transport.SLACK, 404, "no_service", Outcome.GONE),
        (Transport.SLACK, 410, "channel_is_archived", Outcome.GONE),
        (Transport.SLACK, 404, "channel_not_found", Outcome.GONE),
        (Transport.SLACK, 400, "invalid_blocks", Outcome.REFUSED),
        (Transport.SLACK, 403, "action_prohibited", Outcome.REFUSED),
        (Transport.SLACK, 500, "rollup_error", Outcome.RETRY),
        (Transport.DISCORD, 204, "", Outcome.SENT),
        (Transport.DISCORD, 404, '{"code": 10015}', Outcome.GONE),
        (Transport.DISCORD, 400, '{"embeds": ["0"]}', Outcome.REFUSED),
        (Transport.TEAMS, 202, "", Outcome.SENT),
        (Transport.TEAMS, 413, "", Outcome.REFUSED),
        (Transport.TEAMS, 404, "", Outcome.REFUSED),
        (Transport.TEAMS, 302, "", Outcome.RETRY),
    ],
)
def test_statuses_of_chats(transport, status, text, outcome):
    got, running = send(answer(status, text), transport=transport)
    assert got.outcome == outcome
    assert "webhook-signature" not in running.requests[0][1]


ERROR = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error {} with ContextId tc"
OLD = "https://larkwire.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d"
FLOW = "https://prod-1.westeurope.logic.azure.com/workflows/a/triggers/manual/paths/invoke?sig=b"


@pytest.mark.parametrize(
    ("address", "status", "text", "outcome"),
    [
        (OLD, 200, "1", Outcome.SENT),
        (OLD, 200, "", Outcome.RETRY),
        (OLD, 200, "Something went wrong.", Outcome.RETRY),
        (OLD, 200, ERROR.format(413), Outcome.REFUSED),
        (OLD, 200, ERROR.format(429), Outcome.RETRY),
        (OLD, 200, ERROR.format(503), Outcome.RETRY),
        (OLD, 200, ERROR.format(410), Outcome.GONE),
        (FLOW, 202, "", Outcome.SENT),
        (FLOW, 200, "", Outcome.SENT),
        (FLOW, 202, "accepted", Outcome.SENT),
        (FLOW, 200, ERROR.format(413), Outcome.REFUSED),
        (FLOW, 429, "", Outcome.RETRY),
    ],
)
def test_teams_says_success_where_it_failed(address, status, text, outcome):
    got = http_answers.read(Transport.TEAMS, status, {}, text, address=address, now=NOW)
    assert (got.outcome, got.code) == (outcome, status)


@pytest.mark.parametrize(
    ("status", "text", "line"),
    [
        (302, "ok", "302 ok"),
        (410, "ok", "410 ok"),
        (302, "", "302 Found"),
        (599, "", "599"),
        (503, "503 later", "503 later"),
    ],
)
def test_what_is_no_success_is_shown_with_its_number(status, text, line):
    assert http_answers.read(Transport.WEBHOOK, status, {}, text, now=NOW).line == line


@pytest.mark.parametrize(
    ("fields", "text", "seconds"),
    [
        ({"retry-after": "7"}, "", 7.0),
        ({"retry-after": "0.5"}, "", 0.5),
        ({"retry-after": "99999"}, "", 3600.0),
        ({"retry-after": "-3"}, "", 0.0),
        ({"retry-after": "Fri, 20 Nov 2026 14:25:00 GMT"}, "", 60.0),
        ({"retry-after": "Fri, 20 Nov 2020 14:25:00 GMT"}, "", 0.0),
        ({"retry-after": "soon"}, "", None),
        ({"retry-after": "nan"}, "", None),
        ({}, '{"message": "slow", "retry_after": 1.25}', 1.25),
        ({}, "{broken", None),
        ({}, "[1]", None),
        ({}, "", None),
    ],
)
def test_the_wait_that_is_asked_for(fields, text, seconds):
    assert http_answers.read(Transport.WEBHOOK, 429, fields, text, now=NOW).retry_after == seconds


def test_retry_after_comes_through():
    assert send(answer(429, Retry_After="42"))[0].retry_after == 42.0


@pytest.mark.parametrize("reply", [RESET, CLOSE, b"not http\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", ENDLESS_HEAD])
def test_what_is_no_answer_is_tried_again(reply):
    got, _running = send(reply)
    assert (got.outcome, got.code) == (Outcome.RETRY, None)
    assert "verysecretkey" not in got.text


@pytest.mark.parametrize("reply", [HANG, DRIP])
def test_who_hangs_or_drips_holds_us_for_the_limit_only(reply):
    """Without the limit: ten minutes, or for ever."""
    begun = time.monotonic()
    assert send(reply, limit=0.5)[0].outcome == Outcome.RETRY
    assert time.monotonic() - begun < 60


def test_an_endless_answer_is_not_read_to_the_end():
    got, running = send(ENDLESS)
    assert got.outcome == Outcome.SENT
    assert len(got.text) == 200
    assert running.sent < READ + 8_000_000  # what the sockets' own buffers hold besides


def test_a_redirect_is_not_followed():
    async def run():
        async with (
            receiver(answer(200)) as inside,
            receiver(answer(302, Location=inside.url)) as outside,
            Client() as client,
        ):
            return await client.send(outgoing(outside.url)), inside

    got, inside = asyncio.run(run())
    assert (got.outcome, got.code) == (Outcome.RETRY, 302)
    assert inside.requests == []


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert send(answer(200))[0].outcome == Outcome.SENT


def test_the_ledger_never_holds_the_address():
    got, _running = send(answer(400, "no route for /hook?key=verysecretkey of ada@example.com at http://127.0.0.1/x"))
    assert got.text == "no route for …?… of … at …"
    assert "verysecretkey" not in got.text


def test_nobody_listens():
    assert send(answer(200), url="http://127.0.0.1:9/")[0].outcome == Outcome.RETRY


def test_a_hundred_at_once():
    async def run():
        async with receiver(answer(200), together=100) as running, Client(limit=60) as client:
            return await asyncio.gather(*(client.send(outgoing(running.url)) for _each in range(100)))

    assert {each.outcome for each in asyncio.run(run())} == {Outcome.SENT}  # one after the other none would be
