"""The maintenance windows of a page: all that are recent in brief, and in full those that some document shows.

What is shown follows from the brief ones alone, so that an update of an incident reads as many in full with five
windows behind the page as with five thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from incidents.maintenance.choices import State
from statuspage.snapshot.values import WINDOW, Impact, Loaded, Month, Snapshot, Tree
from statuspage.snapshot.window import Brief, Place, Window

NEWEST = 50  # windows that feeds and lists of JSON hold
PAST = 5  # that ran, on the front page
AHEAD_OF_ONE = 10  # on the page of a component; its calendar has the others
OF_A_DAY = 5  # in the history and in the table of a component


@dataclass(frozen=True, slots=True)
class Maintenance(Loaded):
    """``values``: those in full, earliest start first. ``recent``: all that are ahead, ran or were to run in the last
    90 days, and the newest; the same in every snapshot of the same facts, whatever is touched."""

    recent: tuple[Brief, ...] = ()  # earliest start first
    ran: tuple[Brief, ...] = ()  # begun in one of the months of history that are drawn
    full: Mapping[int, Window] = field(default_factory=dict)  # ``values`` by key
    by_component: Mapping[int, tuple[Brief, ...]] = field(default_factory=dict)  # the recent ones that affect it
    months: tuple[Month, ...] = ()  # all that windows stand in, earliest first; read where lists change
    touched_months: tuple[Month, ...] = ()
    lost_months: frozenset[Month] = frozenset()  # of what was taken back, as Loaded.loses_text
    lists_change: bool = False  # what lists all windows is to be written
    is_new_day: bool = False  # or everything is: the oldest leave the calendars
    places: tuple[Place, ...] = ()
    touched_places: frozenset[int] = frozenset()
    agreed: tuple[Impact, ...] = ()  # when each ran as it was announced: what fails then was agreed on

    def in_full(self, found: Iterable[Brief]) -> list[Window]:
        return [self.full[each.pk] for each in found]

    @property
    def running(self) -> list[Window]:
        """Earliest end first."""
        return self.in_full(self._running())

    @property
    def scheduled(self) -> list[Brief]:
        """Earliest start first."""
        return [each for each in self.recent if each.state == State.SCHEDULED]

    @property
    def soonest(self) -> list[Window]:
        return self.in_full(self.scheduled[:NEWEST])

    @property
    def last(self) -> list[Window]:
        """The one that was over last."""
        return self.in_full(self._over()[:1])

    @property
    def newest(self) -> list[Window]:
        """Announced last first."""
        return self.in_full(_newest(self.recent))

    def ran_since(self, at: datetime) -> list[Window]:
        """The last ones that were over since then and had begun, latest end first."""
        return [each for each in self.in_full(self._ran_last()) if each.over_at and each.over_at >= at]

    def in_month(self, month: Month, zone: ZoneInfo) -> list[Window]:
        """Announced for a time in it. Only where lists change."""
        return [each for each in self.values if month in each.months(zone)]

    def that_ran(self, month: Month, zone: ZoneInfo) -> dict[date, tuple[list[Window], int]]:
        """What the history of the page knows of: those begun on each day of it, and how many it does not name."""
        return {
            day: (self.in_full(found[:OF_A_DAY]), len(found[OF_A_DAY:]))
            for day, found in _by_day(self.ran, zone).items()
            if (day.year, day.month) == month
        }

    def on(self, components: Iterable[int]) -> list[Brief]:
        """Of the recent ones, those that affect any of these."""
        found = {each.pk: each for pk in components for each in self.by_component.get(pk, ())}
        return sorted(found.values(), key=lambda each: (each.starts_at, each.pk))

    def ahead_on(self, components: Iterable[int]) -> tuple[list[Window], int]:
        """Running and to come, earliest start first; and how many more there are."""
        found = [each for each in self.on(components) if each.is_ahead]
        return self.in_full(found[:AHEAD_OF_ONE]), len(found[AHEAD_OF_ONE:])

    def newest_on(self, components: Iterable[int], since: datetime) -> list[Window]:
        """Announced last first, of those that are not over or were not then."""
        return self.in_full(_newest(_not_over(self.on(components), since)))

    def at(self, place: int) -> list[Window]:
        """Of the recent ones, those that affect something at this location, or everywhere. Only where lists change."""
        return self.in_full(each for each in self.recent if any(hit.location in (None, place) for hit in each.affects))

    def shown(self, tree: Tree, components: Iterable[int], since: datetime, zone: ZoneInfo) -> Iterator[Brief]:
        """What documents show where nothing happened to a window: on the front page and in what switches with it, on
        the pages of these components and in the months of history that are drawn."""
        yield from self._running()
        yield from self.scheduled[:NEWEST]
        yield from _newest(self.recent)
        yield from self._over()[:1]
        yield from self._ran_last()
        for pk in components:
            found = self.on(tree.around(pk))
            yield from [each for each in found if each.is_ahead][:AHEAD_OF_ONE]
            yield from _newest(_not_over(found, since))
        for begun in _by_day(self.ran, zone).values():
            yield from begun[:OF_A_DAY]

    def _running(self) -> list[Brief]:
        return sorted((each for each in self.recent if each.is_running), key=lambda each: (each.ends_at, each.pk))

    def _over(self) -> list[Brief]:
        """Latest end first."""
        found = [(each.over_at, each.pk, each) for each in self.recent if each.over_at]
        return [each for _at, _pk, each in sorted(found, key=lambda row: row[:2], reverse=True)]

    def _ran_last(self) -> list[Brief]:
        return [each for each in self._over() if each.started_at][:PAST]


def of(snapshot: Snapshot) -> Maintenance:
    found = snapshot.others.get(WINDOW)
    return found if isinstance(found, Maintenance) else Maintenance()


def by_component(found: Iterable[Brief]) -> dict[int, tuple[Brief, ...]]:
    hit: dict[int, dict[int, Brief]] = defaultdict(dict)
    for each in found:
        for affected in each.affects:
            hit[affected.component][each.pk] = each
    return {pk: tuple(its.values()) for pk, its in hit.items()}


def _newest(found: Iterable[Brief]) -> list[Brief]:
    return sorted(found, key=lambda each: (each.announced_at, each.pk), reverse=True)[:NEWEST]


def _not_over(found: Iterable[Brief], since: datetime) -> list[Brief]:
    return [each for each in found if each.over_at is None or each.over_at >= since]


def _by_day(found: Iterable[Brief], zone: ZoneInfo) -> dict[date, list[Brief]]:
    """By the local day on which they began."""
    days: dict[date, list[Brief]] = defaultdict(list)
    for each in found:
        if each.started_at:
            days[each.started_at.astimezone(zone).date()].append(each)
    return days
