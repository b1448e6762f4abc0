"""A maintenance window as its templates need it: a line of a list, and on its own page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from incidents import markdown, moments
from incidents.maintenance.choices import UpdateKind
from statuspage.documents import times, window_words
from statuspage.documents.document import rendering
from statuspage.documents.times import Moment
from statuspage.documents.words import Mark
from statuspage.snapshot import windows
from statuspage.snapshot.values import Snapshot
from statuspage.snapshot.window import Window, WindowUpdate

NEXT = 5  # windows on the front page; the calendar has the others
MOST_PLACES = 8  # whose own time the page of a window gives


@dataclass(frozen=True, slots=True)
class Line:
    """A window in a list."""

    id: str
    title: str
    mark: Mark
    is_running: bool
    is_over: bool
    is_awaited: bool  # to begin, since its start
    day: Moment  # that it begins on
    hours: str  # 00:00 to 02:00 UTC, as announced or, in the end, as it was
    begins: Moment
    began: Moment
    until: Moment
    overruns: bool
    expected: tuple[tuple[Mark, str], ...]
    notice: str
    outcome: str
    is_longer: bool
    moved: str  # the times that it had before


@dataclass(frozen=True, slots=True)
class Strip:
    """Maintenance on the front page: what runs, what comes, and else what was last."""

    running: tuple[Line, ...]
    coming: tuple[Line, ...]
    more: int
    last: Line | None

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*self.running, *self.coming)


def line(snapshot: Snapshot, window: Window) -> Line:
    with rendering(f"maintenance {window.id}"):
        return _line(snapshot, window)


def _line(snapshot: Snapshot, window: Window) -> Line:
    zone = snapshot.page.zone
    start, end = window.started_at or window.starts_at, window.ended_at or window.ends_at
    earlier = window.earlier_times[-1:] if window.is_ahead else ()
    return Line(
        id=window.id,
        title=window.title,
        mark=window_words.mark(window, snapshot.now),
        is_running=window.is_running,
        is_over=not window.is_ahead,
        is_awaited=window.is_awaited(snapshot.now),
        day=Moment(times.iso(start), times.day(start, zone, to=snapshot.now)),
        hours=times.stretch(start, end, zone),
        begins=times.day_and_hour(window.starts_at, zone, to=snapshot.now),
        began=times.near(start, end, zone),
        until=times.near(window.ends_at, snapshot.now, zone),
        overruns=window.overruns(snapshot.now),
        expected=tuple(window_words.expected(snapshot, window)),
        notice=window_words.notice(window),
        outcome=window_words.outcome(window),
        is_longer=window_words.is_longer(window),
        moved=next((times.span(*each, zone, to=snapshot.now) for each in earlier), ""),
    )


def strip(snapshot: Snapshot) -> Strip | None:
    """None where the page never had maintenance."""
    found = windows.of(snapshot)
    if not found.recent:
        return None
    last = [] if found.running or found.scheduled else found.last
    return Strip(
        running=lines(snapshot, found.running),
        coming=lines(snapshot, found.soonest[:NEXT]),
        more=max(len(found.scheduled) - NEXT, 0),
        last=next(iter(lines(snapshot, last)), None),
    )


def past(snapshot: Snapshot) -> tuple[Line, ...]:
    """The last ones of as many days as the front page goes back; without what never began."""
    since = snapshot.now - timedelta(days=snapshot.page.past_days)
    return lines(snapshot, windows.of(snapshot).ran_since(since))


def lines(snapshot: Snapshot, found: Iterable[Window]) -> tuple[Line, ...]:
    return tuple(line(snapshot, each) for each in found)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened to it, on its own page."""

    id: str
    mark: str  # slug of its shape; empty for a tick
    runs: bool  # from then on it ran
    at: Moment
    stage: str
    sentence: str
    old: str  # times that do not hold any more
    new: str
    text: SafeString


