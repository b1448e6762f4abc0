"""Impacts begin, change and end; every change of scope is in the timeline (0-25)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import choices, signals
from incidents.actions.base import locked, record, require_reason, save, save_audited
from incidents.choices import EntryKind, Level
from incidents.exceptions import DomainError
from incidents.models import Impact, Incident, User
from incidents.permissions import require
from incidents.scope import Affected, one_for_each_place, open_impacts


@transaction.atomic
def set_impacts(
    incident: Incident,
    affected: Iterable[Affected],
    *,
    by: User | None,
    version: int | None = None,
    at: datetime | None = None,
) -> Incident:
    """Give each named place its level from ``at`` (now); operational ends what is open there. Other places stay."""
    require(by, "incidents.work_incident")
    incident = locked(incident, by=by, version=version)
    if incident.is_merged:
        raise DomainError(_("This incident was merged. Change what is affected where it goes on."))
    if incident.status not in choices.OPEN:
        raise DomainError(_("The incident is over; reopen it before you change what it affects."))
    now = timezone.now()
    if at is not None and not incident.started_at <= at <= now:
        raise DomainError(_("Choose a time between the start of the incident and now."), field="at")
    if apply(incident, affected, by=by, at=at or now):
        save(incident, by=by)
        signals.facts_changed.send(sender=Incident, incident=incident)
    return incident


@transaction.atomic
def correct_impact(
    impact: Impact, *, by: User | None, reason: str, started_at: datetime, ended_at: datetime | None, level: Level,
    version: int | None = None,
) -> Impact:  # fmt: skip
    """Set right when an impact began or ended, or how bad it was, with the reason."""
    require(by, "incidents.work_incident")
    incident = locked(impact.incident, by=by, version=version)
    impact = _locked(impact)
    require_reason(reason)
    now = timezone.now()
    if started_at > now or (ended_at and ended_at > now):
        raise DomainError(
            _("This lies in the future."), field="ended_at" if ended_at and ended_at > now else "started_at"
        )
    if started_at < incident.started_at:
        raise DomainError(_("The incident had not started yet; correct its start first."), field="started_at")
    if ended_at and ended_at < started_at:
        raise DomainError(_("It cannot end before it starts."), field="ended_at")
    if ended_at is None and incident.status not in choices.OPEN:
        raise DomainError(_("The incident is over, so the impact needs an end."), field="ended_at")
    if (
        ended_at is None
        and incident.impacts.open()
        .filter(component=impact.component, location=impact.location)
        .exclude(pk=impact.pk)
        .exists()
    ):
        raise DomainError(_("Another impact is open at the same place; end it first."), field="ended_at")
    old = impact.level
    impact.started_at, impact.ended_at, impact.level = started_at, ended_at, level
    save_audited(impact, "started_at", "ended_at", "level", by=by, reason=reason)
    save(incident, by=by)
    _record_change(incident, impact, old, level, by=by, at=now, text=reason)
    signals.facts_changed.send(sender=Incident, incident=incident)
    return impact


@transaction.atomic
def remove_impact(impact: Impact, *, by: User | None, reason: str, version: int | None = None) -> Incident:
    """Take back an impact that never was; the history keeps the row. What customers read names at least one."""
    require(by, "incidents.work_incident")
    incident = locked(impact.incident, by=by, version=version)
    impact = _locked(impact)
    require_reason(reason)
    if incident.impacts.count() == 1 and Incident.objects.public().contains(incident):
        raise DomainError(_("Customers read what is affected: add the right component before you remove this one."))
    save(incident, by=by)
    _record_change(incident, impact, impact.level, Level.OPERATIONAL, by=by, at=timezone.now(), text=reason)
    impact._history_user, impact._change_reason = by, reason
    impact.delete()
    signals.facts_changed.send(sender=Incident, incident=incident)
    return incident


def begin(incident: Incident, affected: Iterable[Affected], *, by: User | None, at: datetime) -> None:
    """The first impacts of an incident, from its start; their scope is one line each."""
    apply(incident, affected, by=by, at=at)


def last_ended(incident: Incident) -> list[Affected]:
    """The places that the resolution declared healthy; where all had ended before it, those that ended last."""
    ended = list(
        incident.impacts.filter(ended_at__isnull=False)
        .select_related("component", "location")
        .order_by("ended_at", "pk")
    )
    since = min([incident.resolved_at, *(impact.ended_at for impact in ended[-1:])])
    return one_for_each_place(Affected(i.component, i.location, Level(i.level)) for i in ended if i.ended_at >= since)


def _locked(impact: Impact) -> Impact:
    try:
        return Impact.objects.select_for_update(of=("self",)).get(pk=impact.pk)
    except Impact.DoesNotExist:
        raise DomainError(_("Somebody removed this impact meanwhile.")) from None


def end_all(incident: Incident, *, by: User | None, at: datetime, told: bool = True) -> list[Affected]:
    """End what is open; returns the places that work again."""
    healed = [Affected(i.component, i.location, Level.OPERATIONAL) for i in open_impacts(incident)]
    apply(incident, healed, by=by, at=at, told=told)
    return healed


def go_on(incident: Incident, ended: Iterable[Impact], *, by: User | None, at: datetime, reason: str) -> None:
    """What was said to have ended never did: the same impacts are open again."""
    for impact in ended:
        impact.ended_at = None
        save_audited(impact, "ended_at", by=by, reason=reason)
        _record_change(incident, impact, Level.OPERATIONAL, impact.level, by=by, at=at, text=reason)


def apply(
    incident: Incident, affected: Iterable[Affected], *, by: User | None, at: datetime, told: bool = True
) -> bool:
    """Bring the open impacts to these levels under the incident's lock; whether anything changed."""
    open_at = {(i.component_id, i.location_id): i for i in open_impacts(incident)}
    changed = False
    for item in one_for_each_place(affected):
        new = Level.of_severity(incident.severity_id) if item.level is None else Level(item.level)
        impact = open_at.get(item.place)
        old = Level(impact.level) if impact else Level.OPERATIONAL
        if new == old:
            continue
        changed = True
        if impact is not None:
            impact.ended_at = max(at, impact.started_at)
            save_audited(impact, "ended_at", by=by)
        if new != Level.OPERATIONAL:
            begins_at = max(at, impact.started_at) if impact is not None else at
            impact = Impact(
                incident=incident, component=item.component, location=item.location, level=new, started_at=begins_at
            )
            save_audited(impact, by=by)
        if told:
            _record_change(incident, impact, old, new, by=by, at=at)
    return changed


def _record_change(incident, impact, old, new, *, by, at, text="") -> None:
    record(
        incident, EntryKind.IMPACT, by=by, at=at, text=text, component=impact.component.name,
        location=impact.location.name if impact.location else "", old=int(old), new=int(new),
    )  # fmt: skip
