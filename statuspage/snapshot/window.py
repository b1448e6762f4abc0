"""A maintenance window as a page may show it, as plain frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from incidents.maintenance.choices import AHEAD, RUNNING, Expected, Kind, State, UpdateKind
from statuspage.snapshot.values import WINDOW, Impact, Loaded, Month, Snapshot, month_of

INSTANT = timedelta(microseconds=1)
IN_TIME = timedelta(minutes=1)  # after its end it is not called late: windows end by themselves
NEWEST = 50  # windows that feeds and lists of JSON hold


@dataclass(frozen=True, slots=True)
class Place:
    """A location, with its own time and its quiet hours."""

    pk: int
    id: str
    name: str
    zone: ZoneInfo
    off_peak: tuple[time, time] | None


@dataclass(frozen=True, slots=True)
class Affected:
    """A component where it shows on this page, and what is expected of it meanwhile. Location none = all."""

    component: int
    location: int | None
    expected: Expected


@dataclass(frozen=True, slots=True)
class WindowUpdate:
    """Something that happened to it, as readers were told. The times are those from then on, the old ones before."""

    id: str
    kind: UpdateKind
    text: str  # Markdown source
    at: datetime
    starts_at: datetime
    ends_at: datetime
    old_starts_at: datetime | None
    old_ends_at: datetime | None
    deliver_notifications: bool
    is_late: bool  # done by itself after its time
    is_emergency: bool | None  # of an announcement


@dataclass(frozen=True, slots=True)
class Window:
    """Announced maintenance. What staff keep to themselves is not here: reasons, plan, roll-back, people, result."""

    pk: int
    id: str
    title: str
    kind: Kind
    state: State
    starts_at: datetime  # as announced last
    ends_at: datetime
    announced_at: datetime
    is_emergency: bool
    notice_days: int  # business days between the announcement and the start
    body: str  # Markdown source
    advice: str
    started_at: datetime | None
    verifying_at: datetime | None
    ended_at: datetime | None
    cancelled_at: datetime | None
    sequence: int
    changed_at: datetime
    updates: tuple[WindowUpdate, ...]  # oldest first
    affects: tuple[Affected, ...]  # worst first; what the page does not name is not here

    @property
    def is_ahead(self) -> bool:
        """Announced, and not over."""
        return self.state in AHEAD

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_cancelled(self) -> bool:
        return self.state == State.CANCELLED

    @property
    def over_at(self) -> datetime | None:
        return self.ended_at or self.cancelled_at

    @property
    def planned_end(self) -> datetime:
        """The end that was announced before it began: extending it afterwards makes it no shorter."""
        extended = [each.old_ends_at for each in self.updates if each.kind == UpdateKind.EXTENDED]
        return next((at for at in extended if at), self.ends_at)

    @property
    def earlier_times(self) -> tuple[tuple[datetime, datetime], ...]:
        """Those that do not hold any more, oldest first, each once."""
        moved = [each for each in self.updates if each.kind == UpdateKind.MOVED]
        found = dict.fromkeys((each.old_starts_at, each.old_ends_at) for each in moved)
        now = (self.starts_at, self.ends_at)
        return tuple((start, end) for start, end in found if start and end and (start, end) != now)

    @property
    def updated_at(self) -> datetime:
        """The last thing that happened."""
        return max((each.at for each in self.updates), default=self.announced_at)

    @property
    def late_from(self) -> datetime:
        """From when on it overruns, if it still runs."""
        return self.ends_at + IN_TIME

    def overruns(self, now: datetime) -> bool:
        return self.is_running and self.late_from <= now

    def days(self, zone: ZoneInfo) -> Iterator[date]:
        """The local days that it was announced for."""
        day, last = (at.astimezone(zone).date() for at in (self.starts_at, self.ends_at - INSTANT))
        while day <= last:
            yield day
            day += timedelta(days=1)

    def months(self, zone: ZoneInfo) -> set[Month]:
        """Two at most: no window is longer than 30 days."""
        return {month_of(at, zone) for at in (self.starts_at, self.ends_at - INSTANT)}


@dataclass(frozen=True, slots=True)
class Maintenance(Loaded):
    """All windows of a page that were loaded. ``values``: earliest start first."""

    recent: tuple[Window, ...] = ()  # of these, what every snapshot of the same facts holds, whatever is touched
    months: tuple[Month, ...] = ()  # all that windows stand in, earliest first
    touched_months: tuple[Month, ...] = ()
    lost_months: frozenset[Month] = frozenset()  # of what was taken back, as Loaded.loses_text
    lists_change: bool = False  # what lists all windows is to be written
    is_new_day: bool = False  # or everything is: the oldest leave the calendars
    places: tuple[Place, ...] = ()
    touched_places: frozenset[int] = frozenset()
    agreed: tuple[Impact, ...] = ()  # when each ran as it was announced: what fails then was agreed on

    @property
    def running(self) -> list[Window]:
        """Earliest end first."""
        return sorted((each for each in self.recent if each.is_running), key=lambda each: (each.ends_at, each.pk))

    @property
    def scheduled(self) -> list[Window]:
        """Earliest start first."""
        return [each for each in self.recent if each.state == State.SCHEDULED]

    @property
    def soonest(self) -> list[Window]:
        return self.scheduled[:NEWEST]

    @property
    def over(self) -> list[Window]:
        """Latest end first."""
        found = [(each.over_at, each.pk, each) for each in self.recent if each.over_at]
        return [each for _at, _pk, each in sorted(found, key=lambda row: row[:2], reverse=True)]

    @property
    def newest(self) -> list[Window]:
        """Announced last first."""
        return sorted(self.recent, key=lambda each: (each.announced_at, each.pk), reverse=True)[:NEWEST]

    def in_month(self, month: Month, zone: ZoneInfo) -> list[Window]:
        """Announced for a time in it."""
        return [each for each in self.values if month in each.months(zone)]

    def that_ran(self, month: Month, zone: ZoneInfo) -> list[Window]:
        """Begun in it: what the history of the page knows of."""
        return [each for each in self.values if each.started_at and month_of(each.started_at, zone) == month]

    def on(self, components: Iterable[int]) -> list[Window]:
        """Of the recent ones, those that affect any of these."""
        wanted = set(components)
        return [each for each in self.recent if any(hit.component in wanted for hit in each.affects)]

    def at(self, place: int) -> list[Window]:
        """Of the recent ones, those that affect something at this location, or everywhere."""
        return [each for each in self.recent if any(hit.location in (None, place) for hit in each.affects)]


def of(snapshot: Snapshot) -> Maintenance:
    found = snapshot.others.get(WINDOW)
    return found if isinstance(found, Maintenance) else Maintenance()
