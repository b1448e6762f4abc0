"""A message as an HTTP request: its headers and its bytes. Webhooks are always signed, in either format."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from standardwebhooks import Webhook

from notifications.choices import Transport, WebhookFormat
from notifications.messages import discord, slack, teams, webhooks
from notifications.messages.outgoing import Outgoing

AGENT = "Bridgewatch"
_CHATS = {Transport.SLACK: slack.payload, Transport.TEAMS: teams.payload, Transport.DISCORD: discord.payload}


def written(outgoing: Outgoing, *, now: datetime | None = None) -> tuple[dict[str, str], bytes]:
    """``now``: the moment of this attempt, which a webhook's signature holds."""
    headers = {"Content-Type": "application/json", "User-Agent": AGENT, "Accept": "*/*"}
    transport = Transport(outgoing.recipient.transport)
    if transport in _CHATS:
        return headers, json.dumps(_CHATS[transport](outgoing), ensure_ascii=False).encode()
    shaped = outgoing.recipient.format == WebhookFormat.STATUSPAGE and (
        outgoing.news.event in webhooks.IN_STATUSPAGE_SHAPE
    )
    body = webhooks.statuspage(outgoing) if shaped else webhooks.standard(outgoing)
    return headers | signed(outgoing, body, now=now or datetime.now(UTC)), body


def signed(outgoing: Outgoing, body: bytes, *, now: datetime) -> dict[str, str]:
    """During a rotation with both secrets, so that a receiver that knows either takes it."""
    signatures = [
        Webhook(secret).sign(outgoing.message_id, now, body.decode()) for secret in outgoing.recipient.secrets
    ]
    headers = {"webhook-id": outgoing.message_id, "webhook-timestamp": str(int(now.timestamp()))}
    return headers | ({"webhook-signature": " ".join(signatures)} if signatures else {})
