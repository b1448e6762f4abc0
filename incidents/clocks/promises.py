"""Promises with a deadline, whatever owes them: an incident, or what another app offers with its own clocks.

An app offers what it owes by one line in its ``ready()``: ``offer(MaintenanceClocks())``. Clocks of every kind are
reminded of, noted when they break, and counted in the figures.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Q, QuerySet, TextChoices

from incidents.clocks.clock import Clock, late_by
from incidents.models import Breach, Incident, Severity, Team, User


@dataclass(frozen=True)
class Subject:
    """What owes something. ``row``: its own row, with whatever :class:`ClockKind` read along with it."""

    kind: ClockKind
    row: Any

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def public_id(self) -> str:
        return self.row.public_id

    @property
    def title(self) -> str:
        return str(self.row)

    @property
    def url(self) -> str:
        """Where staff answer for it, on the staff side."""
        return self.kind.url(self.row)

    @property
    def severity(self) -> Severity | None:
        return self.kind.severity(self.row)

    @property
    def owner(self) -> User | None:
        return self.kind.owner(self.row)

    @property
    def team(self) -> Team | None:
        """One for each, so that figures add up."""
        return self.kind.team(self.row)


@dataclass(frozen=True)
class PromiseRecord:
    """One promise and how it went. ``met_at`` empty: it is not met yet. ``clock`` is one of its kind's ``promises``."""

    subject: Subject
    clock: Any
    started_at: datetime
    due_at: datetime
    met_at: datetime | None = None
    breach: Breach | None = field(default=None, compare=False)

    def is_judged(self, now: datetime) -> bool:
        """What is not due yet and not met yet says nothing."""
        return self.met_at is not None or now > self.due_at

    def is_late(self, now: datetime) -> bool:
        return (self.met_at or now) > self.due_at

    def late_by(self, now: datetime) -> timedelta:
        return late_by(self.due_at, self.met_at, now)

    @property
    def key(self) -> tuple[str, int, str, datetime]:
        """Which promise it is, as a breach of it is noted."""
        return self.subject.kind.name, self.subject.pk, str(self.clock), self.due_at

    @property
    def clock_key(self) -> str:
        """Its clock among those of all kinds."""
        return self.subject.kind.clock_key(self.clock)


class ClockKind(ABC):
    """What owes promises of one kind. ``name`` is stored with each breach; ``promises`` are in the order of figures."""

    name: ClassVar[str]
    promises: ClassVar[type[TextChoices]]
    right: ClassVar[str] = "incidents.work_incident"  # to say why one was broken

    @abstractmethod
    def running(self, now: datetime) -> Iterable[tuple[Subject, Clock]]:
        """Every clock that runs, of what is not over or was over only lately. A constant number of queries."""

    @abstractmethod
    def locked(self, pk: int, *, now: datetime) -> tuple[Subject, list[Clock]] | None:
        """Read again under the lock that its verbs take; nothing where it owes nothing any more."""

    @abstractmethod
    def between(
        self, start: datetime, end: datetime, *, user: User | None = None, severity: int | None = None
    ) -> list[PromiseRecord]:
        """Every promise that may have been due in the period, judged or not; of what ``user`` may see (none: the
        system), with all that figures ask of a subject. A constant number of queries."""

    def overdue(self, since: datetime, now: datetime) -> list[PromiseRecord]:
        """Those that broke since then, and nothing of what was over before."""
        return [each for each in self.between(since, now) if each.is_late(now) and each.due_at >= since]

    def of(self, row: Any) -> list[PromiseRecord]:
        """Its promises, judged or not, for the screen on which it is explained why one was broken."""
        return []

    def answered_by(self, user: User, breaches: QuerySet[Breach]) -> list[PromiseRecord]:
        """The promises of what this person answers for and may see, and that ``breaches`` are of. One set of queries,
        whatever there is."""
        return []

    def find(self, pk: int, *, user: User) -> Subject | None:
        """The one with this key; none where this person may not see it."""
        return None

    @abstractmethod
    def lock(self, breach: Breach, *, by: User | None) -> None:
        """Lock what the breach is of; refuses where ``by`` may not see it."""

    @abstractmethod
    def url(self, row: Any) -> str: ...

    def severity(self, row: Any) -> Severity | None:
        return None

    def owner(self, row: Any) -> User | None:
        return None

    def team(self, row: Any) -> Team | None:
        return None

    def begins_at(self, row: Any) -> datetime:
        """What was due before that was owed by nobody."""
        return datetime.min.replace(tzinfo=UTC)

    def warns_before(self, clock: Clock) -> tuple[timedelta, ...]:
        """How long before it is due users are warned, the earliest warning first: once, five minutes before, or half of
        a limit that is shorter than ten."""
        return (min(timedelta(minutes=5), (clock.due_at - clock.started_at) / 2),)

    def escalates_after(self, row: Any) -> timedelta:
        """How long a clock may be late before leads are notified as well."""
        return timedelta(minutes=15)

    def incident(self, row: Any) -> Incident | None:
        """The one that it is about: users who may not see that get no reminder of its clocks."""
        return None

    def reference(self, row: Any) -> dict[str, Any]:
        """How a breach names it."""
        return {"kind": self.name, "subject_id": row.pk}

    def about(self, row: Any) -> dict[str, Any]:
        """How an announcement names it."""
        return self.reference(row) | {"incident": self.incident(row)}

    def clock_key(self, clock: str) -> str:
        return f"{self.name}.{clock}"


