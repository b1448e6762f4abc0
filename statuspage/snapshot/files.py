"""For whom a file of a post-mortem was made: a page, with what that page names of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from incidents.models import Component
from postmortems.models import Version
from statuspage.snapshot.values import Tree


def components_of(versions: Iterable[Version]) -> dict[str, int]:
    """The primary keys of what they affected, by public ids; what is not in it is no component any more. One query."""
    named = {impact["component_id"] for version in versions for impact in version.content["impacts"]}
    return dict(Component.objects.filter(public_id__in=named).values_list("public_id", "pk"))


def whose(page_id: str, version: Version, tree: Tree, keys: Mapping[str, int]) -> str:
    """Changes with the names that the page gives to what was affected: no file outlives a name that it prints.

    ``tree``: what the page names; ``keys``: see :func:`components_of`.
    """
    shown = {
        tree.components[anchor]
        for impact in version.content["impacts"]
        for anchor in tree.anchors.get(keys.get(impact["component_id"], 0), ())
    }
    names = "\n".join(sorted(f"{each.id} {each.name}" for each in shown))
    return f"{page_id} {sha256(names.encode()).hexdigest()}"
