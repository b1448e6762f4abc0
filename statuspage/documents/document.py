"""One published file, and the error of one that could not be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    path: str  # below the page's folder, or below the root for assets
    content_type: str
    body: bytes

    def drawn(self) -> Document:
        return self


@dataclass(frozen=True, slots=True)
class Pending:
    """A document that is drawn when its turn comes."""

    path: str
    drawn: Callable[[], Document]
    loses_text: bool = False  # something was taken back that it said: no reader may find it any more


def loses_text(each: Document | Pending) -> bool:
    return isinstance(each, Pending) and each.loses_text


HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
SVG = "image/svg+xml"
CSS = "text/css; charset=utf-8"
JS = "text/javascript; charset=utf-8"
PNG = "image/png"
WOFF2 = "font/woff2"
PDF = "application/pdf"
CALENDAR = "text/calendar; charset=utf-8"


class RenderError(Exception):
    """Names what could not be rendered, from the document inwards, and why; for operators, so never translated."""

    def __init__(self, what: str, why: str):
        super().__init__(f"{what} could not be rendered: {why}")
        self.what, self.why = what, why


@contextmanager
def rendering(what: str) -> Iterator[None]:
    """An error inside says that it was ``what`` that broke; innermost last: "The front page, incident inc_1 …"."""
    try:
        yield
    except RenderError as error:
        raise RenderError(f"{what}, {error.what}", error.why) from error
    except Exception as error:
        raise RenderError(what, f"{type(error).__name__}: {error}") from error
