"""The catalogue as a tree: in which order, how deep, and what lies below. One query, whatever the size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from incidents.models import Component


@dataclass(frozen=True)
class Place:
    """Where a component stands when the whole tree is read from top to bottom."""

    index: int
    depth: int
    parent: str


def places() -> dict[int, Place]:
    """Of every component: parents first, siblings by position and name."""
    children: dict[int | None, list[tuple[int, str]]] = defaultdict(list)
    for pk, parent_id, name in Component.objects.order_by("position", "name").values_list("pk", "parent_id", "name"):
        children[parent_id].append((pk, name))
    found: dict[int, Place] = {}
    waiting = [(pk, name, 0, "") for pk, name in reversed(children[None])]
    while waiting:
        pk, name, depth, parent = waiting.pop()
        found[pk] = Place(len(found), depth, parent)
        waiting += [(child, child_name, depth + 1, name) for child, child_name in reversed(children[pk])]
    return found


def children() -> dict[int | None, list[int]]:
    """What stands right below each component; the top below none."""
    found: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent_id in Component.objects.order_by().values_list("pk", "parent_id"):
        found[parent_id].append(pk)
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
    """Messaging › SMS › Delivery receipts. The parents should have been selected with it."""
    names, above = [component.name], component.parent
    while above is not None and len(names) < 10:
        names.append(above.name)
        above = above.parent
    return " › ".join(reversed(names))
