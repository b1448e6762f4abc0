"""What happens to windows by itself: found when it is time, done one by one, each once whoever looks."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import InterfaceError, OperationalError

from incidents.maintenance import actions, recurrence
from incidents.maintenance.choices import RUNNING, State
from incidents.maintenance.models import Series, SeriesException, Window
from incidents.maintenance.recurrence import BadRule

logger = logging.getLogger(__name__)
Row = TypeVar("Row", Window, Series)


def keep_time(now: datetime) -> int:
    """How many windows began or ended. What was missed is done late, in its order, and marked so.

    One that fails holds up no other: each is logged, and the first fault raised once all others had their turn.
    """
    automatic = Window.objects.filter(is_automatic=True)
    begin = automatic.filter(state=State.SCHEDULED, starts_at__lte=now).order_by("starts_at", "pk")
    end = automatic.filter(state__in=RUNNING, ends_at__lte=now).order_by("ends_at", "pk")
    return _in_turn(
        (begin, lambda window: actions.begin_by_itself(window, now=now) is not None),
        (end, lambda window: actions.end_by_itself(window, now=now) is not None),
    )


def make_windows(now: datetime) -> int:
    """How many windows were made from series. Each series in a transaction of its own, under its lock; one that fails
    holds up no other."""
    return _in_turn((due_occurrences(now), lambda series: len(actions.make_windows(series, now=now))))


def _in_turn(*kinds: tuple[Iterable[Row], Callable[[Row], int]]) -> int:
    faults: list[Exception] = []
    done = 0
    for rows, turn in kinds:
        for row in rows:
            try:
                done += turn(row)
            except Exception as fault:
                faults.append(fault)
                if not isinstance(fault, (OperationalError, InterfaceError)):  # a database that is away is said once
                    logger.exception("What was due of %s %s failed.", row._meta.verbose_name, row.public_id)
    if faults:
        raise faults[0]
    return done


def due_occurrences(now: datetime) -> dict[Series, list[datetime]]:
    """Of every series that runs, the starts that are near enough to be announced and have no window yet.

    Three queries, whatever the number of series; when each recurs is computed and nowhere stored, so that no change of
    a rule or of the clocks leaves a date behind.
    """
    gone: dict[int, list[datetime]] = defaultdict(list)
    lately = {"series__is_active": True, "occurrence__gt": now - timedelta(days=1)}
    for rows in (Window.objects.filter(**lately), SeriesException.objects.filter(**lately)):
        for pk, occurrence in rows.order_by().values_list("series", "occurrence"):
            gone[pk].append(occurrence)
    found: dict[Series, list[datetime]] = {}
    for series in Series.objects.filter(is_active=True).order_by("pk"):
        until = now + timedelta(days=series.announce_days)
        starts = recurrence.occurrences(
            series.rule, first_at=series.first_at, zone=series.time_zone, after=now, until=until
        )
        days = {series.day_of(occurrence) for occurrence in gone[series.pk]}
        try:
            due = [start for start in starts if series.day_of(start) not in days]
        except BadRule as fault:  # as no form takes it any more
            logger.error("The rule of %s cannot be read: %s", series.public_id, fault)
            continue
        if due:
            found[series] = due
    return found
