"""What stands beside the form of a series: when it recurs in words, and its next starts with the class of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from incidents.choices import Audience
from incidents.maintenance import explaining, recurrence, recurrence_words
from incidents.maintenance.business_days import judge
from incidents.maintenance.counting import counting
from incidents.maintenance.judging import Affects
from incidents.maintenance.models import Series, Window

SHOWN = 8  # starts
YEARS = timedelta(days=366 * 3)


@dataclass(frozen=True)
class Upcoming:
    """One start: when it would be announced, and what it would be then. ``window``: it is made already."""

    starts_at: datetime
    ends_at: datetime
    announced_at: datetime
    verdict: str
    is_emergency: bool
    in_freeze: bool
    window: Window | None = None
    skipped: str | None = None  # why; none where it takes place

    @property
    def needs_a_person(self) -> bool:
        """Nobody announces it by itself."""
        return self.window is None and self.skipped is None and (self.is_emergency or self.in_freeze)


def in_words(rule: str, first_at: datetime, zone: str) -> str:
    """Empty where the rule is wrong: the form says what is."""
    try:
        return recurrence_words.words(rule, first_at=first_at, zone=zone)
    except recurrence.BadRule:
        return ""


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
        windows = {row.occurrence: row for row in series.windows.filter(occurrence__in=starts)}
        exceptions = dict(series.exceptions.values_list("occurrence", "reason"))
    ahead = timedelta(days=announce_days)
    rows = []
    for start in starts:
        announced_at = max(start - ahead, now)
        notice = judge(where.places, published_at=announced_at, starts_at=start, asked=where.asked)
        verdict = explaining.verdict(notice, is_emergency=notice.is_emergency)
        rows.append(
            Upcoming(
                start, start + length, announced_at, verdict, notice.is_emergency, bool(notice.starts_in),
                window=windows.get(start), skipped=exceptions.get(start),
            )
        )  # fmt: skip
    return rows
