"""An entry of the timeline as people read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from incidents import markdown
from incidents.choices import EntryKind, Level
from incidents.models import Incident, IncidentUpdate

PUBLIC_KINDS = (EntryKind.UPDATE, EntryKind.CORRECTION, EntryKind.WITHDRAWAL)


@dataclass(frozen=True)
class Change:
    """Something that was one way and is now another. Levels are words with a shape, the rest is plain text."""

    what: str
    old: str
    new: str
    old_level: Level | None = None
    new_level: Level | None = None

    @property
    def begins(self) -> bool:
        """Nothing was affected there before, so there is nothing to compare with."""
        return self.old_level == Level.OPERATIONAL and self.new_level != Level.OPERATIONAL


@dataclass
class Entry:
    """One thing in the timeline. ``look`` chooses its dress: public, private, impact, fact, correction or line."""

    pk: int
    kind: str
    look: str
    at: datetime
    by: str
    team: str = ""
    sentence: str = ""
    text: str = ""
    changes: list[Change] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)
    update: IncidentUpdate | None = None
    other: Incident | None = None  # that it speaks of, where the reader may see it
    remarks: list[tuple[str, str]] = field(default_factory=list)
    new_day: bool = False

    @property
    def html(self) -> str:
        """A public update as its readers see it."""
        return markdown.render(self.update.text) if self.update else ""

    @property
    def audience(self) -> str:
        """Which filter of the timeline it belongs to: public, private, or neither."""
        if self.kind in PUBLIC_KINDS:
            return "public"
        return "private" if self.kind == EntryKind.NOTE else ""
