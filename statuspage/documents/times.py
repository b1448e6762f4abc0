"""Times as the page prints them: in its zone, 24 hours, the zone named; nothing relative, so that bytes stay true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as written
from django.utils.translation import get_language, gettext as _, pgettext

from incidents import moments


@dataclass(frozen=True, slots=True)
class Moment:
    """What a ``<time>`` element holds."""

    iso: str
    text: str

    def __str__(self) -> str:
        return self.text


def iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").replace(":00Z", "Z")


def stamp(at: datetime) -> str:
    """With milliseconds and in UTC, as readers of ``/api/v2`` insist on."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def zone_name(at: datetime, zone: ZoneInfo) -> str:
    """CET, UTC, or UTC+8 where a zone has only a number."""
    return moments.zone_name(at.astimezone(zone))


def clock(at: datetime, zone: ZoneInfo) -> str:
    """14:50, without its zone: where a neighbour names it."""
    return f"{at.astimezone(zone):%H:%M}"


def hour(at: datetime, zone: ZoneInfo) -> Moment:
    """14:50 UTC."""
    return Moment(iso(at), f"{clock(at, zone)} {zone_name(at, zone)}")


def day(at: datetime, zone: ZoneInfo, *, to: datetime | None = None, year: bool = False) -> str:
    """Thu 19 Nov, and its year where ``to``, the moment of writing, is in another one. ``year``: in any case, for what
    is read long after."""
    local = at.astimezone(zone).date()
    return full_day(local) if year or (to and local.year != to.astimezone(zone).year) else short_day(local)


def day_and_hour(at: datetime, zone: ZoneInfo, *, to: datetime | None = None, year: bool = False) -> Moment:
    """Thu 19 Nov, 14:50 UTC; the year as of :func:`day`."""
    words = {"day": day(at, zone, to=to, year=year), "time": hour(at, zone).text}
    return Moment(iso(at), _("%(day)s, %(time)s") % words)


def near(at: datetime, to: datetime, zone: ZoneInfo, *, year: bool = False) -> Moment:
    """The hour alone where both are on one local day, else with the day, and the year where it is another one."""
    same = at.astimezone(zone).date() == to.astimezone(zone).date()
    return hour(at, zone) if same else day_and_hour(at, zone, to=to, year=year)


def short_day(day: date) -> str:
    return _day(day, pgettext("date format: Thu 19 Nov", "D j M"), get_language())


def bare_day(day: date) -> str:
    return _day(day, pgettext("date format: 19 Nov", "j M"), get_language())


def full_day(day: date) -> str:
    return _day(day, pgettext("date format: Thu 19 Nov 2026", "D j M Y"), get_language())


@lru_cache(maxsize=4096)
def _day(day: date, form: str, language: str) -> str:
    """Kept: a page names each of its days some ten times."""
    return written(day, form)


def month_name(year: int, month: int) -> str:
    return written(date(year, month, 1), pgettext("date format: November 2026", "F Y"))


def days_between(first: date, last: date) -> str:
    if first == last:
        return bare_day(first)
    return _("%(first)s to %(last)s") % {"first": bare_day(first), "last": bare_day(last)}


def stretch(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """13:52 to 16:13 UTC; the days are named where there is more than one, the years too."""
    if start.astimezone(zone).date() == end.astimezone(zone).date():
        return _("%(start)s to %(end)s") % {"start": clock(start, zone), "end": hour(end, zone).text}
    return _("%(start)s to %(end)s") % {
        "start": day_and_hour(start, zone, to=end).text,
        "end": day_and_hour(end, zone, to=start).text,
    }


def span(start: datetime, end: datetime, zone: ZoneInfo, *, to: datetime | None = None, year: bool = False) -> str:
    """Wed 16 Dec, 00:00 to 02:00 UTC; the second day is named where it is another one, years as of :func:`day`."""
    first, last = (at.astimezone(zone).date() for at in (start, end))
    year = year or first.year != last.year or (to is not None and first.year != to.astimezone(zone).year)
    begin = _("%(day)s, %(time)s") % {"day": day(start, zone, year=year), "time": clock(start, zone)}
    if zone_name(start, zone) != zone_name(end, zone):
        begin = day_and_hour(start, zone, year=year).text
    finish = hour(end, zone).text if first == last else day_and_hour(end, zone, year=year).text
    return _("%(start)s to %(end)s") % {"start": begin, "end": finish}


def month_short(day: date) -> str:
    return written(day, "M")
