"""A component on its own page: how it is, and its ninety days as a table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from incidents.choices import ComponentState
from statuspage.documents import badges, bars, grid, times, tree, words
from statuspage.documents.bars import Bar
from statuspage.documents.grid import Grid
from statuspage.documents.state import State
from statuspage.documents.tree import Listing
from statuspage.documents.words import Mark
from statuspage.snapshot import uptime
from statuspage.snapshot.uptime import Day
from statuspage.snapshot.values import Component, Incident, Snapshot


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: a day, or a run of days that were all well or all unknown."""

    when: str
    iso: str
    count: int
    mark: Mark
    uptime: str
    incidents: tuple[Incident, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    id: str
    name: str
    description: str
    above: tuple[Component, ...]  # from the top
    mark: Mark
    where: str
    uptime: str
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
    return Whole(
        id=component.id,
        name=component.name,
        description=component.description,
        above=tuple(snapshot[up] for up in reversed(above)),
        mark=words.mark(known),
        where=tree.where(snapshot, state, pk),
        uptime=f"{uptime.percent(figure)}%" if figure is not None else "",
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
    leaves = [state.days[leaf] for leaf in snapshot.tree.leaves(pk)]
    lines: list[Line] = []
    run: list[int] = []

    def flush() -> None:
        if run:
            first, last = days[run[-1]], days[run[0]]
            figure = uptime.mean(leaf[at].uptime for leaf in leaves for at in run)
            when = times.days_between(first.date, last.date) if len(run) > 1 else times.short_day(first.date)
            lines.append(
                Line(
                    when, first.date.isoformat(), len(run), words.mark(first.state), _percent(figure), happened[run[0]]
                )
            )
            run.clear()

    for at in range(len(days) - 1, -1, -1):
        day = days[at]
        is_quiet = (
            day.state in (ComponentState.OPERATIONAL, ComponentState.UNKNOWN) and not happened[at] and day is not today
        )
        if run and not (
            is_quiet and days[run[-1]].state == day.state and not happened[run[-1]] and days[run[-1]] is not today
        ):
            flush()
        run.append(at)
    flush()
    return lines


def _percent(figure: float | None) -> str:
    return f"{uptime.percent(figure)}%" if figure is not None else ""


def _incidents_by_day(snapshot: Snapshot, pk: int, days: tuple[Day, ...]) -> list[tuple[Incident, ...]]:
    concerned = {*snapshot.tree.above(pk), *snapshot.tree.below(pk)}
    bounds = uptime.calendar(snapshot.now, snapshot.page.zone, len(days))
    found: list[list[Incident]] = [[] for _day in days]
    for incident in snapshot.recent:
        spans = [impact for impact in incident.impacts if impact.component in concerned]
        for at, day in enumerate(bounds):
            if any(i.started_at < day.end and (i.ended_at or snapshot.now) >= day.start for i in spans):
                found[at].append(incident)
    return [tuple(incidents) for incidents in found]
