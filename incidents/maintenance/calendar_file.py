"""A window as an event of calendars, with what carriers' programs read of it (MAINTNOTE)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.calendars import TimedEvent, Work
from incidents.maintenance.choices import Expected, Kind, State

SHORTEST = timedelta(minutes=1)  # an event ends after it begins
MAINTNOTE_IMPACT = {
    Expected.NOTHING: "NO-IMPACT",
    Expected.AT_RISK: "REDUCED-REDUNDANCY",
    Expected.DEGRADED: "DEGRADED",
    Expected.OUTAGE: "OUTAGE",
}
MAINTNOTE_STATUS = {
    State.SCHEDULED: "CONFIRMED",
    State.IN_PROGRESS: "IN-PROCESS",
    State.VERIFYING: "IN-PROCESS",
    State.COMPLETED: "COMPLETED",
    State.CANCELLED: "CANCELLED",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar says of a window. ``objects`` are names of components, ``places`` of locations; ``until`` is the
    end as announced, or the one that it had in the end."""

    id: str
    title: str
    kind: Kind
    state: State
    starts_at: datetime
    until: datetime
    sequence: int
    announced_at: datetime
    changed_at: datetime
    expected: Expected
    objects: tuple[str, ...]
    places: tuple[str, ...]
    text: str  # plain
    url: str


def uid(public_id: str) -> str:
    """The same for ever, wherever the window is read: an address may change, the window does not."""
    return f"{public_id}@bridgewatch"


def span(
    *,
    starts_at: datetime,
    ends_at: datetime,
    started_at: datetime | None,
    ended_at: datetime | None,
    is_cancelled: bool,
) -> tuple[datetime, datetime]:
    """From when until when it stands in calendars: as announced, and as it really was once it is over."""
    begins = started_at if started_at and ended_at else starts_at
    until = ended_at if ended_at and not is_cancelled else ends_at
    return begins, max(until, begins + SHORTEST)


def event(entry: Entry, *, provider: str, account: str, organizer: str) -> TimedEvent:
    """``provider`` and ``account`` are what carriers' programs file it under: who works, and for whom. ``organizer``:
    the address that is asked about it."""
    return TimedEvent(
        uid=uid(entry.id),
        starts_at=entry.starts_at,
        ends_at=entry.until,
        summary=entry.title,
        description=entry.text,
        url=entry.url,
        changed_at=entry.changed_at,
        made_at=entry.announced_at,
        sequence=entry.sequence,
        is_cancelled=entry.state == State.CANCELLED,
        place=", ".join(entry.places),
        categories=("MAINTENANCE", str(entry.kind.label)),
        work=Work(
            provider=provider,
            account=account,
            maintenance_id=entry.id,
            objects=entry.objects,
            impact=MAINTNOTE_IMPACT[entry.expected],
            status=MAINTNOTE_STATUS[entry.state],
            organizer=organizer,
        ),
    )
