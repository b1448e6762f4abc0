"""How every component of a page is now and was in the last 90 days: the worst of its subtree (DESIGN section 3)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from incidents.choices import ComponentState
from statuspage.documents.document import RenderError, rendering
from statuspage.snapshot import uptime
from statuspage.snapshot.uptime import Day, Span
from statuspage.snapshot.values import Impact, Snapshot, worst


@dataclass(frozen=True, slots=True)
class State:
    components: dict[int, ComponentState]
    running: dict[int, tuple[Impact, ...]]  # what holds now, by the component that it was put on
    days: dict[int, tuple[Day, ...]]
    uptime: dict[int, float | None]

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
    tree, now = snapshot.tree, snapshot.now
    spans: dict[int, list[Impact]] = defaultdict(list)
    for impact in impacts(snapshot):
        spans[impact.component].append(impact)

    bounds = uptime.calendar(now, snapshot.page.zone)
    running = {pk: tuple(each for each in found if each.holds(now)) for pk, found in spans.items()}
    states: dict[int, ComponentState] = {}
    days: dict[int, tuple[Day, ...]] = {}
    figures: dict[int, float | None] = {}
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
    for pk in reversed(tree.components):  # from the bottom to the top
        if children := tree.components[pk].children:
            states[pk] = max(states[child] for child in children)
            days[pk] = uptime.together(days[child] for child in children)
            figures[pk] = uptime.mean(figures[leaf] for leaf in tree.leaves(pk))
    return State(states, {pk: found for pk, found in running.items() if found}, days, figures)


def impacts(snapshot: Snapshot) -> list[Impact]:
    """Everything that colours this page: impacts of the incidents that stand on it, pins, and what other kinds of
    subjects do. Nothing else counts."""
    subjects = (*snapshot.recent, *snapshot.others.values())
    return [impact for each in subjects for impact in each.impacts] + list(snapshot.pins)
