"""Uptime from intervals, day by day in the page's zone. Pure: no database, no clock (DESIGN section 3).

Major counts 1.0, partial 0.3, degraded 0; at each moment the worst counts once. A day is as long as it really is:
23 or 25 hours when the clocks change, and nothing at all where a zone skipped it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from incidents.choices import ComponentState

DAYS = 90
TENTHS = {ComponentState.MAJOR: 10, ComponentState.PARTIAL: 3}  # of the time, lost


@dataclass(frozen=True, slots=True)
class Span:
    state: ComponentState
    start: datetime
    end: datetime | None  # none: still going on


@dataclass(frozen=True, slots=True)
class DayBounds:
    date: date
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of one component. ``state`` is its worst, unknown before it existed."""

    date: date
    state: ComponentState
    lost: timedelta = timedelta()
    length: timedelta = timedelta()  # zero: the day is not over, or unknown, and counts in no figure

    @property
    def uptime(self) -> float | None:
        return 1 - self.lost / self.length if self.length else None


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of the local day, also where midnight does not exist or comes twice."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def next_midnight(now: datetime, zone: ZoneInfo) -> datetime:
    day = now.astimezone(zone).date()
    while (start := start_of_day(day, zone)) <= now:
        day += timedelta(days=1)
    return start


def bounds_of(month: tuple[int, int], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of the local month, and of the one after it."""
    year, number = month
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    return start_of_day(date(*month, 1), zone), start_of_day(date(*after, 1), zone)


def calendar(now: datetime, zone: ZoneInfo, count: int = DAYS) -> list[DayBounds]:
    """The last ``count`` local days, oldest first; today is the last of them."""
    today = now.astimezone(zone).date()
    dates = [today - timedelta(days=back) for back in range(count - 1, -1, -1)]
    starts = [start_of_day(day, zone) for day in [*dates, today + timedelta(days=1)]]
    return [DayBounds(*bounds) for bounds in zip(dates, starts, starts[1:], strict=False)]


def days(spans: Sequence[Span], bounds: Sequence[DayBounds], *, since: date, now: datetime) -> tuple[Day, ...]:
    """What each day was like; days before ``since`` are unknown."""
    pieces = _worst_at_each_moment(spans, bounds[0].start, now) if spans else []
    if running := [s.state for s in spans if s.start <= now and (s.end is None or s.end > now)]:
        pieces.append(Span(max(running), now, now))  # what has begun this very instant colours today too
    found = list(_calm(tuple(bounds), since, now))
    starts = [day.start for day in bounds]
    of_day: dict[int, list[Span]] = defaultdict(list)
    for piece in pieces:
        for at in range(_index(starts, piece.start), _index(starts, piece.end) + 1):
            of_day[at].append(piece)
    for at, its in of_day.items():
        found[at] = _day(bounds[at], its, since=since, now=now)
    return tuple(found)


@lru_cache(maxsize=8)  # most days of most components
def _calm(bounds: Sequence[DayBounds], since: date, now: datetime) -> tuple[Day, ...]:
    return tuple(_day(day, (), since=since, now=now) for day in bounds)


def _index(starts: Sequence[datetime], at: datetime) -> int:
    """Of the day that ``at`` is in."""
    return max(bisect_right(starts, at) - 1, 0)


def outside(span: Span, agreed: Iterable[Span]) -> Iterator[Span]:
    """What is left of a span without the time in which any of ``agreed`` ran."""
    start = span.start
    for each in sorted(agreed, key=lambda each: each.start):
        if each.end is None or each.end <= start:
            continue
        if span.end is not None and each.start >= span.end:
            break
        if each.start > start:
            yield Span(span.state, start, each.start)
        start = each.end
    if span.end is None or start < span.end:
        yield Span(span.state, start, span.end)


def together(parts: Iterable[Sequence[Day]]) -> tuple[Day, ...]:
    """A group's days: the worst of its parts. It loses no time of its own; its figure is the mean of its leaves."""
    different = {id(days): days for days in parts}.values()  # most parts have had the very same days: calm ones
    columns = zip(*different, strict=True)
    return tuple(Day(column[0].date, max(day.state for day in column)) for column in columns)


def figure(days: Iterable[Day]) -> float | None:
    """Uptime over the finished days that are known, from 0 to 1; none where there are none."""
    counted = [day for day in days if day.length]
    total = sum((day.length for day in counted), timedelta())
    return 1 - sum((day.lost for day in counted), timedelta()) / total if total else None


def mean(figures: Iterable[float | None]) -> float | None:
    known = [value for value in figures if value is not None]
    return sum(known) / len(known) if known else None


def percent(value: float) -> str:
    """With three decimals and always rounded down; 100 stands alone and is only said of time without any loss."""
    if value >= 1:
        return "100"
    return f"{min(int(value * 100_000 + 1e-7), 99_999) / 1000:.3f}"


def _worst_at_each_moment(spans: Sequence[Span], start: datetime, now: datetime) -> list[Span]:
    """The spans cut to ``start``–``now`` and laid over one another: no two of the result overlap."""
    cut = [(max(span.start, start), min(span.end or now, now), span.state) for span in spans]
    cut = [span for span in cut if span[0] < span[1]]
    turns: dict[datetime, Counter[ComponentState]] = defaultdict(Counter)
    for begin, end, state in cut:
        turns[begin][state] += 1
        turns[end][state] -= 1
    pieces, holding = [], Counter[ComponentState]()
    for left, right in pairwise(sorted(turns)):
        holding.update(turns[left])
        if states := [state for state, spans_now in holding.items() if spans_now]:
            pieces.append(Span(max(states), left, right))
    return pieces


def _day(day: DayBounds, pieces: Sequence[Span], *, since: date, now: datetime) -> Day:
    if day.date < since or day.start == day.end:
        return Day(day.date, ComponentState.UNKNOWN)
    state, tenths = ComponentState.OPERATIONAL, timedelta()
    for piece in pieces:
        inside = min(piece.end, day.end) - max(piece.start, day.start)
        if inside > timedelta() or day.start <= piece.start == piece.end < day.end:
            state = max(state, piece.state)
            tenths += inside * TENTHS.get(piece.state, 0)
    finished = day.end <= now
    return Day(
        day.date, state, tenths / 10 if finished else timedelta(), day.end - day.start if finished else timedelta()
    )
