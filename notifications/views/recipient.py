"""Whom a message is for, as far as the person at the screen may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from notifications.models import Delivery

HEAD = 8  # digits of a hash that tell two addresses apart


@dataclass(frozen=True)
class Recipient:
    """Whom a message is for, as far as this person may know."""

    name: str
    is_hidden: bool = False
    is_deleted: bool = False
    quarantined_at: datetime | None = None
    why: str = ""


def recipient(row: Delivery, user) -> Recipient:
    """Channels and colleagues by name; a subscriber by address, or by the head of its hash."""
    endpoint = row.subscriber or row.channel
    since, why = (endpoint.quarantined_at, endpoint.quarantine_reason) if endpoint else (None, "")
    if row.person is not None:
        return Recipient(str(row.person))
    if row.channel is not None:
        return Recipient(row.channel.name, quarantined_at=since, why=why)
    if row.subscriber is not None and user.has_perm("notifications.view_subscriber"):
        return Recipient(row.subscriber.address, quarantined_at=since, why=why)
    is_deleted = row.subscriber is None
    return Recipient(row.address_hash[:HEAD], is_hidden=True, is_deleted=is_deleted, quarantined_at=since, why=why)
