"""What the incident's own record tells a document: its times and steps, what it did to what, who was told, how many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from incidents.choices import Level
from postmortems.choices import Metric


@dataclass(frozen=True, slots=True)
class Impact:
    """How a component was at a location, from when until when (open: none)."""

    component: str
    location: str  # empty: everywhere
    level: Level
    started_at: datetime
    ended_at: datetime | None
    component_id: str = ""  # a page names only its own
    location_id: str = ""  # loc_…; none everywhere, and in versions that were made before it was kept


@dataclass(frozen=True, slots=True)
class Notice:
    """What customers were told, when, and by when they were promised more."""

    at: datetime
    status: str  # the word
    text: str  # Markdown source
    promised_at: datetime | None = None
    id: str = ""  # upd_…; none in versions that were made before it was kept


@dataclass(frozen=True, slots=True)
class Step:
    """How long one step took, against its limit. Minutes, rounded down; none where it is not known or has no limit."""

    metric: Metric
    minutes: int | None
    limit: int | None
    since: str  # counted from what, in a word
    dispute: str = ""  # why somebody says that it is not right
    disputed_by: str = ""

    @property
    def over(self) -> int:
        """Minutes beyond the limit."""
        return max(self.minutes - self.limit, 0) if self.minutes is not None and self.limit is not None else 0


@dataclass(frozen=True, slots=True)
class Times:
    """When each thing happened, as the incident's record has it."""

    started_at: datetime
    detected_at: datetime
    acknowledged_at: datetime | None = None
    first_notice_at: datetime | None = None
    identified_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    caught_up_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many (0-11, 0-12, 3-41)."""

    customers: int | None = None
    customers_total: int | None = None
    volume: int | None = None
    volume_unit: str = ""
    lasting: str = ""  # how long it hurt, in words, where the times do not tell
    data: str = ""  # what became of data, in words
    is_internal: bool = False

    @property
    def percent(self) -> float | None:
        if self.customers is None or not self.customers_total:
            return None
        return 100 * self.customers / self.customers_total
