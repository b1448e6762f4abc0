"""The catalogue as a tree: in which order, how deep, and what lies below. One query, whatever the size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from incidents.models import Component


@dataclass(frozen=True)
class Place:
    """Where a component stands when the whole tree is read from top to bottom."""

    index: int
    depth: int
    parent: str


class Tree:
    """Every component: ``rows`` by primary key from top to bottom, parents first, siblings by position and name.

    Two components below each other, which no form allows, stand nowhere in it.
    """

    def __init__(self) -> None:
        self._children: dict[int | None, list[Component]] = defaultdict(list)
        for row in Component.objects.order_by("position", "name"):
            self._children[row.parent_id].append(row)
        self.rows: dict[int, Component] = {}
        waiting = list(reversed(self._children[None]))
        while waiting:
            row = waiting.pop()
            self.rows[row.pk] = row
            waiting += reversed(self.children(row))

    @property
    def roots(self) -> list[Component]:
        return self._children[None]

    def children(self, row: Component) -> list[Component]:
        return self._children.get(row.pk, [])

    def below(self, row: Component) -> Iterator[Component]:
        """All below it, from top to bottom."""
        for child in self.children(row):
            yield child
            yield from self.below(child)

    def above(self, row: Component) -> list[Component]:
        """All above it, from the top."""
        found: list[Component] = []
        while row.parent_id is not None:
            row = self.rows[row.parent_id]
            found.append(row)
        return found[::-1]

    def path(self, row: Component) -> str:
        """Messaging › SMS: a name that stands alone."""
        return joined(each.name for each in [*self.above(row), row])

    def places(self) -> dict[int, Place]:
        found: dict[int, Place] = {}
        for index, row in enumerate(self.rows.values()):
            above = self.rows.get(row.parent_id or 0)
            depth, parent = (found[above.pk].depth + 1, above.name) if above else (0, "")
            found[row.pk] = Place(index, depth, parent)
        return found


def children() -> dict[int | None, list[int]]:
    """What stands right below each component; the top below none."""
    found: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent_id in parents().items():
        found[parent_id].append(pk)
    return found


def parents() -> dict[int, int | None]:
    """Of every component, what it stands right below."""
    return dict(Component.objects.order_by().values_list("pk", "parent_id"))


def line(pk: int, parents: Mapping[int, int | None]) -> list[int]:
    """The component and all above it, from bottom to top; a ring ends where it began."""
    found: list[int] = []
    above: int | None = pk
    while above is not None and above not in found:
        found.append(above)
        above = parents.get(above)
    return found


def below(layout: Mapping[int, bool], children: Mapping[int | None, list[int]]) -> set[int]:
    """The components that are in (``True``) with all below them, except what is left out (``False``) with its part."""
    found: set[int] = set()
    waiting = [pk for pk, is_in in layout.items() if is_in]
    while waiting:
        pk = waiting.pop()
        if pk not in found and layout.get(pk, True):
            found.add(pk)
            waiting += children.get(pk, [])
    return found


def path(component: Component) -> str:
    """The same of one component, where its parents have been selected with it."""
    names, above = [component.name], component.parent
    while above is not None and len(names) < 10:
        names.append(above.name)
        above = above.parent
    return joined(reversed(names))


def joined(names: Iterable[str]) -> str:
    """Messaging › SMS › Delivery receipts."""
    return " › ".join(names)
