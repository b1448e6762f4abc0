"""Moments and spans as staff read them: in their own zone, with the zone's name, and short."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _, ngettext

from incidents.wall_times import clock, zone_name

YEARS = range(1970, 2100)  # what happened, or is due, and what every zone and every chart can draw

__all__ = ["clock", "countdown", "day", "moment", "period", "read", "span", "whole", "wrong_year", "zone_name"]


def wrong_year(at: date) -> str:
    """Why nobody can have meant this moment or day; nothing where it may be meant."""
    if at.year in YEARS:
        return ""
    return _("Write a year from %(first)d to %(last)d.") % {"first": YEARS[0], "last": YEARS[-1]}


def read(text: object) -> datetime | None:
    """The instant that a screen of ours sent out and gets back; nothing where somebody wrote another thing."""
    try:
        at = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at if at is not None and timezone.is_aware(at) and not wrong_year(at) else None


def day(at: date, *, today: date) -> str:
    """19 Nov, and its year where that is not this one."""
    return formats.date_format(at, "j M" if at.year == today.year else "j M Y")


def moment(at: datetime, *, now: datetime | None = None) -> str:
    """14:30 CET, or 2:30 PM CET; with the day where it is not today."""
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    time = f"{clock(local)} {zone_name(local)}"
    if local.date() == today:
        return time
    if local.date() == today + timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": time}
    if local.date() == today - timedelta(days=1):
        return _("yesterday %(time)s") % {"time": time}
    shape = "D j M" if local.year == today.year else "j M Y"
    return f"{formats.date_format(local, shape)}, {time}"


def span(length: timedelta) -> str:
    """How long something took, in its two largest units: 53 min, 2 h 10 min, 3 d 4 h; what is zero goes without
    saying. Never rounded up, and never nothing: less than 1 min."""
    return " ".join(_parts(abs(length))[:2]) or _("less than 1 min")


def lasting(length: timedelta, *, tight: str = " ") -> str:
    """The same in full, for readers: 2 h 21 min, 2 days 3 h 4 min. ``tight`` stands between a number and its unit."""
    days = max(length, timedelta()) // timedelta(days=1)
    in_days = [ngettext("%(n)d day", "%(n)d days", days) % {"n": days}] if days else []
    parts = [*in_days, *_parts(max(length, timedelta()) % timedelta(days=1))]
    return " ".join(part.replace(" ", tight) for part in parts or [_("less than 1 min")])


def whole(length: timedelta) -> str:
    """A length that was chosen, to the minute: 45 min, 2 h, 1 h 30 min, 1 d."""
    return " ".join(_parts(length)) or _("0 min")


def _parts(length: timedelta) -> list[str]:
    """From the largest unit that there is of it; what is zero is left out."""
    minutes = int(length.total_seconds() // 60)
    parts = [(minutes // 1440, _("%(n)d d")), (minutes // 60 % 24, _("%(n)d h")), (minutes % 60, _("%(n)d min"))]
    return [words % {"n": n} for n, words in parts if n]


def countdown(due_at: datetime, *, now: datetime) -> str:
    """in 6:12, in 36 min, late by 2:10. The script in clocks.js goes on counting in the same shape."""
    seconds = round((due_at - now).total_seconds())
    length = abs(seconds)
    if length < 600 or (seconds < 0 and length < 3600):
        text = f"{length // 60}:{length % 60:02}"
    else:
        text = span(timedelta(seconds=length))
    return (_("late by %(span)s") if seconds < 0 else _("in %(span)s")) % {"span": text}


def period(start: datetime, end: datetime) -> str:
    """Whole months: September to November 2026. ``end`` is the first instant after it."""
    first, last = timezone.localtime(start), timezone.localtime(end) - timedelta(days=1)
    if (first.year, first.month) == (last.year, last.month):
        return formats.date_format(first, "F Y")
    begins = formats.date_format(first, "F" if first.year == last.year else "F Y")
    return _("%(first)s to %(last)s") % {"first": begins, "last": formats.date_format(last, "F Y")}
