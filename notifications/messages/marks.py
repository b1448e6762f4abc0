"""A status in a message: a word, a shape and a colour. No pictures, so that nothing waits for a click to be seen."""

from __future__ import annotations

from dataclasses import dataclass

from incidents.choices import ComponentState, Level, SeverityLevel, Status
from statuspage.documents import words

SHAPES = {"op": "●", "degraded": "▲", "partial": "◆", "major": "■", "maint": "◇", "unknown": "○"}


@dataclass(frozen=True, slots=True)
class Mark:
    slug: str  # of the colour in tokens.css: op, degraded, partial, major, maint, unknown
    shape: str
    word: str

    def __str__(self) -> str:
        return f"{self.shape} {self.word}"


def of_level(level: int | None) -> Mark:
    """Values that we do not know (an older worker, a newer row) are unknown, never an error."""
    known = Level(level).state if level in Level.values else ComponentState.UNKNOWN
    return of_state(known)


def of_state(state: ComponentState) -> Mark:
    drawn = words.mark(state)
    return Mark(drawn.slug, SHAPES[drawn.slug], drawn.word)


def of_severity(severity: int | None) -> Mark | None:
    """One, two or three of three: a severity is no status, so that it has no shape of one."""
    if severity not in SeverityLevel.values:
        return None
    known = SeverityLevel(severity)
    return Mark(words.SLUG[Level.of_severity(known).state], "■" * known + "□" * (3 - known), str(known.label))


def stage(status: str, *, reopens: bool = False) -> str:
    return words.stage(Status(status), reopens=reopens) if status in Status.values else status.capitalize()
