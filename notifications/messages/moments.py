"""Times in a message: in the recipient's own zone, else the page's, and always with the zone's name."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from statuspage.documents import times


@lru_cache(maxsize=512)
def zone(*names: str) -> ZoneInfo:
    """The first that exists; UTC where none does."""
    for name in names:
        if name:
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError):
                continue
    return ZoneInfo("UTC")


def read(text: str | None) -> datetime | None:
    """A time of the frozen content."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def full(at: datetime, where: ZoneInfo) -> str:
    """Thu 19 Nov 2026, 14:50 UTC: where a message may be read long after."""
    return times.day_and_hour(at, where, year=True).text


def near(at: datetime, to: datetime, where: ZoneInfo) -> str:
    """14:50 UTC; with the day where it is another one."""
    return times.near(at, to, where).text
