"""A month of maintenance as a calendar: weeks of days, each with what is announced for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from statuspage.documents import times
from statuspage.snapshot.values import Month, Snapshot
from statuspage.snapshot.window import INSTANT, Window

MOST = 3  # windows of a day; the list below has all


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    title: str
    when: str
    word: str  # running, or cancelled
    slug: str  # now, past, or nothing for what comes
    mark: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A day. Those of other months are empty."""

    number: int
    iso: str
    label: str
    is_weekend: bool
    is_today: bool
    entries: tuple[Entry, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Grid:
    heads: tuple[tuple[str, str], ...]  # Mon, Monday
    weeks: tuple[tuple[Cell | None, ...], ...]


def grid(snapshot: Snapshot, month: Month, found: Iterable[Window], *, today: date | None) -> Grid:
    """Weeks begin on Monday. ``today`` where the page is drawn anew each midnight."""
    zone = snapshot.page.zone
    by_day: dict[date, list[Window]] = defaultdict(list)
    for window in found:
        for day in window.days(zone):
            by_day[day].append(window)
    cells: list[Cell | None] = [None] * date(*month, 1).weekday()
    for day in _days(month):
        here = by_day[day]
        cells.append(
            Cell(
                number=day.day,
                iso=day.isoformat(),
                label=times.short_day(day),
                is_weekend=day.weekday() > 4,
                is_today=day == today,
                entries=tuple(_entry(snapshot, window, day) for window in here[:MOST]),
                more=max(len(here) - MOST, 0),
            )
        )
    cells += [None] * (-len(cells) % 7)
    heads = tuple((str(WEEKDAYS_ABBR[at]), str(WEEKDAYS[at])) for at in range(7))
    return Grid(heads, tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7)))


def _days(month: Month) -> Iterator[date]:
    day = date(*month, 1)
    while (day.year, day.month) == month:
        yield day
        day += timedelta(days=1)


def _entry(snapshot: Snapshot, window: Window, day: date) -> Entry:
    return Entry(
        id=window.id,
        title=window.title,
        when=_when(window, day, snapshot),
        word=_("running") if window.is_running else _("cancelled") if window.is_cancelled else "",
        slug="now" if window.is_running else "" if window.is_ahead else "past",
        mark="maint" if window.is_running else "plan",
    )


def _when(window: Window, day: date, snapshot: Snapshot) -> str:
    zone = snapshot.page.zone
    if _day(window.starts_at, snapshot) == day:
        return times.clock(window.starts_at, zone)
    if _day(window.ends_at - INSTANT, snapshot) == day:
        return _("until %(time)s") % {"time": times.clock(window.ends_at, zone)}
    return _("all day")


def _day(at: datetime, snapshot: Snapshot) -> date:
    return at.astimezone(snapshot.page.zone).date()
