"""One deadline, as a value: it knows no incident, nor anything else that may owe it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SOON = timedelta(minutes=7)


class State(StrEnum):
    RUNNING = "running"
    SOON = "soon"
    LATE = "late"
    MET = "met"
    MISSED = "missed"


def late_by(due_at: datetime, met_at: datetime | None, now: datetime) -> timedelta:
    """The one lateness that every screen, message and file tells."""
    return max((met_at or now) - due_at, timedelta())


@dataclass(frozen=True)
class Clock:
    """One promise: from when, until when, and whether it was kept."""

    key: str
    label: str
    started_at: datetime
    due_at: datetime
    met_at: datetime | None = None
    is_promise: bool = False

    def state(self, now: datetime) -> State:
        if self.met_at:
            return State.MET if self.met_at <= self.due_at else State.MISSED
        if now > self.due_at:
            return State.LATE
        left = self.due_at - now
        return State.SOON if left < SOON or left < (self.due_at - self.started_at) / 4 else State.RUNNING

    @property
    def is_running(self) -> bool:
        return self.met_at is None

    def late_by(self, now: datetime) -> timedelta:
        """How late it was met, or is by now; nothing where it was kept."""
        return late_by(self.due_at, self.met_at, now)

    @property
    def took(self) -> timedelta | None:
        return self.met_at - self.started_at if self.met_at else None