@dataclass(frozen=True, slots=True)
class Local:
    """The times where it takes place."""

    place: str
    when: str
    quiet: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A window on its own page, for good."""

    id: str
    title: str
    kind: str
    mark: Mark
    line: Line
    when: str
    lasts: str
    begins: Moment
    ends: Moment
    earlier: tuple[str, ...]
    advice: SafeString
    text: SafeString
    local: tuple[Local, ...]
    announced: Moment
    actual: str
    updates: tuple[Told, ...]
    has_begun: bool
    is_cancelled: bool


def whole(snapshot: Snapshot, window: Window) -> Whole:
    zone = snapshot.page.zone
    return Whole(
        id=window.id,
        title=window.title,
        kind=str(window.kind.label),
        mark=window_words.mark(window, snapshot.now),
        line=_line(snapshot, window),
        when=times.span(window.starts_at, window.ends_at, zone, year=True),
        lasts=moments.lasting(window.ends_at - window.starts_at),
        begins=times.day_and_hour(window.starts_at, zone, to=window.announced_at),
        ends=times.near(window.ends_at, window.starts_at, zone),
        earlier=tuple(times.span(*each, zone, year=True) for each in window.earlier_times),
        advice=markdown.render(window.advice),
        text=markdown.render(window.body),
        local=tuple(_local(snapshot, window)),
        announced=times.day_and_hour(window.announced_at, zone, year=True),
        actual=_actual(window, snapshot),
        updates=tuple(_told(snapshot, window)),
        has_begun=window.started_at is not None,
        is_cancelled=window.is_cancelled,
    )


def _actual(window: Window, snapshot: Snapshot) -> str:
    """How it really went, beside what was announced."""
    zone = snapshot.page.zone
    if window.started_at is None:
        return ""
    if window.ended_at is None:
        return _("Began %(time)s.") % {"time": times.day_and_hour(window.started_at, zone, to=window.announced_at)}
    return _("%(times)s.") % {"times": times.span(window.started_at, window.ended_at, zone, to=window.announced_at)}


def _told(snapshot: Snapshot, window: Window) -> Iterator[Told]:
    zone, before = snapshot.page.zone, window.announced_at
    ran = False
    for update in window.updates:
        ran = (ran or update.kind == UpdateKind.BEGUN) and update.kind not in (UpdateKind.ENDED, UpdateKind.CANCELLED)
        old, new = _moved(update, zone)
        is_first = update is window.updates[0]
        yield Told(
            id=update.id,
            mark="maint" if update.kind == UpdateKind.BEGUN else "",
            runs=ran,
            at=times.day_and_hour(update.at, zone) if is_first else times.near(update.at, before, zone),
            stage=str(update.kind.label),
            sentence="" if old else window_words.sentence(snapshot, window, update),
            old=old,
            new=new,
            text=markdown.render(update.text),
        )
        before = update.at


def _moved(update: WindowUpdate, zone: ZoneInfo) -> tuple[str, str]:
    """Old and new times in full, or ends."""
    if update.kind == UpdateKind.MOVED and update.old_starts_at and update.old_ends_at:
        old, new = (update.old_starts_at, update.old_ends_at), (update.starts_at, update.ends_at)
        return times.span(*old, zone, to=update.at), times.span(*new, zone, to=update.at)
    if update.kind == UpdateKind.EXTENDED and update.old_ends_at:
        return str(times.near(update.old_ends_at, update.starts_at, zone)), str(
            times.near(update.ends_at, update.starts_at, zone)
        )
    return "", ""


def _local(snapshot: Snapshot, window: Window) -> Iterator[Local]:
    """In the order of locations, where something is affected; none where everything is, everywhere."""
    named = {hit.location for hit in window.affects}
    here = [place for place in windows.of(snapshot).places if place.pk in named]
    for place in here[:MOST_PLACES]:
        when = times.span(window.starts_at, window.ends_at, place.zone, to=window.announced_at)
        yield Local(place.name, when, window_words.quiet(place, window))
