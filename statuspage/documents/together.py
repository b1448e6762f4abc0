"""The set that switches together, each document drawn apart: one that cannot be drawn takes no other along.

Where nothing was taken back the last good version of the whole set stays. Otherwise it must not, for it says what
nobody may read any more: the rest switches, and a page for people has a stand-in (decision 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.utils import translation
from django.utils.translation import gettext as _

from statuspage.documents import kinds
from statuspage.documents.document import HTML, Document, RenderError
from statuspage.documents.kind import Place
from statuspage.documents.state import State
from statuspage.snapshot.values import Snapshot


@dataclass(frozen=True, slots=True)
class Together:
    """What could be drawn, and by path what could not, in their order."""

    documents: tuple[Document, ...]
    broken: dict[str, RenderError]

    @property
    def paths(self) -> set[str]:
        return {document.path for document in self.documents} | set(self.broken)

    @property
    def error(self) -> RenderError | None:
        """The first that broke."""
        return next(iter(self.broken.values()), None)


def drawn(snapshot: Snapshot, now: State | RenderError) -> Together:
    documents: list[Document] = []
    broken: dict[str, RenderError] = {}
    with translation.override(snapshot.page.language):
        for piece in kinds.PUBLISHED.pieces(Place.HOT, snapshot, now):
            try:
                documents += piece.drawn().values()
            except RenderError as error:
                broken |= dict.fromkeys(piece.paths, error)
    return Together(tuple(documents), broken)


def with_stand_ins(snapshot: Snapshot, found: Together) -> list[Document]:
    """What can be drawn; for a page that cannot, one that says so. JSON, feeds and badges are left out instead."""
    pages = (path for path in found.broken if (kind := kinds.PUBLISHED.of(path)) and kind.content_type == HTML)
    with translation.override(snapshot.page.language):
        return [*found.documents, *(_stand_in(snapshot, path) for path in pages)]


def _stand_in(snapshot: Snapshot, path: str) -> Document:
    """Minimal and true, and drawn without a template: it may be the template that breaks. It asks again by itself."""
    page, title = snapshot.page, escape(snapshot.page.title)
    words = escape(_("This page cannot be shown at the moment. That says nothing about how the services are."))
    support = (
        f'<p><a href="{escape(page.support_url)}">{escape(_("Contact support"))}</a></p>' if page.support_url else ""
    )
    body = (
        f'<!doctype html><html lang="{escape(page.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f'<meta http-equiv="refresh" content="30"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1><p>{words}</p>{support}</main></body></html>\n"
    )
    return Document(path, HTML, body.encode())
