"""Component × place, as it is now: drawn only while something is wrong in one place and not in another.

The catalogue does not know which component runs where; what is published of places does. Rows are what is affected, and
one for the parts beside it that are well; columns are all places, or the worst of them and "elsewhere".
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _, ngettext

from incidents.choices import ComponentState
from statuspage.documents import tree, words
from statuspage.documents.state import State
from statuspage.documents.words import Mark
from statuspage.snapshot.values import Impact, Snapshot, worst

MOST_PLACES, MOST_ROWS = 8, 8
NARROW = 4  # columns that have room for words on a phone


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    id: str  # of the component's page; empty for those beside it
    marks: tuple[Mark, ...]  # one for each column


@dataclass(frozen=True, slots=True)
class Grid:
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    more: int  # affected components without a line
    is_wide: bool
    key: tuple[Mark, ...]  # of a wide one, whose cells have no room for words


def of_page(snapshot: Snapshot, state: State) -> Grid | None:
    """Of everything that is affected now, group by group, worst first."""
    top = {pk: [*snapshot.tree.above(pk)][-1] for pk in state.running}
    place = {pk: at for at, pk in enumerate(snapshot.tree.components)}
    rank = {pk: -found.rank for pk, found in state.components.items()}
    hit = sorted(state.running, key=lambda pk: (rank[top[pk]], place[top[pk]], rank[pk], place[pk]))
    return _grid(snapshot, state, hit, beside=True)


def of_component(snapshot: Snapshot, state: State, pk: int) -> Grid | None:
    """Of a component and of what is affected below it."""
    if not state.components[pk].is_troubled:
        return None
    below = [each for each in snapshot.tree.below(pk) if each != pk and each in state.running]
    return _grid(snapshot, state, [pk, *sorted(below, key=lambda each: -state.components[each].rank)], beside=False)


def _grid(snapshot: Snapshot, state: State, hit: list[int], *, beside: bool) -> Grid | None:
    lines = {pk: _near(snapshot, state, pk) for pk in hit}
    places = {impact.location for near in lines.values() for impact in near} - {None}
    if not places or len(snapshot.places) < 2:
        return None
    shown = hit[:MOST_ROWS]
    columns = _columns(snapshot, [impact for pk in shown for impact in lines[pk]])
    drawn = []
    for at, pk in enumerate(shown):
        marks = tuple(words.mark(_worst(lines[pk], column)) for column in columns.values())
        drawn.append(Line(words.name_on_page(snapshot.tree, pk), snapshot[pk].id, marks))
        parent = snapshot[pk].parent
        if beside and all(snapshot[after].parent != parent for after in shown[at + 1 :]):
            drawn += _beside(snapshot, state, parent, len(columns))
    is_wide = len(columns) > NARROW
    seen = {ComponentState.OPERATIONAL, *(impact.state for pk in shown for impact in lines[pk])} if is_wide else ()
    key = tuple(words.mark(each) for each in sorted(seen))
    return Grid(tuple(columns), tuple(drawn), len(hit) - len(shown), is_wide, key)


def _near(snapshot: Snapshot, state: State, pk: int) -> list[Impact]:
    """What colours the component: put on it, above it or below it."""
    near = (*snapshot.tree.above(pk), *(each for each in snapshot.tree.below(pk) if each != pk))
    return [impact for each in near for impact in state.running.get(each, ())]


def _columns(snapshot: Snapshot, impacts: list[Impact]) -> dict[str, set[int]]:
    """Name → the places it stands for, in the page's order."""
    places = snapshot.places
    if len(places) <= MOST_PLACES:
        return {name: {place} for place, name in places.items()}
    first = sorted(places, key=lambda place: _own(impacts, place), reverse=True)[: MOST_PLACES - 1]
    columns = {name: {place} for place, name in places.items() if place in first}
    rest = set(places) - set(first)
    return columns | {ngettext("%(n)d other", "%(n)d others", len(rest)) % {"n": len(rest)}: rest}


def _own(impacts: list[Impact], place: int) -> ComponentState:
    return worst(impact for impact in impacts if impact.location == place)


def _worst(impacts: list[Impact], places: set[int]) -> ComponentState:
    return worst(impact for impact in impacts if impact.location is None or impact.location in places)


def _beside(snapshot: Snapshot, state: State, parent: int | None, columns: int) -> list[Line]:
    """The parts of the same group that are well, as one line: they are what the trouble stands out from."""
    parts = snapshot[parent].children if parent is not None else snapshot.tree.roots
    leaves = (leaf for pk in parts if not state.components[pk].is_troubled for leaf in snapshot.tree.leaves(pk))
    well = sum(tree.known(state, leaf) == ComponentState.OPERATIONAL for leaf in leaves)
    if not well:
        return []
    if parent is not None:
        name = _("%(n)d more in %(group)s") % {"n": well, "group": snapshot[parent].name}
    else:
        name = ngettext("%(n)d more component", "%(n)d more components", well) % {"n": well}
    return [Line(name, "", (words.mark(ComponentState.OPERATIONAL),) * columns)]
