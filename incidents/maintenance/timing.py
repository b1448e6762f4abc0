"""What happens to windows by itself: found when it is time, done one by one, each once whoever looks."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db import InterfaceError, OperationalError

from incidents.maintenance import actions, recurrence
from incidents.maintenance.choices import RUNNING, State
from incidents.maintenance.models import Series, SeriesException, Window, WindowUpdate

logger = logging.getLogger(__name__)


def keep_time(now: datetime) -> int:
    """How many windows began or ended. What was missed is done late, in its order, and marked so.

    One that fails holds up no other: each is logged, and the first fault raised once all others had their turn.
    """
    automatic = Window.objects.filter(is_automatic=True)
    begin = automatic.filter(state=State.SCHEDULED, starts_at__lte=now).order_by("starts_at", "pk")
    end = automatic.filter(state__in=RUNNING, ends_at__lte=now).order_by("ends_at", "pk")
    faults: list[Exception] = []
    done = _each(begin, partial(actions.begin_by_itself, now=now), faults)
    done += _each(end, partial(actions.end_by_itself, now=now), faults)
    if faults:
        raise faults[0]
    return done


def _each(rows: Iterable[Window], turn: Callable[[Window], WindowUpdate | None], faults: list[Exception]) -> int:
    done = 0
    for window in rows:
        try:
            done += turn(window) is not None
        except Exception as fault:
            faults.append(fault)
            if not isinstance(fault, (OperationalError, InterfaceError)):  # a database that is away is said once
                logger.exception("Maintenance %s did not begin or end by itself.", window.public_id)
    return done


def due_occurrences(now: datetime) -> dict[Series, list[datetime]]:
    """Of every series that runs, the starts that are near enough to be announced and have no window yet.

    Three queries, whatever the number of series; when each recurs is computed and nowhere stored, so that no change of
    a rule or of the clocks leaves a date behind.
    """
    gone: dict[int, set[datetime]] = defaultdict(set)
    windows = Window.objects.filter(series__is_active=True, occurrence__gt=now)
    exceptions = SeriesException.objects.filter(series__is_active=True, occurrence__gt=now)
    for rows in (windows, exceptions):
        for pk, occurrence in rows.order_by().values_list("series", "occurrence"):
            gone[pk].add(occurrence)
    found: dict[Series, list[datetime]] = {}
    for series in Series.objects.filter(is_active=True).order_by("pk"):
        until = now + timedelta(days=series.announce_days)
        starts = recurrence.occurrences(
            series.rule, first_at=series.first_at, zone=series.time_zone, after=now, until=until
        )
        if due := [start for start in starts if start not in gone[series.pk]]:
            found[series] = due
    return found


def make_windows(now: datetime) -> int:
    """How many windows were made from series. Each series in a transaction of its own, under its lock."""
    return sum(len(actions.make_windows(series, now=now)) for series in due_occurrences(now))
