"""A component on its own page: how it is, and its ninety days as a table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from incidents.choices import ComponentState
from statuspage.documents import badges, bars, grid, times, tree, window_view, words
from statuspage.documents.bars import Bar
from statuspage.documents.grid import Grid
from statuspage.documents.state import State
from statuspage.documents.tree import Listing
from statuspage.documents.words import Mark
from statuspage.snapshot import uptime, windows
from statuspage.snapshot.uptime import Day
from statuspage.snapshot.values import Component, Incident, Snapshot
from statuspage.snapshot.window import Brief
from statuspage.snapshot.windows import OF_A_DAY


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: a day, or a run of days that were all well or all unknown."""

    when: str
    iso: str
    count: int
    mark: Mark
    uptime: str
    incidents: tuple[Incident, ...]
    windows: tuple[Brief, ...]
    more: int  # windows that are not named here


@dataclass(frozen=True, slots=True)
class Whole:
    id: str
    name: str
    description: str
    above: tuple[Component, ...]  # from the top
    mark: Mark
    where: str
    uptime: str
    agreed: str  # the same without what failed in announced windows; empty where none ran
    maintenance: tuple[window_view.Line, ...]  # running and to come, the next ones
    more: int  # that its calendar has
    bar: Bar
    first_day: str
    grid: Grid | None
    listing: Listing
    badge: SafeString
    address: str  # of this page, whole
    lines: tuple[Line, ...]


def whole(snapshot: Snapshot, state: State, pk: int) -> Whole:
    component, figure, known = snapshot[pk], state.uptime[pk], tree.known(state, pk)
    above = list(snapshot.tree.above(component.parent))
    ahead, more = windows.of(snapshot).ahead_on(snapshot.tree.around(pk))
    return Whole(
        id=component.id,
        name=component.name,
        description=component.description,
        above=tuple(snapshot[up] for up in reversed(above)),
        mark=words.mark(known),
        where=tree.where(snapshot, state, pk),
        uptime=_percent(figure),
        agreed=_percent(state.agreed.get(pk)),
        maintenance=window_view.lines(snapshot, ahead),
        more=more,
        bar=bars.bar(component.name, state.days[pk], is_group=bool(component.children)),
        first_day=times.bare_day(state.days[pk][0].date),
        grid=grid.of_component(snapshot, state, pk),
        listing=tree.below(snapshot, state, component.children),
        badge=mark_safe(badges.draw(component.name, badges.word(known), badges.COLOR[known]).decode()),
        address=f"{snapshot.page.url}components/{component.id}/",
        lines=tuple(_lines(snapshot, state, pk)),
    )


def _lines(snapshot: Snapshot, state: State, pk: int) -> list[Line]:
    """Newest first. A quiet run is one row: ninety equal rows would hide the few that matter."""
    days = state.days[pk]
    today = days[-1]
    happened = _incidents_by_day(snapshot, pk, days)
    worked = _windows_by_day(snapshot, pk, days)
    leaves = [state.days[leaf] for leaf in snapshot.tree.leaves(pk)]
    lines: list[Line] = []
    run: list[int] = []

    def flush() -> None:
        if run:
            first, last = days[run[-1]], days[run[0]]
            figure = uptime.mean(leaf[at].uptime for leaf in leaves for at in run)
            when = times.days_between(first.date, last.date) if len(run) > 1 else times.short_day(first.date)
            iso, mark, at = first.date.isoformat(), words.mark(first.state), run[0]
            shown, more = worked[at][:OF_A_DAY], len(worked[at][OF_A_DAY:])
            lines.append(Line(when, iso, len(run), mark, _percent(figure), happened[at], shown, more))
            run.clear()

    for at in range(len(days) - 1, -1, -1):
        day = days[at]
        is_well = day.state in (ComponentState.OPERATIONAL, ComponentState.UNKNOWN)
        is_quiet = is_well and not happened[at] and not worked[at] and day is not today
        before = run[-1] if run else at
        goes_on = days[before].state == day.state and not happened[before] and not worked[before]
        if run and not (is_quiet and goes_on and days[before] is not today):
            flush()
        run.append(at)
    flush()
    return lines


def _percent(figure: float | None) -> str:
    return f"{uptime.percent(figure)}%" if figure is not None else ""


def _incidents_by_day(snapshot: Snapshot, pk: int, days: tuple[Day, ...]) -> list[tuple[Incident, ...]]:
    concerned = snapshot.tree.around(pk)
    bounds = uptime.calendar(snapshot.now, snapshot.page.zone, len(days))
    found: list[list[Incident]] = [[] for _day in days]
    for incident in snapshot.recent:
        spans = [impact for impact in incident.impacts if impact.component in concerned]
        for at, day in enumerate(bounds):
            if any(i.started_at < day.end and (i.ended_at or snapshot.now) >= day.start for i in spans):
                found[at].append(incident)
    return [tuple(incidents) for incidents in found]


def _windows_by_day(snapshot: Snapshot, pk: int, days: tuple[Day, ...]) -> list[tuple[Brief, ...]]:
    """On the days on which they really ran."""
    bounds = uptime.calendar(snapshot.now, snapshot.page.zone, len(days))
    found = windows.of(snapshot).on(snapshot.tree.around(pk))
    ran = [(each.started_at, each.ended_at or snapshot.now, each) for each in found if each.started_at]
    return [
        tuple(window for start, end, window in ran if start and start < day.end and end >= day.start) for day in bounds
    ]
