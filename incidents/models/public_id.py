"""Public identifiers: a prefix and twelve random characters, stable for ever, never the primary key (4-17)."""

import secrets
from functools import partial

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.veiled import ALPHABET
from incidents.zones import is_zone


def new_public_id(prefix: str) -> str:
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(12))}"


def public_id_field(prefix: str, **options) -> models.CharField:
    defaults = {"max_length": 60, "unique": True, "editable": False, "default": partial(new_public_id, prefix)}
    return models.CharField(_("public id"), **(defaults | options))


def validate_time_zone(name: str) -> None:
    if not is_zone(name):
        raise ValidationError(_("%(name)s is not a time zone; write one such as Europe/Berlin."), params={"name": name})


def time_zone_field(**options) -> models.CharField:
    return models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone], **options)
