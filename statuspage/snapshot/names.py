"""What a page calls now what a post-mortem tells of: a version is frozen, and no name that was put right is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from incidents.models import Component, Location
from incidents.plain_text import plain
from postmortems.document.facts import Impact
from postmortems.document.values import Content
from postmortems.models import Version
from statuspage.snapshot.values import Tree


@dataclass(frozen=True, slots=True)
class Names:
    """By public ids the primary keys of components, which a tree names, and the names of locations. What is not in it
    is none any more."""

    components: Mapping[str, int]
    locations: Mapping[str, str]


def names_of(versions: Iterable[Version]) -> Names:
    """Of all that they say was affected. Two queries at most."""
    impacts = [impact for version in versions for impact in version.content["impacts"]]
    return _names({each["component_id"] for each in impacts}, {each.get("location_id", "") for each in impacts})


def names_in(content: Content) -> Names:
    """The same of a document."""
    return _names({each.component_id for each in content.impacts}, {each.location_id for each in content.impacts})


def as_named(content: Content, tree: Tree, names: Names, *, title: str) -> Content:
    """Under the title that its incident has now, and without what the page does not name. A component that shows there
    by its parts stands for those."""
    return replace(content, title=plain(title), impacts=tuple(_named(content.impacts, tree, names)))


def _names(components: set[str], locations: set[str]) -> Names:
    found = Location.objects.filter(public_id__in=locations - {""}).values_list("public_id", "name")
    return Names(
        dict(Component.objects.filter(public_id__in=components).values_list("public_id", "pk")),
        {public_id: plain(name) for public_id, name in found},
    )


def _named(impacts: Iterable[Impact], tree: Tree, names: Names) -> Iterable[Impact]:
    seen = set()
    for impact in impacts:
        where = names.locations.get(impact.location_id, impact.location)
        for anchor in tree.anchors.get(names.components.get(impact.component_id, 0), ()):
            shown = tree.components[anchor]
            named = replace(impact, component=shown.name, component_id=shown.id, location=where)
            if named not in seen:
                seen.add(named)
                yield named
