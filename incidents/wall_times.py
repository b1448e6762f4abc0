"""Times as clocks on a wall show them: written for people and read back, in 24 hours or in 12, whichever they chose.

A zone may show a time twice, when clocks go back, or leave it out. What is written names the zone where only that tells
which one it is, and what is read asks for the name there, in a sentence that says what to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone as fixed
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from incidents.choices import Hours

_reader: ContextVar[Hours] = ContextVar("hours", default=Hours.TWENTY_FOUR)

DAY = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
CLOCK = (
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:\.(?P<fraction>\d{1,6})\d*)?)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?"
)
NAME = r"(?:\s*(?P<name>Z|[A-Za-z]{2,6}|(?:UTC|GMT)?\s*[+\-\u2212]\d{1,2}(?::?\d{2}(?::?\d{2})?)?))?"
WALL = re.compile(rf"{DAY}(?:[T\s]+|,\s*){CLOCK}{NAME}", re.IGNORECASE)
TIME = re.compile(CLOCK + NAME, re.IGNORECASE)
OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+\-\u2212])(\d{1,2}):?(\d{2})?:?(\d{2})?", re.IGNORECASE)


class WrongTime(ValueError):
    """In a sentence that says what to write."""


class ShownTwice(WrongTime):
    """``choices``: what to write for each of the two."""

    def __init__(self, sentence: str, choices: list[str]):
        super().__init__(sentence)
        self.choices = choices


def zone_name(local: datetime) -> str:
    """Of a moment in its own zone: CET, UTC, or UTC+8 where the zone has only a number."""
    name = local.tzname() or ""
    if name[:1] not in ("+", "-"):
        return name
    sign, hours, minutes = "−" if name[0] == "-" else "+", int(name[1:3]), name[3:]
    return f"UTC{sign}{hours}{':' + minutes if minutes else ''}"


@dataclass(frozen=True)
class Wall:
    """What a clock shows, and the name or offset of the zone where that was written too."""

    local: datetime
    name: str = ""


def hours() -> Hours:
    """Of whoever reads: their own choice on the staff side and in their mails; 24 for everybody else."""
    return _reader.get()


@contextmanager
def override(chosen: Hours) -> Iterator[None]:
    before = _reader.set(Hours(chosen))
    try:
        yield
    finally:
        _reader.reset(before)


def clock(at: datetime | time, *, chosen: Hours | None = None, seconds: bool = False) -> str:
    """14:30, or 2:30 PM. A moment in its own zone."""
    tail = f":{at.second:02}" if seconds else ""
    if (chosen or hours()) == Hours.TWENTY_FOUR:
        return f"{at.hour:02}:{at.minute:02}{tail}"
    return f"{(at.hour - 1) % 12 + 1}:{at.minute:02}{tail} {'AM' if at.hour < 12 else 'PM'}"


def with_clock(words: Any, hour: int, minute: int = 0):
    """A hint with a time in it, ``Example: the first ticket came at {at}.``, in the hours of whoever reads it then."""
    return format_lazy(words, at=_read_later(time(hour, minute)))


_read_later = lazy(clock, str)


def wall(at: datetime, zone: ZoneInfo) -> Wall:
    """What clocks there show at a moment, with the name of the zone where they show it twice."""
    local = at.astimezone(zone).replace(tzinfo=None)
    return Wall(local, _name(at, zone) if len(instants(local, zone)) > 1 else "")


def written(at: datetime, zone: ZoneInfo, *, chosen: Hours | None = None) -> str:
    """2026-12-09 14:30, as it is typed into a field; with the zone's name where clocks show it twice."""
    return f"{at.astimezone(zone):%Y-%m-%d} {written_clock(at, zone, chosen=chosen)}"


def written_clock(at: datetime, zone: ZoneInfo, *, chosen: Hours | None = None) -> str:
    """14:30, the same for a time of its own field."""
    shown = wall(at, zone)
    return f"{clock(shown.local, chosen=chosen)} {shown.name}".strip()


def read(text: str) -> Wall | None:
    """A day and a time, in either spelling; nothing where it is none."""
    found = WALL.fullmatch(text.strip())
    if found is None or (clocks := _clock(found)) is None:
        return None
    try:
        day = date(*(int(found[part]) for part in ("year", "month", "day")))
    except ValueError:
        return None
    return Wall(datetime.combine(day, clocks), found["name"] or "")


def read_clock(text: str) -> tuple[time, str] | None:
    """A time of the day, with the name of a zone where one was written."""
    found = TIME.fullmatch(text.strip())
    if found is None or (clocks := _clock(found)) is None:
        return None
    return clocks, found["name"] or ""


