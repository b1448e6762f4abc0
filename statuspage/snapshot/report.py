"""A published post-mortem as a page may show it, as plain frozen values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from postmortems.document.edition import Dress, Edition
from postmortems.document.values import Content


@dataclass(frozen=True, slots=True)
class Pdf:
    """A file that was drawn of it. Its bytes are read when they are written, for a page may have very many."""

    size: int  # bytes
    pages: int
    read: Callable[[], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """The version that stands, as customers may read it: nothing internal is in it, and no component that the page does
    not name. Components stand in ``content`` by the names that the page has for them."""

    pk: int  # of the post-mortem
    id: str  # rca_…
    incident: int
    incident_id: str
    at: datetime  # when it was published first, since the incident was over last
    changed_at: datetime  # when this version was published
    change: str  # what is different from the version before
    is_announced: bool  # its author wanted subscribers to hear of this version
    was_announced: bool  # or of one before
    content: Content
    edition: Edition
    dress: Dress
    pdf: Pdf | None = None

    @property
    def title(self) -> str:
        return self.content.title

    @property
    def update_id(self) -> str:
        """Under which programs find it among the updates of its incident; it follows from its own."""
        return update_id(self.id)

    @property
    def news_at(self) -> datetime:
        """A later version is news only where its author wants it announced again."""
        return self.changed_at if self.is_announced else self.at


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What stands where a post-mortem stood until it was withdrawn: nothing that it said."""

    pk: int  # of the post-mortem
    id: str  # rca_…
    incident_id: str
    at: datetime
    reason: str  # empty where it was withdrawn while customers could not read it


def update_id(public_id: str) -> str:
    return f"upd_{sha256(f'report {public_id}'.encode()).hexdigest()[:12]}"
