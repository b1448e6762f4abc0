"""The promise of an announced window: it is over when readers were told that it would be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import Audience
from incidents.clocks.clock import Clock
from incidents.clocks.promises import ClockKind, PromiseRecord, Subject
from incidents.maintenance.choices import RUNNING
from incidents.maintenance.locking import locked
from incidents.maintenance.models import Window
from incidents.maintenance.models.window import WindowQuerySet
from incidents.maintenance.places import url_of
from incidents.models import Breach, Team, User

WARNING = timedelta(minutes=15)
SEE = "maintenance.view_window"


class MaintenancePromise(TextChoices):
    END = "end", gettext_lazy("Maintenance ends")


class MaintenanceClocks(ClockKind):
    name = "maintenance"
    promises = MaintenancePromise
    right = "maintenance.announce_window"

    def subject(self, row: Window) -> Subject:
        return Subject(self, row)

    def running(self, now: datetime) -> Iterable[tuple[Subject, Clock]]:
        for row in _read(Window.objects.running()):
            yield self.subject(row), clock_of(row)

    def locked(self, pk: int, *, now: datetime) -> tuple[Subject, list[Clock]] | None:
        Window.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
        row = _read(_owing().filter(pk=pk)).first()
        return (self.subject(row), [clock_of(row)]) if row else None

    def between(
        self, start: datetime, end: datetime, *, user: User | None = None, severity: int | None = None
    ) -> list[PromiseRecord]:
        """Windows have no severity: asked for one, there are none."""
        if severity or (user is not None and not user.has_perm(SEE)):
            return []
        return [self._record(row) for row in _read(_owing().filter(ends_at__gte=start, ends_at__lt=end))]

    def of(self, row: Window) -> list[PromiseRecord]:
        found = _read(_owing().filter(pk=row.pk)).first()
        return [self._record(found)] if found else []

    def answered_by(self, user: User, breaches: QuerySet[Breach]) -> list[PromiseRecord]:
        rows = _owing().visible_to(user).filter(owner=user, pk__in=breaches.values("subject_id"))
        return [self._record(row) for row in _read(rows)]

    def find(self, pk: int, *, user: User) -> Subject | None:
        row = _read(Window.objects.visible_to(user).filter(pk=pk)).first()
        return self.subject(row) if row else None

    def lock(self, breach: Breach, *, by: User | None) -> None:
        locked(Window(pk=breach.subject_id), by=by)

    def url(self, row: Window) -> str:
        return url_of(row)

    def owner(self, row: Window) -> User | None:
        return row.owner

    def team(self, row: Window) -> Team | None:
        if row.team is not None:
            return row.team
        return row.owner.team if row.owner is not None else None

    def begins_at(self, row: Window) -> datetime:
        return row.started_at

    def warns_before(self, clock: Clock) -> tuple[timedelta, ...]:
        """A quarter of an hour before its end, or half of its length: time to extend it."""
        return (min(WARNING, (clock.due_at - clock.started_at) / 2),)

    def _record(self, row: Window) -> PromiseRecord:
        clock = clock_of(row)
        return PromiseRecord(self.subject(row), MaintenancePromise.END, clock.started_at, clock.due_at, clock.met_at)


MAINTENANCE_CLOCKS = MaintenanceClocks()


def clock_of(window: Window) -> Clock:
    """From when it began until its end as announced last. What ends by itself is extended in time, or is over."""
    label = _("Ends by itself") if window.is_automatic else _("End it, or extend it")
    over_at = window.ended_at or window.cancelled_at
    return Clock(MaintenancePromise.END, label, window.started_at, window.ends_at, over_at)


def _owing() -> WindowQuerySet:
    """What began, and was told to customers."""
    began = Q(state__in=RUNNING) | Q(started_at__isnull=False, ended_at__isnull=False)
    return Window.objects.filter(began, audience=Audience.PUBLIC)


def _read(rows: WindowQuerySet) -> WindowQuerySet:
    return rows.select_related("owner__team", "team").order_by("ends_at", "pk")
