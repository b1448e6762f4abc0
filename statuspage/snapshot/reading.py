"""What the loader of a kind of subject is given. It stands apart from the table that names the loaders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from statuspage.models import Page as PageRow
from statuspage.snapshot.page import Page
from statuspage.snapshot.values import Incident, Month, Tree


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read, and why. ``row`` and ``page`` are the same page, as the database and as documents know it."""

    row: PageRow
    page: Page
    tree: Tree
    now: datetime
    due: datetime | None  # when time alone was to change the version before; none = there was none
    touched: frozenset[int] | None  # subjects of this kind whose documents must be looked at; none = all
    taken_back: frozenset[int]  # of these, something that was published may not be read any more
    months: frozenset[Month] = frozenset()  # of the history, that are to be drawn
    components: frozenset[int] = frozenset()  # whose pages are to be drawn, whatever happened to this kind
    incidents: tuple[Incident, ...] = ()  # that the snapshot holds: what belongs to one is read with it
    touched_incidents: frozenset[int] | None = None
    incidents_taken_back: frozenset[int] = frozenset()
