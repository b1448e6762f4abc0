"""The count as a small calendar, and the hours of a window beside what is off-peak: values that a template draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from incidents.maintenance.business_days import Calendar, Count, DayKind, Notice, Place
from incidents.models import Location
from incidents.moments import clock, zone_name

DAY = timedelta(days=1)
WEEKS = 7  # at most, past the week of publishing
MINUTES = 1440


@dataclass(frozen=True)
class Cell:
    """One day of the calendar at the deciding place.

    ``kind``: posted, count, weekend, holiday, or plain for what comes after the count. ``is_within``: between the
    announcement and the earliest start, where days are counted or skipped. ``time``: of the start, on its day.
    """

    day: date
    kind: str
    number: int = 0
    name: str = ""
    freeze: str = ""
    is_within: bool = False
    is_earliest: bool = False
    time: str = ""
    shows_month: bool = False


def cells(notice: Notice, places: Sequence[Place], *, starts_at: datetime) -> list[Cell]:
    """Whole weeks from Monday: from the day of publishing past the earliest start, and past the one that was chosen."""
    count = notice.deciding
    gone = Place(count.key, count.name, count.zone, Calendar(count.calendar, count.version))
    place = next((place for place in places if place.key == count.key), gone)
    chosen = place.local(starts_at)
    suggested = place.local(notice.suggested).date()
    first = count.published_on - DAY * count.published_on.weekday()
    limit = first + timedelta(weeks=WEEKS) - DAY
    last = max([suggested, *([chosen.date()] if chosen.date() <= limit else [])])
    last = min(last + DAY * (6 - last.weekday()), limit)
    return [_cell(day, count, place, chosen, suggested, is_first=day == first) for day in _days(first, last)]


def _cell(day: date, count: Count, place: Place, chosen: datetime, suggested: date, *, is_first: bool) -> Cell:
    counted = {each.day: each for each in count.days}
    kind = place.calendar.kind(day)
    known = counted.get(day)
    within = count.effective < day <= count.days[-1].day
    freeze = next((each.name for each in place.freezes if each.first <= day <= each.last), "")
    drawn = str(kind) if kind != DayKind.BUSINESS else "plain"
    if day == count.published_on:
        drawn = "posted"
    elif known is not None and known.number:
        drawn = "count"
    return Cell(
        day=day,
        kind=drawn,
        number=known.number if known else 0,
        name=place.calendar.holidays.get(day, "") if kind == DayKind.HOLIDAY else "",
        freeze=freeze,
        is_within=within,
        is_earliest=day == suggested,
        time=clock(chosen) if chosen.date() == day else "",
        shows_month=is_first or day.day == 1,
    )


@dataclass(frozen=True)
class Bar:
    """A part of a day, in minutes from its beginning."""

    at: int
    length: int


@dataclass(frozen=True)
class Hours:
    """A window at a location, on the local day on which it begins there. ``is_off_peak``: the whole of it; none where
    the location has no off-peak hours."""

    location: Location
    starts_at: datetime
    ends_at: datetime
    off_peak: tuple[Bar, ...]
    window: tuple[Bar, ...]
    is_off_peak: bool | None

    @property
    def zone(self) -> str:
        return zone_name(self.starts_at)


def hours(location: Location, starts_at: datetime, ends_at: datetime) -> Hours:
    """Warned of where a part lies outside the off-peak hours (3-06). Over midnight it is two bars."""
    zone = ZoneInfo(location.time_zone)
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    begin, until = location.off_peak_from, location.off_peak_until
    inside = None if begin is None else _is_inside(start, ends_at - starts_at, begin, until)
    return Hours(
        location=location,
        starts_at=start,
        ends_at=end,
        off_peak=tuple(_around(_minutes(begin), _length(begin, until))) if begin is not None else (),
        window=tuple(_around(_minutes(start.time()), min(int((ends_at - starts_at).total_seconds() // 60), MINUTES))),
        is_off_peak=inside,
    )


def _is_inside(start: datetime, length: timedelta, begin: time, until: time) -> bool:
    """By the clock on the wall there: from its start it ends before the off-peak hours do."""
    after = (_minutes(start.time()) - _minutes(begin)) % MINUTES
    return after < _length(begin, until) and after + length.total_seconds() / 60 <= _length(begin, until)


def _around(at: int, length: int) -> Iterator[Bar]:
    yield Bar(at, min(length, MINUTES - at))
    if at + length > MINUTES:
        yield Bar(0, at + length - MINUTES)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _length(begin: time, until: time) -> int:
    return (_minutes(until) - _minutes(begin)) % MINUTES


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
