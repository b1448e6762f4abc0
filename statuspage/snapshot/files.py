"""For whom a file of a post-mortem was made: a page, with what that page names of it."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from postmortems.models import Version
from statuspage.snapshot.names import Names
from statuspage.snapshot.plain_text import plain
from statuspage.snapshot.values import Tree


def whose(page_id: str, version: Version, tree: Tree, names: Names) -> str:
    """Changes with the names that the page gives to what was affected, and with those that were others when the version
    was made: no file outlives a name that it prints.

    ``tree``: what the page names.
    """
    shown = {
        tree.components[anchor]
        for impact in version.content["impacts"]
        for anchor in tree.anchors.get(names.components.get(impact["component_id"], 0), ())
    }
    told = "\n".join([*sorted(f"{each.id} {each.name}" for each in shown), *_renamed(version, names)])
    return f"{page_id} {sha256(told.encode()).hexdigest()}"


def _renamed(version: Version, names: Names) -> Iterator[str]:
    places = {impact.get("location_id", ""): impact["location"] for impact in version.content["impacts"]}
    for public_id, name in sorted(places.items()):
        if names.locations.get(public_id, name) != name:
            yield f"{public_id} {names.locations[public_id]}"
    incident = version.postmortem.incident
    if plain(incident.title) != plain(version.content["title"]):
        yield f"{incident.public_id} {plain(incident.title)}"
