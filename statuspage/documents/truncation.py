"""Which rows a page draws that has more components than anybody reads: those in trouble, and whole groups.

The rest is a number that leads to where it stands. What is drawn is bounded in bytes, so that a page of 500 components
weighs what one of 40 does (DESIGN section 8), also when all of them are down and their names are long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _, ngettext

from incidents.choices import ComponentState
from statuspage.documents import words
from statuspage.documents.words import Mark
from statuspage.snapshot.values import Component, Tree

CROWD = 45  # leaves; with more of them a page draws only the rows that are chosen here
ROOM = 22_000  # bytes of HTML for them
ROW, UNFOLDED = 620, 1_200  # a row's, with its days and without its name; a group's that shows some of its parts
States = dict[int, ComponentState]


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows of one state that are not drawn, as a number."""

    mark: Mark
    text: str


def is_crowded(tree: Tree, roots: Sequence[int] | None = None) -> bool:
    return sum(1 for root in (tree.roots if roots is None else roots) for _leaf in tree.leaves(root)) > CROWD


def drawn(tree: Tree, states: States, roots: Sequence[int], *, calm: bool) -> frozenset[int]:
    """As many as there is room for: troubled roots, their troubled leaves in turn, each with what stands above it;
    then with ``calm`` the groups that are well, and the leaves, if all of either fit."""
    found: set[int] = set()
    left = ROOM

    def fits(pks: Iterable[int]) -> bool:
        nonlocal left
        new = [pk for pk in pks if pk not in found]
        cost = sum(_cost(tree.components[pk], states[pk]) for pk in new)
        if cost > left:
            return False
        found.update(new)
        left -= cost
        return True

    worst_first = sorted((pk for pk in roots if states[pk].is_troubled), key=lambda pk: -states[pk].rank)
    if all(fits([pk]) for pk in worst_first):
        lines = [_troubled(tree, states, root) for root in worst_first]
        in_turn = sorted(
            ((-states[line[0]].rank, turn, at, line) for at, found_in in enumerate(lines) for turn, line in found_in)
        )
        all(fits(line) for *_order, line in in_turn)
    if calm:
        well = [pk for pk in roots if not states[pk].is_troubled]
        fits(pk for pk in well if tree.components[pk].children)
        fits(pk for pk in well if not tree.components[pk].children)
    return frozenset(found)


def _cost(component: Component, state: ComponentState) -> int:
    """The name stands in the row, and its beginning in the sentence of its days."""
    names = escape(component.name + component.name[:40])
    return (UNFOLDED if component.children and state.is_troubled else ROW) + len(names.encode())


def _troubled(tree: Tree, states: States, root: int) -> list[tuple[int, list[int]]]:
    """The troubled leaves of a root, worst first and numbered, each with the way up to it."""
    troubled = (leaf for leaf in tree.leaves(root) if states[leaf].is_troubled)
    leaves = sorted(troubled, key=lambda leaf: -states[leaf].rank)
    lines = []
    for turn, leaf in enumerate(leaves):
        way = list(tree.above(leaf))
        lines.append((turn, way[: way.index(root) + 1]))
    return lines


def folds(tree: Tree, states: States, undrawn: Iterable[int], *, beside: bool) -> tuple[Fold, ...]:
    """Worst first: "30 more: major outage", "46 operational". ``beside``: some stand above, so that it is "more"."""
    counted = Counter(states[leaf] for pk in undrawn for leaf in tree.leaves(pk))
    return tuple(
        Fold(words.mark(each), _text(each, counted[each], beside=beside)) for each in sorted(counted, reverse=True)
    )


def _text(state: ComponentState, count: int, *, beside: bool) -> str:
    if state == ComponentState.OPERATIONAL:
        return ngettext("%(n)d operational", "%(n)d operational", count) % {"n": count}
    text = _("%(n)d more: %(state)s") if beside else _("%(n)d: %(state)s")
    return text % {"n": count, "state": words.mark(state).word.lower()}
