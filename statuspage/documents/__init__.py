"""From a snapshot to the bytes that readers get. Pure: no database, no clock, no time of rendering (DESIGN section 8).

``hot`` is the set that switches together, ``permanent`` the pages that are written one by one, ``gone`` the paths that
may no longer stand, ``assets`` what pages refer to at the root, ``next_change`` when time alone makes new bytes.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import translation

from statuspage import uptime
from statuspage.documents import api_v2, feeds, html, shared, state
from statuspage.documents.document import Document
from statuspage.facts import Snapshot

__all__ = ["Document", "assets", "gone", "hot", "next_change", "permanent"]


def hot(snapshot: Snapshot) -> list[Document]:
    now = state.of(snapshot)
    with translation.override(snapshot.page.language):
        return [
            html.front(snapshot, now),
            html.history(snapshot),
            html.not_found(snapshot),
            *api_v2.documents(snapshot, now),
            *feeds.documents(snapshot),
        ]


def permanent(snapshot: Snapshot) -> list[Document]:
    """The pages of touched incidents, of the months they began in, and of the components they concern."""
    now = state.of(snapshot)
    with translation.override(snapshot.page.language):
        return [
            *(html.incident(snapshot, each) for each in snapshot.incidents if each.pk in snapshot.touched),
            *(html.month(snapshot, month) for month in snapshot.touched_months),
            *(
                html.component(snapshot, now, pk)
                for pk in snapshot.tree.components
                if pk in snapshot.touched_components
            ),
        ]


def gone(snapshot: Snapshot) -> list[str]:
    return list(snapshot.gone)


def assets(snapshot: Snapshot | None = None) -> list[Document]:
    """What this page's documents refer to; without a page, what one without colour and logo does."""
    if snapshot is None:
        return shared.documents()
    return [*shared.documents(snapshot.page.brand_color), *shared.logos(snapshot.page)]


def next_change(snapshot: Snapshot) -> datetime:
    """A promise passes, an impact or a pin begins or ends, or the page's next midnight."""
    moments = [uptime.next_midnight(snapshot.now, snapshot.page.zone)]
    moments += [incident.promised_at for incident in snapshot.incidents if incident.promised_at]
    for impact in state.impacts(snapshot):
        moments += [impact.started_at, impact.ended_at or impact.started_at]
    return min(moment for moment in moments if moment > snapshot.now)
