"""The component tree as rows to draw: worst first while something is wrong, groups folded when all is well."""

from __future__ import annotations

from dataclasses import dataclass

from incidents.choices import Level
from statuspage import uptime
from statuspage.documents import bars, words
from statuspage.documents.bars import Bar
from statuspage.documents.state import State
from statuspage.documents.words import Mark
from statuspage.facts import Snapshot

CROWD = 150  # components, from which on a row that is well inside a group is drawn without its days


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    name: str
    depth: int
    mark: Mark
    where: str  # the places in trouble
    bar: Bar | None
    uptime: str
    count: int  # components in a group
    is_open: bool
    troubled: tuple[Row, ...]
    calm: tuple[Row, ...]

    @property
    def is_group(self) -> bool:
        return bool(self.troubled or self.calm)


def rows(snapshot: Snapshot, state: State) -> list[Row]:
    crowded = sum(1 for _ in snapshot.tree.all_leaves()) >= CROWD
    drawn = [_row(snapshot, state, pk, depth=0, crowded=crowded) for pk in snapshot.tree.roots]
    order = {pk: -state.level[pk] for pk in snapshot.tree.roots}
    return [row for _level, row in sorted(zip(order.values(), drawn, strict=True), key=lambda pair: pair[0])]


def one(snapshot: Snapshot, state: State, pk: int) -> Row:
    """A component with all below it, as it stands on its own page."""
    return _row(snapshot, state, pk, depth=0, crowded=False)


def _row(snapshot: Snapshot, state: State, pk: int, *, depth: int, crowded: bool) -> Row:
    component, level = snapshot[pk], state.level[pk]
    ordered = sorted(component.children, key=lambda child: -state.level[child])
    below = [(child, _row(snapshot, state, child, depth=depth + 1, crowded=crowded)) for child in ordered]
    is_group, in_trouble = bool(below), level > Level.OPERATIONAL
    figure = state.uptime[pk]
    draws = is_group or in_trouble or not crowded or depth == 0
    return Row(
        id=component.id,
        name=component.name,
        depth=depth,
        mark=words.mark(_known(state, pk)),
        where=_where(snapshot, state, pk) if in_trouble and not is_group else "",
        bar=bars.bar(component.name, state.days[pk], is_group=is_group) if draws else None,
        uptime=f"{uptime.percent(figure)}%" if figure is not None else "",
        count=sum(1 for _ in snapshot.tree.leaves(pk)),
        is_open=in_trouble,
        troubled=tuple(row for child, row in below if state.level[child] > Level.OPERATIONAL),
        calm=tuple(row for child, row in below if state.level[child] == Level.OPERATIONAL),
    )


def _known(state: State, pk: int) -> Level | None:
    """Unknown is a component that is not in service yet."""
    return state.level[pk] if state.level[pk] or state.days[pk][-1].level is not None else None


def _where(snapshot: Snapshot, state: State, pk: int) -> str:
    running = [impact for up in snapshot.tree.above(pk) for impact in state.running.get(up, ())]
    if any(impact.location is None for impact in running):
        return ""
    here = {impact.location for impact in running}
    return words.listing([name for place, name in snapshot.places.items() if place in here])
