"""Times in a message: in the recipient's own zone, else the page's, and always with the zone's name."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from incidents import wall_times
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
    return known(text) if text else None


def known(text: str) -> datetime:
    """One that the frozen content always has."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def full(at: datetime, where: ZoneInfo) -> str:
    """Thu 19 Nov 2026, 14:50 UTC: where a message may be read long after."""
    return times.day_and_hour(at, where, year=True).text


def stretch(start: datetime, end: datetime, where: ZoneInfo) -> str:
    """Thu 19 Nov 2026, 22:00 to Fri 20 Nov, 04:30 UTC. Day, year and zone are said twice only where there are two."""
    first, last = start.astimezone(where), end.astimezone(where)
    words = {"start": full(start, where), "end": full(end, where)}
    if first.utcoffset() == last.utcoffset():
        day = {"day": times.full_day(first.date()), "time": times.clock(start, where)}
        words["start"] = _("%(day)s, %(time)s") % day
        if first.year == last.year:
            words["end"] = times.near(end, start, where).text
    return _("%(start)s to %(end)s") % words


def near(at: datetime, to: datetime, where: ZoneInfo) -> str:
    """14:50 UTC, or 2:50 PM UTC for staff who read times so; with the day and the year where it is another one."""
    same = at.astimezone(where).date() == to.astimezone(where).date()
    hour = f"{wall_times.clock(at.astimezone(where))} {times.zone_name(at, where)}"
    return hour if same else _("%(day)s, %(time)s") % {"day": times.day(at, where, to=to), "time": hour}
