"""The address under which a person's calendar program reads their action items, without a session."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import constant_time_compare

KEY = 24  # characters


def new_key() -> str:
    return secrets.token_urlsafe(18)


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def of_token(self, token: str) -> Self:
        """The one that the token opens, if its signature is ours and it was not revoked."""
        key, _dot, _signature = token.partition(".")
        if not constant_time_compare(token, _signed(key)):
            return self.none()
        return self.filter(key=key).select_related("person")


class CalendarFeed(models.Model):
    """One for each person who asked for it. Revoked, the row is gone, and the address with it; the next has another
    key. Nobody who reads the table alone can make an address of it: it is signed."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    key = models.CharField(max_length=KEY, unique=True, default=new_key, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        default_permissions = ()

    def __str__(self):
        return f"Calendar of {self.person}"

    @property
    def token(self) -> str:
        return _signed(self.key)


def _signed(key: str) -> str:
    secret = hashlib.sha256(f"postmortems.calendar|{settings.SECRET_KEY}".encode()).digest()
    signature = hmac.new(secret, key.encode(), hashlib.sha256).digest()[:16]
    return f"{key}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
