"""What an HTTP answer means for one message.

Standard Webhooks say it for webhooks; each chat has its own ways of saying "gone".
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from notifications.choices import Outcome, Transport
from notifications.transports.base import Answer

LONGEST_WAIT = 3_600.0  # seconds; a receiver that asks for more is asked again after an hour
# Slack says it in words, and with a status of 403, 404 or 410.
_SLACK_GONE = ("no_service", "channel_is_archived", "channel_not_found", "no_team", "team_disabled", "user_not_found")
_REFUSED_BY_CHATS = (400, 401, 403, 404, 405, 413)


def read(transport: str, status: int, fields: dict[str, str], text: str, *, now: datetime | None = None) -> Answer:
    """``text`` is not yet fit for the ledger."""
    if 200 <= status < 300:
        return Answer(Outcome.SENT, status, text)
    said = text.strip()
    if status == 410 or _is_gone(transport, status, said):
        return Answer(Outcome.GONE, status, said)
    if transport != Transport.WEBHOOK and status in _REFUSED_BY_CHATS:
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
