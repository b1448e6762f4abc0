"""Where the notice of a window is counted: in the locations that it affects, and in whatever an app above offers (its
pages). Rows in, values for :mod:`~incidents.maintenance.business_days` out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from incidents.business_calendars import SOURCE, public_holidays
from incidents.maintenance.business_days import Calendar, Freeze, Place
from incidents.maintenance.models import Window
from incidents.models import BusinessCalendar, CalendarDay, ChangeFreeze, Location

MARGIN = timedelta(days=400)  # the longest count: what is asked for, through whatever holidays and freezes
ASKED = 10  # business days, where no page asks for more (3-05)


@dataclass(frozen=True)
class Source:
    """A place as the database knows it. ``asked``: business days of notice that it asks for."""

    key: str
    name: str
    time_zone: str
    calendar: BusinessCalendar | None
    asked: int = 0


@dataclass(frozen=True)
class Counting:
    """Where it is counted, and how many business days are asked for. ``stands``: in a place of an app above."""

    places: tuple[Place, ...]
    asked: int
    stands: bool


Offer = Callable[[Window, Sequence[int] | None], Iterable[Source]]
OFFERED: list[Offer] = []


def offer(sources: Offer) -> None:
    """Called in ``ready()`` of an app above. It gets the window, saved or not, and the keys of those of the app's own
    places that were chosen on a form (none: those that stand)."""
    OFFERED.append(sources)


def counting(
    window: Window,
    *,
    locations: Iterable[Location | None],
    now: datetime,
    until: datetime,
    chosen: Sequence[int] | None = None,
) -> Counting:
    """All places of a window with ``locations`` (none among them: everywhere), with their days from ``now`` past
    ``until``. As many queries whatever there is."""
    found = [source for offered in OFFERED for source in offered(window, chosen)]
    stands = bool(found) or not OFFERED
    named = list(locations)
    if None in named:
        named = list(Location.objects.select_related("calendar"))
    found += [Source(at.public_id, at.name, at.time_zone, at.calendar) for at in dict.fromkeys(named) if at]
    if not found:
        found = [Source("", window.time_zone, window.time_zone, None)]
    calendars = _calendars({source.calendar for source in found if source.calendar}, now=now, until=until)
    freezes = _freezes(first=now.date() - timedelta(days=1), last=max(now, until).date() + MARGIN)
    places = tuple(
        Place(
            key=source.key,
            name=source.name,
            zone=source.time_zone,
            calendar=calendars[source.calendar.pk] if source.calendar else NO_HOLIDAYS,
            freezes=tuple(
                freeze for freeze, pks in freezes if not pks or (source.calendar and source.calendar.pk in pks)
            ),
        )
        for source in found
    )
    return Counting(places, asked=max((source.asked for source in found), default=0) or ASKED, stands=stands)


NO_HOLIDAYS = Calendar(name="", version="")


def _calendars(rows: Iterable[BusinessCalendar], *, now: datetime, until: datetime) -> dict[int, Calendar]:
    rows = list(rows)
    own: dict[int, list[CalendarDay]] = {row.pk: [] for row in rows}
    for day in CalendarDay.objects.filter(calendar__in=own):
        own[day.calendar_id].append(day)
    years = range(now.year - 1, (max(now, until) + MARGIN).year + 1)
    return {row.pk: calendar_of(row, own[row.pk], years) for row in rows}


def calendar_of(row: BusinessCalendar, own: Iterable[CalendarDay], years: Iterable[int]) -> Calendar:
    """The calendar as a value, for these years."""
    days: dict[date, str] = {}
    for year in years:
        days |= public_holidays(row.country, row.subdivision, year)
    worked = set()
    for day in own:
        if day.is_worked:
            worked.add(day.day)
        else:
            days[day.day] = day.name
    return Calendar(
        name=row.name,
        version=f"{row.version}, {SOURCE}",
        weekend=frozenset(row.weekend),
        holidays=MappingProxyType(days),
        worked=frozenset(worked),
        cut_off=row.cut_off,
    )


def _freezes(*, first: date, last: date) -> list[tuple[Freeze, frozenset[int]]]:
    rows = ChangeFreeze.objects.between(first, last).prefetch_related("calendars")
    return [
        (Freeze(row.name, row.first_day, row.last_day), frozenset(calendar.pk for calendar in row.calendars.all()))
        for row in rows
    ]
