"""Promises of incidents, kept and broken, derived from facts: pure queries, the same number whatever the past holds.

Counted are the first public notice (2-11, 3-22), each interval to a next update (0-16), the word that is owed after a
reopening, and the decision about a suspicion. Drills and what was recorded afterwards owe nothing, an incident that
was taken from the public owes it nothing more, and the clocks of one that was merged stop at the merging.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from incidents import choices
from incidents.choices import Audience, Promise, Status
from incidents.clocks import clocks
from incidents.clocks.clock import Clock
from incidents.clocks.promises import RECENT, ClockKind, PromiseRecord, Subject
from incidents.locking import locked
from incidents.models import Breach, Incident, IncidentUpdate, Resolution, Severity, Team, User
from incidents.models.incident import IncidentQuerySet

BEFORE = timedelta(days=7)  # an incident that was over for longer owes nothing in the period


def counted() -> IncidentQuerySet:
    """Incidents that owe somebody something."""
    return Incident.objects.filter(is_backfilled=False).exclude(audience=Audience.DRILL)


def between(incidents: IncidentQuerySet, start: datetime, end: datetime) -> IncidentQuerySet:
    """Those that may owe something from ``start`` until ``end``: reported before, and not over long before."""
    rows = incidents.filter(declared_at__lt=end)
    for over in ("resolved_at", "dismissed_at", "merged_at"):
        rows = rows.exclude(**{f"{over}__lt": start - BEFORE})
    return rows


def promises_of(incidents: IncidentQuerySet, *related: str) -> list[PromiseRecord]:
    """Every promise of these incidents, judged or still running. Three queries."""
    rows = list(clocks.annotated(incidents).select_related("severity", *related))
    updates, reopenings = defaultdict(list), defaultdict(list)
    told = IncidentUpdate.objects.visible().filter(incident__in=incidents.order_by().values("pk"))
    for update in told.only("incident_id", "status", "posted_at", "due_at").order_by("posted_at", "pk"):
        updates[update.incident_id].append(update)
    again = Resolution.objects.filter(incident__in=incidents.order_by().values("pk"), reopened_at__isnull=False)
    for incident_id, at in again.values_list("incident_id", "reopened_at").order_by("reopened_at"):
        reopenings[incident_id].append(at)
    found: list[PromiseRecord] = []
    for incident in rows:
        found += _decided(incident)
        if incident.had_public_clocks:
            found += _intervals(incident, updates[incident.pk])
            found += _said_again(incident, updates[incident.pk], reopenings[incident.pk])
    return found


def _decided(incident: Incident) -> Iterable[PromiseRecord]:
    """The suspicion, and the first notice from when it is owed: a suspicion may still turn out to be nothing."""
    for clock in clocks.clocks_of(incident):
        if clock.key == Promise.SUSPICION or (
            clock.key == Promise.FIRST_NOTICE and incident.status != Status.SUSPECTED
        ):
            yield PromiseRecord(_subject(incident), Promise(clock.key), clock.started_at, clock.due_at, clock.met_at)


def _intervals(incident: Incident, updates: list[IncidentUpdate]) -> Iterable[PromiseRecord]:
    for update, later in pairwise([*updates, None]):
        if update is None or update.due_at is None or update.status not in choices.WORKING:
            continue
        met_at = later.posted_at if later else None
        if met_at is None and incident.is_merged:
            if incident.merged_at <= update.due_at:  # the clock stopped in time: it goes on in the other incident
                continue
            met_at = incident.merged_at
        yield PromiseRecord(_subject(incident), Promise.NEXT_UPDATE, update.posted_at, update.due_at, met_at)


def _said_again(incident: Incident, updates: list[IncidentUpdate], reopened: list[datetime]) -> Iterable[PromiseRecord]:
    """Reopened while the page says resolved: as urgent as a first notice."""
    for update, later in pairwise([*updates, None]):
        if update is None or update.status != Status.RESOLVED:
            continue
        until = later.posted_at if later else incident.merged_at
        starts = [at for at in reopened if at >= update.posted_at and (until is None or at <= until)]
        if starts:
            due_at = starts[0] + timedelta(minutes=incident.first_notice_limit)
            yield PromiseRecord(_subject(incident), Promise.REOPENING, starts[0], due_at, until)


class IncidentClocks(ClockKind):
    name = Breach.INCIDENT
    promises = Promise

    def running(self, now: datetime) -> Iterable[tuple[Subject, Clock]]:
        """Of open incidents, and of those that ended inside while customers still wait for an update."""
        for incident in clocks.annotated(_watched(now)).select_related("severity"):
            subject = _subject(incident)
            yield from ((subject, clock) for clock in clocks.clocks_of(incident) if clock.is_running)

    def locked(self, pk: int, *, now: datetime) -> tuple[Subject, list[Clock]] | None:
        if not Incident.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first():
            return None
        rows = clocks.annotated(_watched(now)).select_related("severity", "owner")
        incident = rows.filter(pk=pk).first()
        return (_subject(incident), clocks.clocks_of(incident)) if incident else None

    def between(
        self, start: datetime, end: datetime, *, user: User | None = None, severity: int | None = None
    ) -> list[PromiseRecord]:
        rows = between(counted(), start, end)
        if user is None:
            return promises_of(rows)
        rows = rows.visible_to(user).prefetch_related("impacts__component__team")
        return promises_of(rows.filter(severity=severity) if severity else rows, "owner__team")

    def overdue(self, since: datetime, now: datetime) -> list[PromiseRecord]:
        records = promises_of(between(counted(), since + BEFORE, now))
        return [each for each in records if each.is_late(now) and each.due_at >= since]

    def of(self, row: Incident) -> list[PromiseRecord]:
        return promises_of(Incident.objects.filter(pk=row.pk))

    def answered_by(self, user: User, breaches: QuerySet[Breach]) -> list[PromiseRecord]:
        """Of incidents that this person leads."""
        return promises_of(Incident.objects.visible_to(user).filter(owner=user, pk__in=breaches.values("incident")))

    def find(self, pk: int, *, user: User) -> Subject | None:
        row = Incident.objects.visible_to(user).filter(pk=pk).first()
        return _subject(row) if row and user.has_perm("incidents.view_incident") else None

    def lock(self, breach: Breach, *, by: User | None) -> None:
        locked(breach.incident, by=by)

    def url(self, row: Incident) -> str:
        return reverse("admin:incidents_incident_change", args=[row.public_id])

    def severity(self, row: Incident) -> Severity:
        return row.severity

    def owner(self, row: Incident) -> User | None:
        return row.owner

    def team(self, row: Incident) -> Team | None:
        """The owner's; else the team that owns what is worst affected."""
        if row.owner and row.owner.team:
            return row.owner.team
        owned = [impact for impact in row.impacts.all() if impact.component.team]
        worst = min(owned, key=lambda impact: (-impact.level, impact.pk), default=None)
        return worst.component.team if worst else None

    def begins_at(self, row: Incident) -> datetime:
        return row.declared_at

    def escalates_after(self, row: Incident) -> timedelta:
        return timedelta(minutes=row.severity.escalation_minutes)

    def incident(self, row: Incident) -> Incident:
        return row

    def reference(self, row: Incident) -> dict[str, Any]:
        return {"incident": row}

    def clock_key(self, clock: str) -> str:
        """Plain, as bookmarks of the report have it."""
        return str(clock)


INCIDENT_CLOCKS = IncidentClocks()


def _subject(incident: Incident) -> Subject:
    return Subject(INCIDENT_CLOCKS, incident)


def _watched(now: datetime) -> IncidentQuerySet:
    lately = Q(status=Status.RESOLVED, resolved_at__gte=now - RECENT)
    return counted().filter(Q(status__in=choices.OPEN) | lately)
