"""The components that a page names, as plain frozen values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Component:
    pk: int
    id: str
    name: str
    description: str
    introduced_on: date
    parent: int | None  # on this page
    children: tuple[int, ...]  # on this page, in the page's order
    created_at: datetime
    changed_at: datetime  # of its entry in the catalogue; not of its state


@dataclass(frozen=True)
class Tree:
    """The components that the page may name, in its order; a part that is kept off the page is not here."""

    components: dict[int, Component]
    roots: tuple[int, ...]
    anchors: dict[int, tuple[int, ...]]  # any component of the catalogue → where it shows on this page
    catalogue: frozenset[str]  # the public ids of all components there are

    @cached_property
    def twins(self) -> frozenset[str]:
        """The names that more than one of them has."""
        names = Counter(component.name for component in self.components.values())
        return frozenset(name for name, count in names.items() if count > 1)

    def below(self, pk: int) -> Iterator[int]:
        """The component and all below it, from top to bottom."""
        yield pk
        for child in self.components[pk].children:
            yield from self.below(child)

    def above(self, pk: int | None) -> Iterator[int]:
        """The component and all above it, from bottom to top."""
        while pk is not None:
            yield pk
            pk = self.components[pk].parent

    def around(self, pk: int) -> set[int]:
        """The component, all above it and all below it."""
        return {*self.above(pk), *self.below(pk)}

    def leaves(self, pk: int) -> Iterator[int]:
        return (each for each in self.below(pk) if not self.components[each].children)

    def all_leaves(self) -> Iterator[int]:
        return (pk for root in self.roots for pk in self.leaves(root))
