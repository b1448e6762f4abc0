"""The axis of a drawing: which moment stands where, and at which moments it has ticks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from postmortems.document.words import Calendar

STEPS = [timedelta(minutes=m) for m in (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720)]
DAYS = (1, 2, 7, 14, 30, 60, 90, 180, 365)
MOST = 7  # spans between two ticks
LEAST = timedelta(minutes=5)  # an axis shows at least so much


@dataclass(frozen=True, slots=True)
class Tick:
    at: datetime
    text: str
    day: str  # below it; only where the drawing spans more than one day


@dataclass(frozen=True, slots=True)
class Axis:
    first: datetime
    last: datetime
    left: float
    right: float
    ticks: tuple[Tick, ...]
    has_days: bool

    def __call__(self, at: datetime) -> float:
        share = (at - self.first) / (self.last - self.first)
        return self.left + (self.right - self.left) * min(max(share, 0), 1)


def axis(start: datetime, end: datetime, calendar: Calendar, *, left: float, right: float, room: float) -> Axis:
    """It begins at the tick before ``start`` and goes on after ``end``, so that a label of ``room`` fits beside it."""
    end = max(end, start + LEAST)
    step = next((step for step in STEPS if (end - start) / step <= MOST), None)
    moments = list(_hours(start, end, step, calendar) if step else _days(start, end, calendar))
    first = moments[0]
    last = end + (end - first) * (room / (right - left - room))
    many = calendar.local(first).date() != calendar.local(last).date()
    ticks = tuple(_tick(at, place, calendar, many=many, by_days=step is None) for place, at in enumerate(moments))
    return Axis(first, last, left, right, ticks, has_days=many and step is not None)


def _hours(start: datetime, end: datetime, step: timedelta, calendar: Calendar) -> Iterator[datetime]:
    midnight = _midnight(calendar.local(start))
    at = midnight + (start - midnight) // step * step
    while at <= end:
        yield at
        at += step


def _days(start: datetime, end: datetime, calendar: Calendar) -> Iterator[datetime]:
    span = (end - start).days
    days = next((days for days in DAYS if span / days <= MOST), span // MOST + 1)
    local = calendar.local(start)
    at = _midnight(local)
    while at <= end:
        yield at
        local = local + timedelta(days=days)  # the same hour of another day, whatever the clocks did between
        at = _midnight(local)


def _midnight(local: datetime) -> datetime:
    return datetime.combine(local.date(), time(), tzinfo=local.tzinfo).astimezone(UTC)


def _tick(at: datetime, place: int, calendar: Calendar, *, many: bool, by_days: bool) -> Tick:
    if by_days:
        return Tick(at, calendar.day_of(at), "")
    is_new = place == 0 or calendar.clock(at) == "00:00"
    return Tick(at, calendar.clock(at), calendar.day_of(at) if many and is_new else "")
