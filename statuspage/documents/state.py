"""How every component of a page is now and was in the last 90 days: the worst of its subtree (DESIGN section 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from incidents.choices import ComponentState
from statuspage.documents.document import RenderError, rendering
from statuspage.snapshot import uptime, windows
from statuspage.snapshot.uptime import Day, Span
from statuspage.snapshot.values import Impact, Snapshot, Tree, worst


@dataclass(frozen=True, slots=True)
class State:
    components: dict[int, ComponentState]
    running: dict[int, tuple[Impact, ...]]  # what holds now, by the component that it was put on
    days: dict[int, tuple[Day, ...]]
    uptime: dict[int, float | None]
    agreed: dict[int, float | None]  # the same without what failed in announced windows; of those that had some

    @property
    def worst(self) -> ComponentState:
        return max(self.components.values(), default=ComponentState.OPERATIONAL)


def current_state(snapshot: Snapshot) -> State | RenderError:
    """Worked out once for all documents; where it cannot be, the error, which each then has that needs it."""
    try:
        with rendering("The state of the page"):
            return derive(snapshot)
    except RenderError as error:
        return error


def known(now: State | RenderError) -> State:
    if isinstance(now, RenderError):
        raise now
    return now


def derive(snapshot: Snapshot) -> State:
    tree, now, spans = snapshot.tree, snapshot.now, by_component(impacts(snapshot))
    bounds = uptime.calendar(now, snapshot.page.zone)
    running = {pk: tuple(each for each in found if each.holds(now)) for pk, found in spans.items()}
    states: dict[int, ComponentState] = {}
    days: dict[int, tuple[Day, ...]] = {}
    figures: dict[int, float | None] = {}
    agreed = by_component(windows.of(snapshot).agreed)
    without: dict[int, float | None] = {}
    same: dict[tuple, tuple[tuple[Day, ...], float | None]] = {}  # most leaves have had the same days: calm ones
    for leaf in tree.all_leaves():
        above = [impact for pk in tree.above(leaf) for impact in spans.get(pk, ())]
        states[leaf] = worst(each for each in above if each.holds(now))
        since = tree.components[leaf].introduced_on
        passed = tuple(Span(each.state, each.started_at, each.ended_at) for each in above)
        if (passed, since) not in same:
            counted = uptime.days(passed, bounds, since=since, now=now)
            same[passed, since] = counted, uptime.figure(counted)
        days[leaf], figures[leaf] = same[passed, since]
        if ran := [window for pk in tree.above(leaf) for window in agreed.get(pk, ())]:
            left = uptime.days(tuple(_outside(above, ran)), bounds, since=since, now=now)
            without[leaf] = uptime.figure(left)
    for pk in reversed(tree.components):  # from the bottom to the top
        if children := tree.components[pk].children:
            states[pk] = max(states[child] for child in children)
            days[pk] = uptime.together(days[child] for child in children)
            leaves = list(tree.leaves(pk))
            figures[pk] = uptime.mean(figures[leaf] for leaf in leaves)
            if any(leaf in without for leaf in leaves):
                without[pk] = uptime.mean(without.get(leaf, figures[leaf]) for leaf in leaves)
    return State(states, {pk: found for pk, found in running.items() if found}, days, figures, without)


def _outside(impacts: Iterable[Impact], agreed: list[Impact]) -> Iterator[Span]:
    """Each without the time in which a window ran in its place: what failed in other places was not agreed on."""
    for each in impacts:
        if each.state not in uptime.TENTHS:
            continue  # it loses no time
        there = [Span(a.state, a.started_at, a.ended_at) for a in agreed if a.location in (None, each.location)]
        yield from uptime.outside(Span(each.state, each.started_at, each.ended_at), there)


def impacts(snapshot: Snapshot) -> list[Impact]:
    """Everything that colours this page: impacts of the incidents that stand on it, pins, and what other kinds of
    subjects do. Nothing else counts."""
    subjects = (*snapshot.recent, *snapshot.others.values())
    return [impact for each in subjects for impact in each.impacts] + list(snapshot.pins)


def by_component(found: Iterable[Impact]) -> dict[int, list[Impact]]:
    spans: dict[int, list[Impact]] = defaultdict(list)
    for impact in found:
        spans[impact.component].append(impact)
    return spans


def state_at(tree: Tree, spans: Mapping[int, Sequence[Impact]], pk: int, at: datetime) -> ComponentState:
    """What a component was at a moment of the last 90 days, by all that held then, above it and below it."""
    return worst(each for near in tree.around(pk) for each in spans.get(near, ()) if each.holds(at))
