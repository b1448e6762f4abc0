"""The set that switches together, each document drawn apart: one that cannot be drawn takes no other along.

Where nothing was taken back the last good version of the whole set stays. Otherwise it must not, for it says what
nobody may read any more: the rest switches, and a page for people has a stand-in (decision 8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape

from django.utils import translation
from django.utils.translation import gettext as _

from statuspage.documents import api_v2, badges, feeds, html
from statuspage.documents.document import HTML, Document, RenderError, rendering
from statuspage.documents.state import State, known
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
        for what, paths, draw in _pieces(snapshot, now):
            try:
                with rendering(what):
                    documents += draw()
            except RenderError as error:
                broken |= dict.fromkeys(paths, error)
    return Together(tuple(documents), broken)


def with_stand_ins(snapshot: Snapshot, found: Together) -> list[Document]:
    """What can be drawn; for a page that cannot, one that says so. JSON, feeds and badges are left out instead."""
    with translation.override(snapshot.page.language):
        return [*found.documents, *(_stand_in(snapshot, path) for path in found.broken if path.endswith(".html"))]


Piece = tuple[str, Iterable[str], Callable[[], Iterable[Document]]]  # what it is, its paths, how it is drawn


def _pieces(snapshot: Snapshot, now: State | RenderError) -> Iterator[Piece]:
    yield "The front page", ["index.html"], lambda: [html.front(snapshot, known(now))]
    yield "The history", ["history/index.html"], lambda: [html.history(snapshot)]
    yield "The page for unknown addresses", ["404.html"], lambda: [html.not_found(snapshot)]
    yield "The page for forms that do not answer", ["503.html"], lambda: [html.unavailable(snapshot)]
    for path, draw in api_v2.drawers(snapshot, now).items():
        yield "A document of /api/v2", [path], lambda draw=draw: [draw()]
    yield "A feed of the page", feeds.NAMES, lambda: feeds.documents(snapshot)
    yield "The page's badge", badges.NAMES, lambda: badges.documents("", known(now).worst)


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
