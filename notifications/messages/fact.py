"""One fact of a message: what it is, and what it is like."""

from __future__ import annotations

from typing import NamedTuple


class Fact(NamedTuple):
    label: str
    value: str
    is_markdown: bool = False  # people typed it as that; else it is plain words
