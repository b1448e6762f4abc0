"""Early or longer than announced: against the end that readers knew when it began. One rule for every place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)  # less is as announced


def planned_end(ends_at: datetime, extended_from: Iterable[datetime | None]) -> datetime:
    """The end that was announced before it began. ``extended_from``: the ends that it had until it was extended, which
    makes it neither shorter nor late by less."""
    return min(filter(None, extended_from), default=ends_at)


def longer_by(ended_at: datetime, planned: datetime) -> timedelta:
    """Zero where it was not longer."""
    return ended_at - planned if ended_at - planned >= MINUTE else timedelta()


def early_by(ended_at: datetime, planned: datetime) -> timedelta:
    """Zero where it was not early."""
    return longer_by(planned, ended_at)
