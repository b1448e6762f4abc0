"""The secret that a webhook is signed with, of a subscriber or of a channel: made, changed, and which sign now."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Protocol

from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from notifications.choices import Transport

FIELDS = ("secret", "old_secret", "old_secret_until")
OLD_ONE_SIGNS = timedelta(days=1)


class Signed(Protocol):
    transport: str
    secret: str
    old_secret: str
    old_secret_until: datetime | None


def new_secret() -> str:
    """Standard Webhooks: 32 random bytes."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def rotate(endpoint: Signed, *, at_once: bool, now: datetime) -> None:
    """A new secret; for a day the one before it signs beside it, so that a receiver can change over in peace.

    ``at_once``: only the new one signs, because the old one leaked. Two are the most that sign: rotated again within
    the day, the older ends. The caller holds the row's lock and saves ``FIELDS``.
    """
    if endpoint.transport != Transport.WEBHOOK:
        raise DomainError(_("Only webhooks are signed."))
    endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, now + OLD_ONE_SIGNS
    if at_once:
        endpoint.old_secret, endpoint.old_secret_until = "", None
    endpoint.secret = new_secret()


def old_one_signs_until(endpoint: Signed, *, now: datetime) -> datetime | None:
    """None where only one signs."""
    until = endpoint.old_secret_until
    return until if endpoint.old_secret and until and until > now else None


def all_that_sign(endpoint: Signed, *, now: datetime) -> tuple[str, ...]:
    """The new one first; none where it has none."""
    old = [endpoint.old_secret] if old_one_signs_until(endpoint, now=now) else []
    return tuple([endpoint.secret, *old] if endpoint.secret else old)
