"""The names of time zones that people choose from, for themselves, a page, a location or a subscription."""

from __future__ import annotations

import zoneinfo
from functools import cache

NO_PLACE = {"localtime", "Factory", "posixrules"}  # of this machine, or of nobody


@cache
def _known() -> frozenset[str]:
    """Looked up in files: once."""
    return frozenset(zoneinfo.available_timezones()) - NO_PLACE


@cache
def names() -> list[str]:
    """Offered: those with a place in their name, and UTC."""
    found = (name for name in _known() if "/" in name and not name.startswith("Etc/"))
    return ["UTC", *sorted(found)]


def is_zone(name: str) -> bool:
    """Whether it may be chosen: also short names such as CET, which mean the same everywhere."""
    return name in _known()
