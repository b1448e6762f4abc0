"""Whole numbers as they come in from outside: written in plain digits, and no longer than any column of ours holds."""

from __future__ import annotations

from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import IntegerField
from django.urls.converters import IntConverter

LONGEST = 18  # digits


def is_key(text: str) -> bool:
    """Whether it may be the primary key of a row. ``str.isdecimal`` alone takes 4,400 digits, and those of Thailand."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST


def read(text: str) -> int:
    """The number; 0, which no row has, where it is none."""
    return int(text) if is_key(text) else 0


def largest(field: IntegerField) -> int:
    """What the column takes. Django leaves it to the database, and SQLite answers a number beyond with an error."""
    return BaseDatabaseOperations.integer_field_ranges[field.get_internal_type()][1]


class KeyConverter(IntConverter):
    """In addresses, as ``<key:pk>``: registered once, by the app."""

    regex = f"[0-9]{{1,{LONGEST}}}"