ASKED_FOR = timedelta(days=30)  # a reason
RECENT = timedelta(days=2)  # what was over longer ago is not reminded of, nor are its breaches noted
KINDS: dict[str, ClockKind] = {}


def offer(kind: ClockKind) -> None:
    KINDS[kind.name] = kind


def with_reasons(promises: list[PromiseRecord]) -> list[PromiseRecord]:
    """The same with what was noted of those that broke. One query."""
    noted: dict[tuple, Breach] = {}
    if promises:
        for breach in Breach.objects.filter(_of(promises)).select_related("reason_by"):
            noted[breach.key] = breach
    return [replace(promise, breach=noted.get(promise.key)) for promise in promises]


def broken(subject: Subject, *, now: datetime) -> list[PromiseRecord]:
    """What was noted of it and is late by the facts of now, newest first. One query where nothing was."""
    if not Breach.objects.filter(**subject.kind.reference(subject.row)).exists():
        return []
    return _noted(subject.kind.of(subject.row), now)


def unexplained(user: User, *, now: datetime) -> list[PromiseRecord]:
    """Broken promises of what this person answers for, for which nobody has said why, and they may."""
    since, found = now - ASKED_FOR, []
    for kind in KINDS.values():
        if user.has_perm(kind.right):
            lately = Breach.objects.unexplained().filter(kind=kind.name, due_at__gte=since)
            found += _noted(kind.answered_by(user, lately), now)
    return [promise for promise in found if not promise.breach.reason and promise.due_at >= since]


def _noted(records: list[PromiseRecord], now: datetime) -> list[PromiseRecord]:
    late = [promise for promise in with_reasons(records) if promise.breach and promise.is_late(now)]
    return sorted(late, key=lambda promise: promise.due_at, reverse=True)


def noted_since(start: datetime) -> set[tuple]:
    """The keys of the broken promises that were due since then and stand noted. One query."""
    return {breach.key for breach in Breach.objects.filter(due_at__gte=start)}


def _of(promises: list[PromiseRecord]) -> Q:
    found = Q(incident__in={p.subject.pk for p in promises if p.subject.kind.name == Breach.INCIDENT})
    for name in {p.subject.kind.name for p in promises} - {Breach.INCIDENT}:
        found |= Q(kind=name, subject_id__in={p.subject.pk for p in promises if p.subject.kind.name == name})
    return found