def _clock(found: re.Match[str]) -> time | None:
    hour, half = int(found["hour"]), (found["half"] or "").lower().replace(".", "")
    if not half and found["minute"] is None:
        return None  # 14 alone is no time; 2 pm is one
    if half:
        if hour not in range(1, 13):
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        micro = int((found["fraction"] or "0").ljust(6, "0"))
        return time(hour, int(found["minute"] or 0), int(found["second"] or 0), micro)
    except ValueError:
        return None


def instants(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """When clocks there show it: once, twice, or never."""
    try:
        both = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
        shown = [at for at in both if at.astimezone(zone).replace(tzinfo=None) == local.replace(fold=0)]
    except OverflowError:
        return []
    return sorted(set(shown))


def instant(wall: Wall, zone: ZoneInfo) -> datetime:
    """The moment that is meant, in UTC; refuses what nobody can know."""
    found = instants(wall.local, zone)
    if wall.name:
        return _named(wall, zone, found)
    if len(found) == 1:
        return found[0]
    if not found:
        raise WrongTime(_skipped(wall.local, zone))
    choices = [f"{clock(wall.local, seconds=bool(wall.local.second))} {_name(at, zone)}" for at in found]
    words = {"zone": zone.key, "time": clock(wall.local), "first": choices[0], "second": choices[1]}
    raise ShownTwice(
        _("Clocks in %(zone)s show %(time)s twice on this day. Write %(first)s or %(second)s.") % words, choices
    )


def _named(wall: Wall, zone: ZoneInfo, found: list[datetime]) -> datetime:
    """``found``: when clocks in the zone show it. An offset or UTC is clear by itself; other names hold in the zone."""
    offset = _offset(wall.name)
    for at in found:
        local = at.astimezone(zone)
        names = {str(local.tzname()).upper(), zone_name(local).upper(), _name(at, zone).upper()}
        if wall.name.upper() in names or offset == local.utcoffset():
            return at
    if offset is not None:
        try:
            return wall.local.replace(tzinfo=fixed(offset)).astimezone(UTC)
        except OverflowError:
            pass
    if not found:
        raise WrongTime(_skipped(wall.local, zone))
    words = {"zone": zone.key, "name": wall.name, "right": f"{clock(wall.local)} {_name(found[0], zone)}"}
    raise WrongTime(_("Clocks in %(zone)s do not show %(name)s at this time. Write %(right)s.") % words)


def _offset(name: str) -> timedelta | None:
    if name.upper() in ("Z", "UTC", "GMT"):
        return timedelta()
    found = OFFSET.fullmatch(name)
    if found is None:
        return None
    length = timedelta(hours=int(found[2]), minutes=int(found[3] or 0), seconds=int(found[4] or 0))
    return None if length >= timedelta(days=1) else length if found[1] == "+" else -length


def _name(at: datetime, zone: ZoneInfo) -> str:
    """CEST, where that tells it from what the zone is called an hour or two away; else how far it is from UTC."""
    local = at.astimezone(zone)
    near = [(at + timedelta(hours=away)).astimezone(zone) for away in (-3, 3)]
    is_clear = all(other.tzname() != local.tzname() or other.utcoffset() == local.utcoffset() for other in near)
    if (local.tzname() or "+")[:1].isalpha() and is_clear:
        return str(local.tzname())
    offset = local.utcoffset() or timedelta()
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    tail = f":{seconds:02}" if seconds else ""
    return f"UTC{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}{tail}"


def _skipped(local: datetime, zone: ZoneInfo) -> str:
    """Between two times that clocks there show, one right after the other: from which to which they are put."""
    try:
        early, late = sorted(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        before = early.astimezone(zone).utcoffset()
    except OverflowError:
        return _("Write another time.")
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
    last, first = (early + timedelta(seconds=1)).replace(microsecond=0), late.astimezone(zone)
    if first.date() > local.date():
        return _("Clocks in %(zone)s leave this day out. Write another day.") % {"zone": zone.key}
    words = {
        "zone": zone.key, "time": clock(local), "from": clock((last + (before or timedelta())).time()),
        "to": clock(first), "last": clock((last + (before or timedelta()) - timedelta(minutes=1)).time()),
    }  # fmt: skip
    return (
        _(
            "Clocks in %(zone)s go from %(from)s to %(to)s on this day and never show %(time)s. "
            "Write %(to)s or later, or %(last)s or earlier."
        )
        % words
    )
