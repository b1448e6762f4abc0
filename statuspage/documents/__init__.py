"""From a snapshot to the bytes that readers get. Pure: no database, no clock, no time of rendering (DESIGN section 8).

``drawn`` is the set that switches together, as far as it can be drawn (``hot``: all of it), ``pending`` the pages that
are written one by one, ``gone`` the paths that may no longer stand, ``assets`` what pages refer to at the root,
``next_change`` when time alone makes new bytes.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

from django.utils import translation

from statuspage.documents import kinds, shared, state
from statuspage.documents.document import Document, Pending, RenderError
from statuspage.documents.kind import Piece, Place
from statuspage.documents.state import State, current_state
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
    """The pages of what is touched, of the months that it began in, and of the components that it concerns; with the
    last their badges and feeds, and in a crowd the page of all components. To be drawn one by one."""
    now = current_state(snapshot) if now is None else now
    pieces = kinds.PUBLISHED.pieces(Place.PERMANENT, snapshot, now)
    return [each for piece in pieces for each in _pending(piece, snapshot.page.language)]


def _pending(piece: Piece, language: str) -> list[Pending]:
    """Of several that are drawn together all are when the first one is; one alone is not kept."""

    def draw() -> dict[str, Document] | RenderError:
        try:
            with translation.override(language):
                return piece.drawn()
        except RenderError as error:
            return error  # kept too: going on with the others draws none of them again

    made = draw if len(piece.paths) == 1 else cache(draw)

    def one(path: str) -> Pending:
        def drawn() -> Document:
            found = made()
            if isinstance(found, RenderError):
                raise found
            return found[path]

        return Pending(path, drawn, path in piece.losing)

    return [one(path) for path in piece.paths]


def gone(snapshot: Snapshot) -> list[str]:
    """Every document that there may be of what is gone."""
    return sorted(
        kind.at(id) for subject, ids in snapshot.gone.items() for kind in kinds.PUBLISHED.about(subject) for id in ids
    )


def assets(snapshot: Snapshot | None = None) -> list[Document]:
    """What this page's documents refer to; without a page, what one without colour and logo does."""
    if snapshot is None:
        return shared.documents()
    return [*shared.documents(snapshot.page.brand_color), *shared.logos(snapshot.page)]


def next_change(snapshot: Snapshot) -> datetime:
    """A promise passes, an impact or a pin begins or ends, another subject turns, or the page's next midnight."""
    moments = [uptime.next_midnight(snapshot.now, snapshot.page.zone)]
    moments += [incident.promised_at for incident in snapshot.recent if incident.promised_at]
    moments += [moment for loaded in snapshot.others.values() for moment in loaded.turns]
    for impact in state.impacts(snapshot):
        moments += [impact.started_at, impact.ended_at or impact.started_at]
    return min(moment for moment in moments if moment > snapshot.now)
