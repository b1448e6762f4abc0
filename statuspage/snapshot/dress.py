"""In what dress a post-mortem is drawn: that of a page, so that the post-mortem itself knows of none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from postmortems.document.edition import Dress
from postmortems.document.facts import Impact
from postmortems.document.values import Content
from statuspage.snapshot.page import Page
from statuspage.snapshot.values import Tree


def dress_of(page: Page, incident_id: str = "") -> Dress:
    """With an incident, the address of its page."""
    logo = page.logo
    return Dress(
        name=page.title,
        language=page.language,
        zone=page.zone.key,
        color=page.brand_color,
        logo=logo.image if logo else b"",
        logo_width=logo.width if logo else 0,
        logo_height=logo.height if logo else 0,
        address=f"{page.url}incidents/{incident_id}/" if incident_id else "",
    )


def as_named(content: Content, tree: Tree, keys: Mapping[str, int]) -> Content:
    """Without what the page does not name. A component that shows there by its parts stands for those.

    ``keys``: the primary keys of components by their public ids; what is not in it is no component any more.
    """
    return replace(content, impacts=tuple(_named(content.impacts, tree, keys)))


def _named(impacts: Iterable[Impact], tree: Tree, keys: Mapping[str, int]) -> Iterable[Impact]:
    seen = set()
    for impact in impacts:
        for anchor in tree.anchors.get(keys.get(impact.component_id, 0), ()):
            shown = tree.components[anchor]
            named = replace(impact, component=shown.name, component_id=shown.id)
            if named not in seen:
                seen.add(named)
                yield named
