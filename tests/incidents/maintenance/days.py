"""What tests of notice have in common: real calendars as values, and local times written down."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from incidents.maintenance.business_days import Calendar, Freeze, Place, judge
from incidents.maintenance.counting import calendar_of
from incidents.models import BusinessCalendar

YEARS = range(2010, 2032)
PLAIN = Calendar("Plain", "1")


def calendar(code: str) -> Calendar:
    """Of a country, or of a part of it: ``DE-HE``. Every public holiday that it has in these years."""
    country, _, part = code.partition("-")
    row = BusinessCalendar(name=code, country=country, subdivision=part)
    return calendar_of(row, [], YEARS)


def place(zone: str, days: Calendar = PLAIN, *freezes: Freeze, name: str = "") -> Place:
    return Place(key=name or zone, name=name or zone, zone=zone, calendar=days, freezes=freezes)


def local(zone: str, text: str, fold: int = 0) -> datetime:
    """``2026-11-06 17:00:01`` there."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def holidays(*days: str, cut_off: time = time(17), weekend=(5, 6), worked=()) -> Calendar:
    return Calendar(
        "Made up", "1", frozenset(weekend), {date.fromisoformat(day): "Feast" for day in days},
        frozenset(date.fromisoformat(day) for day in worked), cut_off,
    )  # fmt: skip


def notice(where: Place | list[Place], published_at: datetime, starts_at: datetime | None = None, asked: int = 10):
    places = where if isinstance(where, list) else [where]
    return judge(places, published_at=published_at, starts_at=starts_at or published_at, asked=asked)
