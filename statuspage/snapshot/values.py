"""What stands on a page, as plain frozen values. Everything public is a pure function of these (DESIGN section 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from incidents.choices import ComponentState, Level, Status
from statuspage.snapshot.changes import Changes
from statuspage.snapshot.components import Component, Tree
from statuspage.snapshot.page import Page
from statuspage.snapshot.report import Report

Month = tuple[int, int]
NEWEST = 50  # incidents that feeds and JSON hold
INCIDENT, MONTH, COMPONENT = "incident", "month", "component"  # kinds of what permanent documents are about
POSTMORTEM, POSTMORTEM_PDF = "postmortem", "postmortem_pdf"
WINDOW, LOCATION = "maintenance", "location"


@dataclass(frozen=True, slots=True)
class Impact:
    """What makes a component what it is, where it shows on this page: an impact, a pin, or a subject of another kind
    (:attr:`Loaded.impacts`). Location none = all."""

    component: int
    location: int | None
    state: ComponentState
    started_at: datetime
    ended_at: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.started_at <= at and (self.ended_at is None or self.ended_at > at)


def worst(impacts: Iterable[Impact]) -> ComponentState:
    """The worst that they make of a component; operational where there are none."""
    return max((impact.state for impact in impacts), default=ComponentState.OPERATIONAL)


@dataclass(frozen=True, slots=True)
class Told:
    component: int
    location: int | None
    level: Level

    @property
    def state(self) -> ComponentState:
        return self.level.state


@dataclass(frozen=True, slots=True)
class Update:
    """A public update that has not been withdrawn. The text before a correction is not here, and so nowhere public."""

    id: str
    status: Status
    text: str  # Markdown source
    at: datetime
    promised_at: datetime | None
    corrected_at: datetime | None
    tell_again: bool
    deliver_notifications: bool
    told: tuple[Told, ...]
    reopens: bool = False  # the update before it said that it was over

    @property
    def changed_at(self) -> datetime:
        return max(self.at, self.corrected_at or self.at)


@dataclass(frozen=True, slots=True)
class Merged:
    """The end of an incident that goes on in another one. That one is named only where it stands on this page too."""

    at: datetime
    into: str  # public id, or empty
    title: str
    word: Update  # what JSON and feeds say last; nobody wrote it, and its id follows from the incident's


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as this page may tell it: the stage is the one published last (2-14, 4-05)."""

    pk: int
    id: str
    title: str
    severity: int
    started_at: datetime
    ended_at: datetime | None  # when it was resolved or merged; none while that is not published
    is_backfilled: bool
    updates: tuple[Update, ...]  # oldest first, at least one
    impacts: tuple[Impact, ...]
    merged: Merged | None = None
    report: Report | None = None  # its post-mortem
    report_promised_at: datetime | None = None  # until when customers were promised one that is not there yet
    withdrawn_at: datetime | None = None  # when something that was published of it was taken back last

    @property
    def said(self) -> tuple[Update, ...]:
        """The updates, and after them where it continues: a program knows no status for that."""
        return (*self.updates, self.merged.word) if self.merged else self.updates

    @property
    def last(self) -> Update:
        return self.updates[-1]

    @property
    def status(self) -> Status:
        return Status.RESOLVED if self.merged else self.last.status

    @property
    def is_open(self) -> bool:
        return self.status != Status.RESOLVED

    @property
    def is_reported(self) -> bool:
        """Its post-mortem is the last word: reopened since then, the incident is at its stage again."""
        return self.report is not None and not self.merged and not self.is_open and self.report.at >= self.last.at

    @property
    def promised_at(self) -> datetime | None:
        """The promise that stands; a resolved incident owes no update."""
        return self.last.promised_at if self.is_open else None

    def is_late(self, now: datetime) -> bool:
        return self.promised_at is not None and self.promised_at <= now

    def state(self, now: datetime) -> ComponentState:
        """The worst that it does to a component then."""
        return worst(each for each in self.impacts if each.holds(now))

    @property
    def worst(self) -> ComponentState:
        return worst(self.impacts)

    @property
    def published_at(self) -> datetime:
        """Backfilled incidents are dated by the event, not by the day somebody wrote them down."""
        return self.started_at if self.is_backfilled else self.updates[0].at

    @property
    def updated_at(self) -> datetime:
        """The last news. A correction is news only where its author wants it announced again."""
        news = [max(u.at, u.corrected_at) if u.tell_again and u.corrected_at else u.at for u in self.said]
        if self.is_backfilled:
            news = [self.ended_at or self.started_at]
        if self.report:
            news.append(self.report.news_at)
        if self.withdrawn_at:
            news.append(self.withdrawn_at)
        return max(*news, self.published_at)

    @property
    def changed_at(self) -> datetime:
        """The last change of what is said of it; no clock goes back when something is taken back."""
        moments = [update.changed_at for update in self.said]
        if self.report:
            moments.append(self.report.changed_at)
        if self.withdrawn_at:
            moments.append(self.withdrawn_at)
        return max(moments)


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whose permanent pages some incidents stand on."""

    incidents: frozenset[int] = frozenset()
    months: frozenset[Month] = frozenset()
    components: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.incidents)


@dataclass(frozen=True, slots=True)
class Loaded:
    """All of one kind of subject beside incidents, as a page may tell it. Frozen, like everything in a snapshot.

    ``turns`` are the moments at which time alone changes what documents say of them, those that passed included.
    """

    values: tuple[Any, ...] = ()
    touched: frozenset[int] = frozenset()  # primary keys of those whose permanent documents are to be written
    withdrawn: tuple[Any, ...] = ()  # of the touched ones, those that only say that they were withdrawn
    loses_text: frozenset[int] = frozenset()  # of these, what they said may not be read any more
    gone: frozenset[str] = frozenset()  # public ids of those whose permanent documents may no longer stand
    without: Mapping[str, frozenset[str]] = field(default_factory=dict)  # the same of other kinds that come with them
    components: frozenset[int] = frozenset()  # that touched ones name or ever named, where they show on the page
    turns: tuple[datetime, ...] = ()
    impacts: tuple[Impact, ...] = ()  # what they make of components, those over in the last 90 days included


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent read of one page. Rendering it makes no query and never looks at a clock."""

    now: datetime
    page: Page
    tree: Tree
    places: dict[int, str]  # names of locations, in their order
    incidents: tuple[Incident, ...]  # all that were loaded, newest first
    recent: tuple[Incident, ...]  # of these, what every snapshot of the same facts holds, whatever is touched
    pins: tuple[Impact, ...]
    months: tuple[Month, ...]  # all that have incidents, newest first
    first_at: datetime | None  # the beginning of the oldest incident there is
    touched: frozenset[int]  # incidents whose page is to be written
    touched_months: tuple[Month, ...]
    touched_components: frozenset[int]
    is_whole: bool  # every permanent page is to be looked at
    gone: Mapping[str, frozenset[str]]  # by kind, the ids of what may no longer stand
    taken_back: Concerned  # of what was restricted, withdrawn, corrected …
    others: Mapping[str, Loaded] = field(default_factory=dict)  # by kind, the subjects beside incidents
    changes: Changes = field(default_factory=lambda: Changes(datetime.max.replace(tzinfo=UTC)), compare=False)

    def __getitem__(self, pk: int) -> Component:
        return self.tree.components[pk]

    @property
    def open(self) -> list[Incident]:
        """Worst first, then newest."""
        return sorted((i for i in self.incidents if i.is_open), key=lambda i: i.state(self.now), reverse=True)

    def month(self, month: Month) -> list[Incident]:
        return [i for i in self.incidents if month_of(i.started_at, self.page.zone) == month]


def month_of(at: datetime, zone: ZoneInfo) -> Month:
    local = at.astimezone(zone)
    return local.year, local.month


def month_id(month: Month) -> str:
    """As addresses have it: 2026-11."""
    return f"{month[0]:04}-{month[1]:02}"
