"""A screen full of fields of parts, posted as an ordinary form: what was typed becomes changes, one for each field.

A control is called ``<key>.<field>``, and beside it stands what it held when it was read, ``read.<key>.<field>``. A
tick that links an action to what it works on is called ``link.<action>.<other>``. Only what differs is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

READ, LINK = "read.", "link."
MOST = 2000  # fields of one screen


@dataclass
class Outcome:
    """What became of it, by the name of the control."""

    saved: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    clashes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        return not self.errors and not self.clashes


def changes(data: QueryDict) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name of each control that was changed, with the change."""
    names = [name.removeprefix(READ) for name in data if name.startswith(READ)]
    for name in names[:MOST]:
        read, value = _lines(data.get(READ + name, "")), _lines(data.get(name, ""))
        if read == value:
            continue
        if name.startswith(LINK):
            key, _dot, other = name.removeprefix(LINK).partition(".")
            yield name, {"do": "link", "key": key, "other": other, "on": bool(value)}
        else:
            key, _dot, column = name.partition(".")
            yield name, {"do": "set", "key": key, "field": column, "read": read, "value": value}


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
