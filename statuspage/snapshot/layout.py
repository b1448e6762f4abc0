"""The tree of components that a page may name: shown parts with all below them, without what is kept off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from math import inf

from django.db.models import Max, Min

from incidents import models as incident_models, tree as catalogue
from incidents.maintenance.models import Window
from incidents.plain_text import plain
from statuspage.models import Page, PageComponent
from statuspage.snapshot.values import Component, Tree


def load(page: Page) -> Tree:
    """Three queries. A part that is kept off the page does not colour what stands above it either."""
    rows = {row.pk: row for row in incident_models.Component.objects.order_by("position", "name", "pk")}
    layout = {row.component_id: row for row in PageComponent.objects.filter(page=page)}
    edits = (
        incident_models.Component.history.order_by()
        .values("id")
        .annotate(first=Min("history_date"), last=Max("history_date"))
    )
    dates = {row["id"]: (row["first"], row["last"]) for row in edits}

    below: dict[int | None, list[int]] = defaultdict(list)
    for row in rows.values():
        below[row.parent_id].append(row.pk)
    parents: dict[int, int | None] = {}  # of what is shown, from top to bottom
    anchors: dict[int, tuple[int, ...]] = {}

    def walk(pk: int, parent: int | None, shown: bool) -> None:
        shown = layout[pk].is_shown if pk in layout else shown
        if shown:
            parents[pk] = parent
        for child in below[pk]:
            walk(child, pk if shown else None, shown)
        anchors[pk] = (pk,) if shown else tuple(anchor for child in below[pk] for anchor in anchors[child])

    for top in below[None]:
        walk(top, None, False)
    components = {
        pk: _component(rows[pk], parent, tuple(c for c in below[pk] if c in parents), dates)
        for pk, parent in parents.items()
    }
    roots = sorted(
        (pk for pk, parent in parents.items() if parent is None),
        key=lambda pk: layout[pk].position if pk in layout else inf,
    )
    return Tree(components, tuple(roots), anchors, frozenset(row.public_id for row in rows.values()))


def _component(row: incident_models.Component, parent: int | None, children: tuple[int, ...], dates: dict) -> Component:
    born = datetime.combine(row.introduced_on, datetime.min.time(), UTC)
    created_at, changed_at = dates.get(row.pk, (born, born))
    return Component(
        pk=row.pk,
        id=row.public_id,
        name=plain(row.name),
        description=plain(row.description),
        introduced_on=row.introduced_on,
        parent=parent,
        children=children,
        created_at=created_at,
        changed_at=changed_at,
    )


def component_ids(pages: Iterable[Page]) -> dict[int, set[int]]:
    """For each page (by primary key) the components that it may name. Two queries, whatever the numbers."""
    pages = list(pages)
    shown: dict[int, dict[int, bool]] = defaultdict(dict)
    for row in PageComponent.objects.filter(page__in=pages):
        shown[row.page_id][row.component_id] = row.is_shown
    children = catalogue.children()
    return {page.pk: catalogue.below(shown[page.pk], children) for page in pages}


def concerned(pages: Iterable[Page], components: Iterable[incident_models.Component]) -> list[Page]:
    """The pages that name at least one of the components."""
    pages = list(pages)
    named, wanted = component_ids(pages), {component.pk for component in components}
    return [page for page in pages if named[page.pk] & wanted]


def proposed(origin: str, components: Iterable[incident_models.Component]) -> list[Page]:
    """The pages an incident belongs on by origin and components (3-10); by components alone where none fits both."""
    fitting = concerned(Page.objects.all(), components)
    return [page for page in fitting if page.origin == origin] or fitting


def pages_of(incident: incident_models.Incident) -> list[Page]:
    """The pages that the incident stands on."""
    return list(Page.objects.filter(listed__incident=incident))


def pages_of_window(window: Window) -> list[Page]:
    """The pages that the maintenance window stands on, or will once it is announced."""
    return list(Page.objects.filter(listed_windows__window=window))
