"""The figures of promises: how many were kept, and by how much the others were late, by kind, month, severity, team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from incidents.clocks.promises import KINDS, PromiseRecord, with_reasons
from incidents.models import User
from incidents.wording import whole_percent


@dataclass(frozen=True)
class PromiseFigures:
    """How many of some promises were kept, and by how much the others were late."""

    key: str
    label: str
    met: int
    late: int
    median: timedelta | None
    worst: timedelta | None

    @property
    def total(self) -> int:
        return self.met + self.late

    @property
    def percent(self) -> float:
        return 100 * self.met / self.total if self.total else 100.0

    @property
    def percent_late(self) -> float:
        return 100 - self.percent

    @property
    def whole_percent(self) -> int:
        return whole_percent(self.met, self.total)


def figures_of(promises: Iterable[PromiseRecord], *, now: datetime, key: str = "", label: str = "") -> PromiseFigures:
    promises = list(promises)
    late = [promise.late_by(now) for promise in promises if promise.is_late(now)]
    middle = timedelta(seconds=median(each.total_seconds() for each in late)) if late else None
    return PromiseFigures(key, label, len(promises) - len(late), len(late), middle, max(late, default=None))


@dataclass(frozen=True)
class Report:
    """The judged promises of a period, and how they went by kind, month, severity and team."""

    promises: list[PromiseRecord]
    now: datetime

    @property
    def total(self) -> PromiseFigures:
        return figures_of(self.promises, now=self.now)

    @property
    def late(self) -> list[PromiseRecord]:
        """Newest first."""
        late = [promise for promise in self.promises if promise.is_late(self.now)]
        return sorted(late, key=lambda promise: (promise.due_at, promise.subject.pk), reverse=True)

    def by_clock(self) -> list[PromiseFigures]:
        order = [kind.clock_key(clock) for kind in KINDS.values() for clock in kind.promises]
        return self._by(lambda promise: (order.index(promise.clock_key), promise.clock_key, promise.clock.label))

    def by_month(self) -> list[PromiseFigures]:
        """In the reader's zone, newest first."""

        def month(promise: PromiseRecord) -> tuple[int, str, str]:
            local = timezone.localtime(promise.due_at)
            return -(local.year * 12 + local.month), f"{local:%Y-%m}", date_format(local, "F Y")

        return self._by(month)

    def by_severity(self) -> list[PromiseFigures]:
        def severity(promise: PromiseRecord) -> tuple[int, str, str]:
            found = promise.subject.severity
            return (-found.pk, str(found.pk), str(found)) if found else (0, "", _("No severity"))

        return self._by(severity)

    def by_team(self) -> list[PromiseFigures]:
        def team(promise: PromiseRecord) -> tuple[str, str, str]:
            found = promise.subject.team
            return (found.name.lower(), str(found.pk), found.name) if found else ("\uffff", "none", _("No team"))

        return self._by(team)

    def _by(self, place: Callable[[PromiseRecord], tuple]) -> list[PromiseFigures]:
        """``place``: where it stands in the order, the key and the label of its group."""
        groups = defaultdict(list)
        for promise in self.promises:
            groups[place(promise)].append(promise)
        return [figures_of(groups[where], now=self.now, key=where[1], label=str(where[2])) for where in sorted(groups)]


def report(
    user: User,
    *,
    start: datetime,
    end: datetime,
    now: datetime,
    clock: str = "",
    severity: int | None = None,
    team: str = "",
) -> Report:
    """What was due from ``start`` until ``end`` and this person may see. ``team``: a key, or ``none``."""
    found: list[PromiseRecord] = []
    for kind in KINDS.values():
        records = kind.between(start, end, user=user, severity=severity)
        found += [promise for promise in records if start <= promise.due_at < end and promise.is_judged(now)]
    if clock:
        found = [promise for promise in found if promise.clock_key == clock]
    if team:
        found = [promise for promise in found if str(getattr(promise.subject.team, "pk", "none")) == team]
    return Report(with_reasons(found), now)
