"""HTML → tagged PDF, in this very process. Nothing is fetched: the HTML holds everything but the fonts.

Only :mod:`postmortems.pdf.child` calls it: a rendering may take long, take much memory, or crash.
"""

from __future__ import annotations

import logging
import unicodedata

from weasyprint import HTML
from weasyprint.urls import URLFetcher

from postmortems.pdf import tags

UNSEEN = ("Cc", "Cf", "Mn", "Zl", "Zp", "Zs")  # kinds of letters that have no picture of their own


class Refused(ValueError):
    """The HTML named something outside itself."""


class OnlyInside(URLFetcher):
    def fetch(self, url, headers=None):
        if not url.startswith("data:"):
            raise Refused(f"A document fetches nothing: {url[:80]}")
        return super().fetch(url, headers)


class Missing(logging.Handler):
    """Letters that no font has a picture of, as the renderer reports them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.letters: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef") and isinstance(record.args, tuple):
            letter = str(record.args[0])
            if unicodedata.category(letter) not in UNSEEN:
                self.letters.add(letter)


def pdf(html: str, *, identifier: bytes) -> tuple[bytes, str]:
    """The bytes, and the letters that no font had, in their order. The same input gives the same bytes."""
    logger, missing = logging.getLogger("weasyprint"), Missing()
    logger.addHandler(missing)
    try:
        document = HTML(string=html, url_fetcher=OnlyInside())
        made = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier, finisher=tags.finish)
    finally:
        logger.removeHandler(missing)
    return made, "".join(sorted(missing.letters))
