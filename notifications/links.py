"""Signed links for subscribers: the holder of one may act for that address, and nobody can guess one.

Without an expiry, because a mail of last year must still say how to stop; only confirming expires.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.crypto import constant_time_compare

CONFIRM_DAYS = 7


class Addressed(Protocol):
    """A page, or its dress in a message: whatever knows an address that names the page and not where it stands today.

    A link in a mail of last year leaves the page that sent it, whichever is the default since.
    """

    @property
    def lasting_url(self) -> str: ...


def token(public_id: str) -> str:
    """``sub_….`` and a signature; the same for ever. Plain characters, 39 of them."""
    signature = hmac.new(_key(settings.SECRET_KEY), public_id.encode(), hashlib.sha256).digest()[:16]
    return f"{public_id}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def public_id_of(given: str) -> str | None:
    """Whose link it is; none where the signature is not ours."""
    public_id, _dot, _signature = given.partition(".")
    return public_id if constant_time_compare(given, token(public_id)) else None


def manage_url(page: Addressed, token: str) -> str:
    return f"{page.lasting_url}subscriptions/{token}/"


def leave_url(page: Addressed, token: str) -> str:
    """GET asks, POST leaves the page at once (RFC 8058)."""
    return f"{page.lasting_url}subscriptions/{token}/leave/"


def mute_url(page: Addressed, token: str, subject_id: str) -> str:
    """No more of this one incident, or maintenance window."""
    return f"{page.lasting_url}subscriptions/{token}/mute/{subject_id}/"


def confirm_url(page: Addressed, signed: str) -> str:
    """``signed``: made and read by :mod:`notifications.actions.subscribing`; it works for ``CONFIRM_DAYS``."""
    return f"{page.lasting_url}subscriptions/confirm/{signed}/"


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"notifications.links|{secret}".encode()).digest()
