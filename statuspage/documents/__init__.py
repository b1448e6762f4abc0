"""From a snapshot to the bytes that readers get. Pure: no database, no clock, no time of rendering (DESIGN section 8).

``hot`` is the set that switches together, ``pending`` the pages that are written one by one, ``gone`` the paths that
may no longer stand, ``assets`` what pages refer to at the root, ``next_change`` when time alone makes new bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache

from django.utils import translation

from statuspage import uptime
from statuspage.documents import api_v2, badges, crowd, feeds, html, shared, state, tree
from statuspage.documents.document import Document, Pending, RenderError, rendering
from statuspage.documents.state import State, of as standing
from statuspage.facts import Snapshot

__all__ = ["Document", "RenderError", "assets", "gone", "hot", "next_change", "pending", "permanent", "standing"]


def hot(snapshot: Snapshot, now: State | None = None) -> list[Document]:
    """``now`` is :func:`standing` of the same snapshot; whoever draws both sets has it worked out once."""
    now = now or standing(snapshot)
    with translation.override(snapshot.page.language):
        made = [
            _made("The front page", html.front, snapshot, now),
            _made("The history", html.history, snapshot),
            _made("The page for unknown addresses", html.not_found, snapshot),
            _made("The page for forms that do not answer", html.unavailable, snapshot),
        ]
        with rendering("A document of /api/v2"):
            made += api_v2.documents(snapshot, now)
        with rendering("A feed of the page"):
            made += feeds.documents(snapshot)
        with rendering("The page's badge"):
            made += badges.documents("", now.worst)
        return made


def permanent(snapshot: Snapshot, now: State | None = None) -> list[Document]:
    """All of :func:`pending`, drawn."""
    return [each.drawn() for each in pending(snapshot, now)]


def pending(snapshot: Snapshot, now: State | None = None) -> list[Pending]:
    """The pages of touched incidents, of the months they began in, and of the components they concern; with the last
    their badges and feeds, and in a crowd the page of all components. To be drawn one by one."""
    now = now or standing(snapshot)
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
    if touched and crowd.is_crowded(snapshot.tree):
        made.append(
            later(html.COMPONENTS, "The page of all components", html.components, now, loses_text=bool(back.components))
        )
    return made


def _beside(snapshot: Snapshot, now: State, touched: list[int]) -> list[Pending]:
    """Badges and feeds of components, which have much in common: all are drawn when the first one is."""

    @cache
    def drawn() -> dict[str, Document]:
        with translation.override(snapshot.page.language), rendering("The badge or the feed of a component"):
            made = feeds.of_components(snapshot, touched)
            for pk in touched:
                component = snapshot[pk]
                made += badges.documents(component.name, tree.known(now, pk), feeds.folder(component))
            return {document.path: document for document in made}

    def one(path: str, pk: int) -> Pending:
        return Pending(path, lambda: drawn()[path], pk in snapshot.taken_back.components)

    folders = [(pk, feeds.folder(snapshot[pk])) for pk in touched]
    return [one(f"{folder}{name}", pk) for pk, folder in folders for name in (*feeds.NAMES, *badges.NAMES)]


def _made(what: str, draw: Callable[..., Document], *facts: object) -> Document:
    with rendering(what):
        return draw(*facts)


def gone(snapshot: Snapshot) -> list[str]:
    found = list(snapshot.gone)
    if snapshot.is_whole and not crowd.is_crowded(snapshot.tree):
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
