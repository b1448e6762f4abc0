"""The component tree as rows to draw: worst first while something is wrong, groups folded when all is well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from incidents.choices import ComponentState
from statuspage.documents import bars, truncation, words
from statuspage.documents.bars import Bar
from statuspage.documents.state import State
from statuspage.documents.truncation import Fold
from statuspage.documents.words import Mark
from statuspage.snapshot import uptime
from statuspage.snapshot.values import Snapshot


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    name: str
    depth: int
    mark: Mark
    where: str  # the places in trouble
    bar: Bar
    uptime: str
    count: int  # leaves in a group; 0 for a component without parts
    is_open: bool
    troubled: tuple[Row, ...]
    calm: tuple[Row, ...]
    folds: tuple[Fold, ...]  # parts that a crowd leaves to the group's own page

    @property
    def unfolds(self) -> bool:
        return bool(self.troubled or self.calm)

    @property
    def to(self) -> str:
        return f"components/{self.id}/"


@dataclass(frozen=True, slots=True)
class Name:
    id: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Names:
    """Components of one state by name alone, for the page where a crowd can be found in full."""

    fold: Fold
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    rows: tuple[Row, ...]
    folds: tuple[Fold, ...] = ()
    names: tuple[Names, ...] = ()


def front(snapshot: Snapshot, state: State) -> Listing:
    """What stands on the front page: everything, or of a crowd what is in trouble and whole groups."""
    tree = snapshot.tree
    if not truncation.is_crowded(tree):
        return Listing(_rows(snapshot, state, tree.roots, drawn=None))
    drawn = truncation.drawn(tree, state.components, tree.roots, calm=True)
    rest = [pk for pk in tree.roots if pk not in drawn]
    folds = truncation.folds(tree, state.components, rest, beside=bool(drawn))
    return Listing(_rows(snapshot, state, [pk for pk in tree.roots if pk in drawn], drawn=drawn), folds)


def below(snapshot: Snapshot, state: State, roots: Sequence[int]) -> Listing:
    """The children of a component on its own page, or the roots on that of all: a crowd by name, none left out."""
    tree = snapshot.tree
    if not truncation.is_crowded(tree, roots):
        rows = _rows(snapshot, state, roots, drawn=None)
        troubled = tuple(row for row in rows if row.is_open)
        return Listing((*troubled, *(row for row in rows if not row.is_open)))
    drawn = truncation.drawn(tree, state.components, roots, calm=False)
    rest = sorted((pk for pk in roots if pk not in drawn), key=lambda pk: -state.components[pk].rank)
    names = []
    for _state, found in groupby(rest, key=lambda pk: state.components[pk]):
        pks = list(found)
        (fold, *_others) = truncation.folds(tree, state.components, pks, beside=False)
        names.append(Names(fold, tuple(Name(snapshot[pk].id, snapshot[pk].name, _count(snapshot, pk)) for pk in pks)))
    return Listing(_rows(snapshot, state, [pk for pk in roots if pk in drawn], drawn=drawn), names=tuple(names))


def _rows(snapshot: Snapshot, state: State, pks: Sequence[int], *, drawn: frozenset[int] | None) -> tuple[Row, ...]:
    worst_first = sorted(pks, key=lambda pk: -state.components[pk].rank)
    return tuple(_row(snapshot, state, pk, depth=0, drawn=drawn) for pk in worst_first)


def _row(snapshot: Snapshot, state: State, pk: int, *, depth: int, drawn: frozenset[int] | None) -> Row:
    component = snapshot[pk]
    ordered = sorted(component.children, key=lambda child: -state.components[child].rank)
    shown = [child for child in ordered if drawn is None or child in drawn]
    rows = [(child, _row(snapshot, state, child, depth=depth + 1, drawn=drawn)) for child in shown]
    is_group, is_troubled = bool(component.children), state.components[pk].is_troubled
    figure = state.uptime[pk]
    undrawn = [child for child in ordered if child not in drawn] if drawn is not None else []
    return Row(
        id=component.id,
        name=component.name,
        depth=depth,
        mark=words.mark(known(state, pk)),
        where=where(snapshot, state, pk),
        bar=bars.bar(component.name, state.days[pk], is_group=is_group),
        uptime=f"{uptime.percent(figure)}%" if figure is not None else "",
        count=_count(snapshot, pk),
        is_open=is_troubled,
        troubled=tuple(row for child, row in rows if state.components[child].is_troubled),
        calm=tuple(row for child, row in rows if not state.components[child].is_troubled),
        folds=truncation.folds(snapshot.tree, state.components, undrawn, beside=True) if rows else (),
    )


def _count(snapshot: Snapshot, pk: int) -> int:
    return sum(1 for _leaf in snapshot.tree.leaves(pk)) if snapshot[pk].children else 0


def known(state: State, pk: int) -> ComponentState:
    """Unknown is a component that is not in service yet."""
    now, today = state.components[pk], state.days[pk][-1].state
    return now if now.is_troubled or today != ComponentState.UNKNOWN else ComponentState.UNKNOWN


def where(snapshot: Snapshot, state: State, pk: int) -> str:
    """The places in which a component is in trouble; nothing for a group, or where it is in all of them."""
    if not state.components[pk].is_troubled or snapshot[pk].children:
        return ""
    running = [impact for up in snapshot.tree.above(pk) for impact in state.running.get(up, ())]
    if any(impact.location is None for impact in running):
        return ""
    here = {impact.location for impact in running}
    return words.listing([name for place, name in snapshot.places.items() if place in here])
