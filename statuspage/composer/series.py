"""What stands beside the form of a series: when it recurs in words, and its next starts with the class of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from incidents.choices import Audience
from incidents.maintenance import explaining, recurrence, recurrence_words
from incidents.maintenance.business_days import judge
from incidents.maintenance.choices import State
from incidents.maintenance.counting import counting
from incidents.maintenance.judging import Affects
from incidents.maintenance.models import Series, Window

SHOWN = 8  # starts
YEARS = timedelta(days=366 * 3)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Upcoming:
    """One start: when it would be announced, and what it would be then. ``window``: that of its day, made already,
    perhaps for another hour."""

    starts_at: datetime
    ends_at: datetime
    announced_at: datetime
    verdict: str
    is_emergency: bool
    in_freeze: bool
    window: Window | None = None
    skipped: str | None = None  # why; none where it takes place

    @property
    def is_elsewhere(self) -> bool:
        """Its window has other times than the rule gives it."""
        return self.window is not None and (self.window.starts_at, self.window.ends_at) != (
            self.starts_at,
            self.ends_at,
        )

    @property
    def needs_a_person(self) -> bool:
        """Nobody announces it by itself."""
        return self.window is None and self.skipped is None and (self.is_emergency or self.in_freeze)


def in_words(rule: str, first_at: datetime, zone: str) -> tuple[str, str]:
    """When it recurs, or else what is wrong with the rule; the other one is empty."""
    try:
        return recurrence_words.words(rule, first_at=first_at, zone=zone), ""
    except recurrence.BadRule as error:
        return "", str(error)


def upcoming(
    rule: str,
    *,
    times: tuple[datetime, datetime],
    zone: str,
    announce_days: int,
    affects: Iterable[Affects],
    pages: Sequence[int],
    audience: str,
    now: datetime,
    series: Series | None = None,
) -> list[Upcoming]:
    """The next starts, counted in as many queries whatever there is. None where the rule is wrong."""
    first_at, length = times[0], times[1] - times[0]
    try:
        found = recurrence.occurrences(rule, first_at=first_at, zone=zone, after=now, until=now + YEARS)
        starts = list(islice(found, SHOWN))
    except recurrence.BadRule:
        return []
    if not starts:
        return []
    stub = Window(audience=audience or Audience.PUBLIC, time_zone=zone)
    where = counting(stub, locations=[each.location for each in affects], now=now, until=starts[-1], chosen=list(pages))
    windows, exceptions = {}, {}
    if series is not None:
        made = series.windows.filter(occurrence__range=(starts[0] - DAY, starts[-1] + DAY))
        windows = {_day(row.occurrence, zone): row for row in made}
        exceptions = {_day(at, zone): why for at, why in series.exceptions.values_list("occurrence", "reason")}
    ahead = timedelta(days=announce_days)
    rows = []
    for start in starts:
        announced_at = max(start - ahead, now)
        notice = judge(where.places, published_at=announced_at, starts_at=start, asked=where.asked)
        verdict = explaining.verdict(notice, is_emergency=notice.is_emergency)
        rows.append(
            Upcoming(
                start, start + length, announced_at, verdict, notice.is_emergency, bool(notice.starts_in),
                window=windows.get(_day(start, zone)), skipped=exceptions.get(_day(start, zone)),
            )
        )  # fmt: skip
    return rows


def left_behind(series: Series, rule: str, *, first_at: datetime, zone: str, now: datetime) -> list[Window]:
    """Announced windows on days that the rule has no longer: they take place, unless somebody moves or cancels them."""
    ahead = list(series.windows.filter(state=State.SCHEDULED, occurrence__gt=now).order_by("starts_at", "pk"))
    if not ahead:
        return []
    until = max(window.occurrence for window in ahead) + DAY
    try:
        starts = recurrence.occurrences(rule, first_at=first_at, zone=zone, after=now - DAY, until=until)
        days = {_day(start, zone) for start in starts}
    except recurrence.BadRule:
        return []
    return [window for window in ahead if _day(window.occurrence, zone) not in days]


def _day(at: datetime, zone: str) -> date:
    """By which an occurrence is known, whatever its hour becomes (``Series.day_of``), in the zone that is written."""
    return at.astimezone(ZoneInfo(zone)).date()
