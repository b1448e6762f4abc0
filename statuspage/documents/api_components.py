"""Components as readers of a Statuspage expect them: their words for states, groups and positions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from incidents.choices import ComponentState
from statuspage.documents import changed
from statuspage.documents.state import State, impacts
from statuspage.documents.times import stamp
from statuspage.snapshot.values import Snapshot

COMPONENT = {
    ComponentState.OPERATIONAL: "operational",
    ComponentState.DEGRADED: "degraded_performance",
    ComponentState.PARTIAL: "partial_outage",
    ComponentState.MAJOR: "major_outage",
    ComponentState.MAINTENANCE: "under_maintenance",
    ComponentState.UNKNOWN: "operational",  # they have no word for it; a component that is not in service yet
}
Json = dict[str, object]


def components_of(snapshot: Snapshot, state: State) -> dict[int, Json]:
    """By page order. Positions count from one: roots among roots, the rest within its group."""
    turned: dict[int, list[datetime]] = defaultdict(list)
    for impact in impacts(snapshot):
        for pk in {*snapshot.tree.above(impact.component), *snapshot.tree.below(impact.component)}:
            turned[pk] += past((impact.started_at, impact.ended_at), snapshot.now)
    bodies = {}
    for number, root in enumerate(snapshot.tree.roots, 1):
        for place, pk in enumerate(snapshot.tree.below(root)):
            bodies[pk] = _component(snapshot, state, pk, position=place or number, turned=turned[pk])
    return bodies


def _component(snapshot: Snapshot, state: State, pk: int, *, position: int, turned: list[datetime]) -> Json:
    """A top-level component with children is a group, and all below it are listed under it, at whatever depth."""
    component = snapshot[pk]
    *_below, top = snapshot.tree.above(pk)
    is_group = component.parent is None and bool(component.children)
    body = {
        "id": component.id,
        "name": _name(snapshot, pk),
        "status": COMPONENT[state.components[pk]],
        "created_at": stamp(component.created_at),
        "updated_at": stamp(changed.component(snapshot, component, turned, state.components[pk], position)),
        "position": position,
        "description": component.description or None,
        "showcase": not is_group,
        "start_date": None if is_group else component.introduced_on.isoformat(),
        "group_id": None if component.parent is None else snapshot[top].id,
        "page_id": snapshot.page.id,
        "group": is_group,
        "only_show_if_degraded": False,
    }
    if is_group:
        body["components"] = [snapshot[below].id for below in snapshot.tree.below(pk) if below != pk]
    return body


def past(moments: Iterable[datetime | None], now: datetime) -> list[datetime]:
    return [at for at in moments if at is not None and at <= now]


def _name(snapshot: Snapshot, pk: int) -> str:
    """Its name, with those of what stands between it and its group."""
    *between, top = (snapshot[up].name for up in snapshot.tree.above(pk))
    return " - ".join(reversed(between)) or top
