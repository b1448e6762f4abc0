"""For whom a file of a post-mortem was made: a page, with what that page names of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from incidents.plain_text import plain
from postmortems import editions
from postmortems.choices import Paper, Reader
from postmortems.models import Version
from statuspage.models import Page
from statuspage.snapshot import layout
from statuspage.snapshot.names import Names, names_of
from statuspage.snapshot.values import Tree


def keys_of(versions: Iterable[Version], page_id: str, tree: Tree, names: Names) -> dict[str, Version]:
    """The versions by the key of the file that customers of the page get."""
    return {
        editions.key_of(each, Reader.CUSTOMERS, Paper.A4, whose=whose(page_id, each, tree, names)): each
        for each in versions
    }


def made_for(page: Page | None, version: Version | None, *, reader: Reader) -> str:
    """Customers' files print what their page names; those for staff print all."""
    if page is None:
        return ""
    if version is None or reader == Reader.STAFF:
        return page.public_id
    return whose(page.public_id, version, layout.load(page), names_of([version]))


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
