"""A status in a message: a word, a shape and a colour. No pictures, so that nothing waits for a click to be seen."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.choices import Level, Status
from statuspage.documents import words

SHAPES = {"op": "●", "degraded": "▲", "partial": "◆", "major": "■", "unknown": "○"}


@dataclass(frozen=True, slots=True)
class Mark:
    slug: str  # of the colour in tokens.css: op, degraded, partial, major
    shape: str
    word: str

    def __str__(self) -> str:
        return f"{self.shape} {self.word}"


def of_level(level: int | None) -> Mark:
    """Values that we do not know (an older worker, a newer row) are unknown, never an error."""
    known = Level(level) if level in Level.values else None
    drawn = words.mark(known)
    return Mark(drawn.slug, SHAPES[drawn.slug], drawn.word)


def of_severity(severity: int | None) -> Mark | None:
    """Severities wear the colours of the levels that they stand for."""
    if severity not in (1, 2, 3):
        return None
    slug = words.SLUG[Level.of_severity(severity)]
    return Mark(slug, SHAPES[slug], {1: _("Minor"), 2: _("Major"), 3: _("Critical")}[severity])


def stage(status: str) -> str:
    return str(Status(status).label) if status in Status.values else status.capitalize()
