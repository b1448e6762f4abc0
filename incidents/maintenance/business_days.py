"""Notice in business days (3-05, 3-08, DESIGN section 6): calendars in, the whole arithmetic out. Nothing is read here.

The day of an announcement is the local day of publishing, or the next business day where that is none or the cut-off
has passed. A start is planned from the first instant of the last of the business days after it that are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
FAR = 3_660  # days without enough business days among them: the calendar has none


class DayKind(StrEnum):
    BUSINESS = "business"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class Rolled(StrEnum):
    """Why an announcement counts for a later day than that of its publishing."""

    NOT = ""
    AFTER_CUT_OFF = "after_cut_off"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class Calendar:
    """Which days are worked. ``holidays`` by day with their names; ``worked`` are days that are worked all the same."""

    name: str
    version: str
    weekend: frozenset[int] = frozenset({5, 6})  # as date.weekday() counts
    holidays: Mapping[date, str] = field(default_factory=dict)
    worked: frozenset[date] = frozenset()
    cut_off: time = time(17)

    def kind(self, day: date) -> DayKind:
        if day in self.worked:
            return DayKind.BUSINESS
        if day in self.holidays:
            return DayKind.HOLIDAY
        return DayKind.WEEKEND if day.weekday() in self.weekend else DayKind.BUSINESS

    def is_business_day(self, day: date) -> bool:
        return self.kind(day) == DayKind.BUSINESS


@dataclass(frozen=True)
class Freeze:
    """A period without changes, ``last`` day included."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Place:
    """Where days are counted: a page or a location, with its zone and calendar. ``key`` tells them apart."""

    key: str
    name: str
    zone: str
    calendar: Calendar
    freezes: tuple[Freeze, ...] = ()

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone))

    def first_instant(self, day: date) -> datetime:
        """Of the local day, in UTC. Where clocks are put forward at midnight the day begins with what comes after."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def freeze_at(self, at: datetime) -> Freeze | None:
        """The one that ends last of those that ``at`` lies in."""
        day = self.local(at).date()
        return max((f for f in self.freezes if f.first <= day <= f.last), key=lambda f: f.last, default=None)


@dataclass(frozen=True)
class Day:
    """One local day of the count. ``number`` is its place among the business days counted, 0 where it is not."""

    day: date
    kind: DayKind
    name: str = ""  # of the holiday
    number: int = 0


@dataclass(frozen=True)
class Count:
    """The arithmetic at one place, complete in itself, so that it can be kept. Instants are UTC.

    ``days`` go from the day of publishing to that of the earliest start; ``given`` is the number of business days
    between the announcement and the start.
    """

    key: str
    name: str
    zone: str
    calendar: str
    version: str
    cut_off: time
    published_on: date
    effective: date
    rolled: Rolled
    days: tuple[Day, ...]
    earliest: datetime
    given: int

    @property
    def counted(self) -> tuple[Day, ...]:
        return tuple(day for day in self.days if day.number)

    @property
    def skipped(self) -> tuple[Day, ...]:
        """Between the effective day and the earliest start."""
        return tuple(day for day in self.days if day.day > self.effective and not day.number)


@dataclass(frozen=True)
class Frozen:
    """A change freeze at a place."""

    place: str
    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Notice:
    """Whether a start is planned or emergency, and why. Of several places the latest of the earliest starts counts.

    ``earliest`` decides the class; ``suggested`` is the same behind whatever freezes (``behind``) it would fall into.
    ``starts_in`` are the freezes that the start itself falls into: whatever its class, somebody has to approve it.
    """

    asked: int  # business days
    published_at: datetime
    starts_at: datetime
    counts: tuple[Count, ...]
    earliest: datetime
    suggested: datetime
    behind: tuple[Frozen, ...] = ()
    starts_in: tuple[Frozen, ...] = ()

    @property
    def deciding(self) -> Count:
        """The place with the latest of the earliest starts."""
        return max(self.counts, key=lambda count: count.earliest)

    @property
    def given(self) -> int:
        """Business days of notice: the fewest of all places."""
        return min(count.given for count in self.counts)

    @property
    def is_emergency(self) -> bool:
        return self.starts_at < self.earliest

    @property
    def needs_approval(self) -> bool:
        return self.is_emergency or bool(self.starts_in)


class NoBusinessDays(ValueError):
    """The calendar has none for years."""


def judge(places: Sequence[Place], *, published_at: datetime, starts_at: datetime, asked: int = 10) -> Notice:
    """The class of a window that is announced at ``published_at``; ``asked`` business days ahead make it planned."""
    if not places:
        raise ValueError("No place to count in.")
    counts = tuple(count(place, published_at=published_at, starts_at=starts_at, asked=asked) for place in places)
    earliest = max(each.earliest for each in counts)
    suggested, behind = out_of_freezes(places, earliest)
    return Notice(
        asked=asked,
        published_at=published_at.astimezone(UTC),
        starts_at=starts_at.astimezone(UTC),
        counts=counts,
        earliest=earliest,
        suggested=suggested,
        behind=behind,
        starts_in=freezes_at(places, starts_at),
    )


def count(place: Place, *, published_at: datetime, starts_at: datetime, asked: int) -> Count:
    """The arithmetic at one place."""
    calendar = place.calendar
    local = place.local(published_at)
    effective, rolled = effective_day(calendar, local)
    days = tuple(_numbered(calendar, local.date(), effective, asked))
    return Count(
        key=place.key,
        name=place.name,
        zone=place.zone,
        calendar=calendar.name,
        version=calendar.version,
        cut_off=calendar.cut_off,
        published_on=local.date(),
        effective=effective,
        rolled=rolled,
        days=days,
        earliest=place.first_instant(days[-1].day),
        given=business_days_between(calendar, effective, place.local(starts_at).date()),
    )


def effective_day(calendar: Calendar, local: datetime) -> tuple[date, Rolled]:
    """The day that an announcement at this local time counts for. Exactly the cut-off is not after it."""
    day, rolled = local.date(), Rolled.NOT
    kind = calendar.kind(day)
    if kind != DayKind.BUSINESS:
        rolled = Rolled(kind)
    elif local.time() > calendar.cut_off:
        rolled = Rolled.AFTER_CUT_OFF
    return (day, rolled) if rolled == Rolled.NOT else (_next_business_day(calendar, day), rolled)


def business_days_between(calendar: Calendar, effective: date, start: date) -> int:
    """Business days after the one, up to and with the other: what notice a start on that day has."""
    return sum(calendar.is_business_day(day) for day in _days(effective + DAY, start))


def freezes_at(places: Iterable[Place], at: datetime) -> tuple[Frozen, ...]:
    found = ((place, place.freeze_at(at)) for place in places)
    return tuple(Frozen(place.name, freeze.name, freeze.first, freeze.last) for place, freeze in found if freeze)


def out_of_freezes(places: Sequence[Place], at: datetime) -> tuple[datetime, tuple[Frozen, ...]]:
    """The first instant from ``at`` on that lies in no freeze of any place, and the freezes that were in the way."""
    behind: dict[Frozen, None] = {}
    while freezes := [(place, freeze) for place in places if (freeze := place.freeze_at(at))]:
        behind |= {Frozen(place.name, freeze.name, freeze.first, freeze.last): None for place, freeze in freezes}
        at = max(place.first_instant(freeze.last + DAY) for place, freeze in freezes)
    return at, tuple(behind)


def _numbered(calendar: Calendar, first: date, effective: date, asked: int) -> Iterator[Day]:
    number = 0
    for day in _days(first, first + DAY * FAR):
        kind = calendar.kind(day)
        counts = kind == DayKind.BUSINESS and day > effective
        number += counts
        yield Day(day, kind, calendar.holidays.get(day, "") if kind == DayKind.HOLIDAY else "", number if counts else 0)
        if number == asked:
            return
    raise NoBusinessDays(calendar.name)


def _next_business_day(calendar: Calendar, day: date) -> date:
    for later in _days(day + DAY, day + DAY * FAR):
        if calendar.is_business_day(later):
            return later
    raise NoBusinessDays(calendar.name)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
