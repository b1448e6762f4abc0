"""From a snapshot to the bytes that readers get. Pure: no database, no clock, no time of rendering (DESIGN section 8).

``drawn`` is the set that switches together, as far as it can be drawn (``hot``: all of it), ``pending`` the pages that
are written one by one, ``gone`` the paths that may no longer stand, ``assets`` what pages refer to at the root,
``next_change`` when time alone makes new bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache

from django.utils import translation

from statuspage.documents import badges, feeds, html, shared, state, tree, truncation
from statuspage.documents.document import Document, Pending, RenderError, rendering
from statuspage.documents.state import State, current_state, known
from statuspage.documents.together import Together, drawn, with_stand_ins
from statuspage.snapshot import uptime
from statuspage.snapshot.values import Snapshot

__all__ = [
    "Document",
    "RenderError",
    "Together",
    "assets",
    "current_state",
    "drawn",
    "gone",
    "hot",
    "next_change",
    "pending",
    "permanent",
    "with_stand_ins",
]  # fmt: skip


def hot(snapshot: Snapshot, now: State | RenderError | None = None) -> list[Document]:
    """All of the set, or the error of the first that cannot be drawn."""
    found = drawn(snapshot, current_state(snapshot) if now is None else now)
    if found.error:
        raise found.error
    return list(found.documents)


def permanent(snapshot: Snapshot, now: State | RenderError | None = None) -> list[Document]:
    """All of :func:`pending`, drawn."""
    return [each.drawn() for each in pending(snapshot, now)]


def pending(snapshot: Snapshot, now: State | RenderError | None = None) -> list[Pending]:
    """The pages of touched incidents, of the months they began in, and of the components they concern; with the last
    their badges and feeds, and in a crowd the page of all components. To be drawn one by one."""
    now = current_state(snapshot) if now is None else now
    touched = [pk for pk in snapshot.tree.components if pk in snapshot.touched_components]

    back = snapshot.taken_back

    def later(path: str, what: str, draw: Callable[..., Document], *facts: object, loses_text: bool) -> Pending:
        def drawn() -> Document:
            with translation.override(snapshot.page.language):
                return _made(what, draw, snapshot, *facts)

        return Pending(path, drawn, loses_text)

    made = [
        later(
            html.incident_path(each),
            f"The page of incident {each.id}",
            html.incident,
            each,
            loses_text=each.pk in back.incidents,
        )
        for each in snapshot.incidents
        if each.pk in snapshot.touched
    ]
    made += [
        later(
            html.month_path(month),
            f"The month {month[0]:04}-{month[1]:02}",
            html.month,
            month,
            loses_text=month in back.months,
        )
        for month in snapshot.touched_months
    ]
    for pk in touched:
        component = snapshot[pk]
        what, loses_text = f"The page of component {component.id}", pk in back.components
        made.append(later(html.component_path(component), what, html.component, now, pk, loses_text=loses_text))
    made += _beside(snapshot, now, touched)
    if touched and truncation.is_crowded(snapshot.tree):
        made.append(
            later(html.COMPONENTS, "The page of all components", html.components, now, loses_text=bool(back.components))
        )
    return made


def _beside(snapshot: Snapshot, now: State | RenderError, touched: list[int]) -> list[Pending]:
    """Badges and feeds of components, which have much in common: all are drawn when the first one is."""

    @cache
    def made() -> dict[str, Document] | RenderError:
        try:
            with translation.override(snapshot.page.language), rendering("The badge or the feed of a component"):
                found = feeds.of_components(snapshot, touched)
                for pk in touched:
                    component = snapshot[pk]
                    found += badges.documents(component.name, tree.known(known(now), pk), feeds.folder(component))
                return {document.path: document for document in found}
        except RenderError as error:
            return error  # kept too: whoever goes on with the others does not draw all of them for each

    def one(path: str, pk: int) -> Pending:
        def drawn() -> Document:
            found = made()
            if isinstance(found, RenderError):
                raise found
            return found[path]

        return Pending(path, drawn, pk in snapshot.taken_back.components)

    folders = [(pk, feeds.folder(snapshot[pk])) for pk in touched]
    return [one(f"{folder}{name}", pk) for pk, folder in folders for name in (*feeds.NAMES, *badges.NAMES)]


def _made(what: str, draw: Callable[..., Document], *facts: object) -> Document:
    with rendering(what):
        for each in facts:
            if isinstance(each, RenderError):
                raise each
        return draw(*facts)


def gone(snapshot: Snapshot) -> list[str]:
    paths = {
        "incident": ["incidents/{id}/index.html"],
        "month": ["history/{id}/index.html"],
        "component": [f"components/{{id}}/{name}" for name in ("index.html", *feeds.NAMES, *badges.NAMES)],
    }
    found = sorted(path.format(id=id) for kind, ids in snapshot.gone.items() for id in ids for path in paths[kind])
    if snapshot.is_whole and not truncation.is_crowded(snapshot.tree):
        found.append(html.COMPONENTS)
    return found


def assets(snapshot: Snapshot | None = None) -> list[Document]:
    """What this page's documents refer to; without a page, what one without colour and logo does."""
    if snapshot is None:
        return shared.documents()
    return [*shared.documents(snapshot.page.brand_color), *shared.logos(snapshot.page)]


def next_change(snapshot: Snapshot) -> datetime:
    """A promise passes, an impact or a pin begins or ends, or the page's next midnight."""
    moments = [uptime.next_midnight(snapshot.now, snapshot.page.zone)]
    moments += [incident.promised_at for incident in snapshot.recent if incident.promised_at]
    for impact in state.impacts(snapshot):
        moments += [impact.started_at, impact.ended_at or impact.started_at]
    return min(moment for moment in moments if moment > snapshot.now)
