"""The promise of a post-mortem that an all-clear may give: whether it is usual, and until when (4-07, 4-08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from incidents.choices import Audience, Status
from postmortems.choices import Way
from postmortems.models import Postmortem
from postmortems.policy import way_of

if TYPE_CHECKING:
    from statuspage.composer.context import ComposerContext

USUAL = 48 * 60  # minutes, where no policy says otherwise


@dataclass(frozen=True)
class ReportOffer:
    """``minutes`` count from ``since``, the resolution. ``is_usual``: ticked unless a person decides otherwise."""

    since: datetime
    minutes: int
    is_usual: bool

    @property
    def by(self) -> datetime:
        """In whole minutes, never later than the limit."""
        return (self.since + timedelta(minutes=self.minutes)).replace(second=0, microsecond=0)


def offer_of(composer: ComposerContext) -> ReportOffer | None:
    """None where no all-clear is to be written, or nobody outside would read it."""
    incident = composer.incident
    told = composer.last is not None and composer.last.status == Status.RESOLVED
    if incident.audience != Audience.PUBLIC or incident.is_backfilled or Status.RESOLVED not in composer.stages or (
        told and incident.status == Status.RESOLVED
    ):  # fmt: skip
        return None
    since = incident.resolved_at or composer.now
    promised = Postmortem.objects.filter(incident=incident, is_promised=True).unpublished().first()
    if promised and promised.publish_limit:
        return ReportOffer(since, promised.publish_limit, is_usual=True)
    choice = way_of(incident)
    limit = choice.policy.publish_minutes if choice.policy and choice.way != Way.NONE else None
    return ReportOffer(since, limit or USUAL, is_usual=limit is not None)
