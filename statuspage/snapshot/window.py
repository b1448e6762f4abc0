"""A maintenance window as a page may show it, as plain frozen values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from incidents.maintenance import lateness
from incidents.maintenance.choices import AHEAD, RUNNING, Expected, Kind, State, UpdateKind
from statuspage.snapshot.values import Month, month_of

INSTANT = timedelta(microseconds=1)
IN_TIME = timedelta(minutes=1)  # in it nothing is called late: windows begin and end by themselves


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
class Brief:
    """As much of announced maintenance as tells where it is shown: of all that is recent a page reads this."""

    pk: int
    id: str
    title: str
    state: State
    starts_at: datetime  # as announced last
    ends_at: datetime
    announced_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancelled_at: datetime | None
    changed_at: datetime
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
    def late_from(self) -> datetime:
        """From when on it is late, unless something happens to it: to end, if it runs; else to begin."""
        return (self.ends_at if self.is_running else self.starts_at) + IN_TIME

    def overruns(self, now: datetime) -> bool:
        return self.is_running and self.late_from <= now

    def is_awaited(self, now: datetime) -> bool:
        """Nobody has begun it at its time, nor called it off."""
        return self.state == State.SCHEDULED and self.late_from <= now

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
class Window(Brief):
    """Announced maintenance. What staff keep to themselves is not here: reasons, plan, roll-back, people, result."""

    kind: Kind
    is_emergency: bool
    notice_days: int  # business days between the announcement and the start
    body: str  # Markdown source
    advice: str
    verifying_at: datetime | None
    sequence: int
    updates: tuple[WindowUpdate, ...]  # oldest first

    @property
    def planned_end(self) -> datetime:
        """The end that was announced before it began."""
        extended = [each for each in self.updates if each.kind == UpdateKind.EXTENDED]
        return lateness.planned_end(self.ends_at, (each.old_ends_at for each in extended))

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
