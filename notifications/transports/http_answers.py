"""What an HTTP answer means for one message.

Standard Webhooks say it for webhooks; each chat has its own ways of saying "gone".
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from notifications.choices import Outcome, Transport
from notifications.transports.base import Answer

LONGEST_WAIT = 3_600.0  # seconds; a receiver that asks for more is asked again after an hour
# Slack says it in words, and with a status of 403, 404 or 410.
_SLACK_GONE = ("no_service", "channel_is_archived", "channel_not_found", "no_team", "team_disabled", "user_not_found")
_REFUSED_BY_CHATS = (400, 401, 403, 404, 405, 413)
# Webhooks of Teams from before its workflows answer 200 whatever happened: "1" where it arrived, else what went wrong,
# with the number that Teams itself answered. Workflows answer 202, and say nothing.
_TEAMS_CONNECTOR = re.compile(r"//([^/]+\.)?webhook\.office\.com/|/webhookb2/", re.IGNORECASE)
_TEAMS_NUMBER = re.compile(r"HTTP error (\d{3})")


def read(
    transport: str, status: int, fields: dict[str, str], text: str, *, address: str = "", now: datetime | None = None
) -> Answer:
    """``text`` is not yet fit for the ledger. ``address``: that was posted to."""
    said = text.strip()
    meant = status
    if transport == Transport.TEAMS and 200 <= status < 300:
        meant = _by_teams(status, said, is_connector=bool(_TEAMS_CONNECTOR.search(address)))
    if 200 <= meant < 300:
        return Answer(Outcome.SENT, status, text)
    said = said or _phrase(status)
    if meant == 410 or _is_gone(transport, meant, said):
        return Answer(Outcome.GONE, status, said)
    if transport != Transport.WEBHOOK and meant in _REFUSED_BY_CHATS:
        return Answer(Outcome.REFUSED, status, said)
    return Answer(Outcome.RETRY, status, said, wait(fields, said, now=now or datetime.now(UTC)))


def wait(fields: dict[str, str], text: str, *, now: datetime) -> float | None:
    """Seconds that the receiver asks for, by its header (a number or a date) or as Discord says it in its JSON."""
    asked = fields.get("retry-after", "").strip()
    seconds = _number(asked)
    if seconds is None and asked:
        try:
            at = parsedate_to_datetime(asked)
            seconds = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
        except (TypeError, ValueError, OverflowError):
            pass
    if seconds is None and text.startswith("{"):
        try:
            seconds = _number(json.loads(text).get("retry_after"))
        except (ValueError, AttributeError):
            pass
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_WAIT)


def _by_teams(status: int, said: str, *, is_connector: bool) -> int:
    """What Teams means by an answer that looks like success; 502 where it names no number."""
    if number := _TEAMS_NUMBER.search(said):
        return int(number[1])
    return 502 if is_connector and said != "1" else status


def _phrase(status: int) -> str:
    """What a number without words means."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _is_gone(transport: str, status: int, text: str) -> bool:
    if transport == Transport.SLACK:
        return status in (403, 404) and any(word in text for word in _SLACK_GONE)
    return transport == Transport.DISCORD and status in (401, 404)  # the webhook was deleted, or its token changed


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
