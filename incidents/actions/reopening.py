"""The two ways back from resolved: never over (at once, by the user who resolved it), or not over any more."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import signals, undo
from incidents.actions import closing, impacts
from incidents.actions.base import locked, record, require_reason, save
from incidents.actions.updates import LONGEST_REASON, take_off
from incidents.choices import EntryKind, Status
from incidents.exceptions import DomainError
from incidents.models import Incident, User
from incidents.permissions import require
from incidents.scope import Affected


@transaction.atomic
def reopen(
    incident: Incident,
    *,
    reason: str,
    by: User | None,
    affected: Iterable[Affected] | None = None,
    version: int | None = None,
) -> Incident:
    """It is not over. A new impact begins where the last one ended, earlier resolutions are kept.

    Until customers are told, the page says resolved, and a clock runs. One that was recorded afterwards is live from
    now on: what had been published then is its first notice.
    """
    require(by, "incidents.reopen_incident")
    incident = locked(incident, by=by, version=version)
    if incident.status != Status.RESOLVED:
        raise DomainError(_("Only a resolved incident can be reopened."))
    require_reason(reason)
    now = timezone.now()
    affected = impacts.last_ended(incident) if affected is None else affected
    last = incident.resolutions.get(reopened_at__isnull=True)
    last.reopened_at, last.reopened_by, last.reopen_reason = now, by, reason
    last.save(update_fields=["reopened_at", "reopened_by", "reopen_reason"])
    incident.status, incident.resolved_at, incident.monitoring_at = (Status.INVESTIGATING, None, None)
    incident.mitigated_at = incident.caught_up_at = incident.catch_up_eta = None
    incident.stable_at = incident.stable_by = incident.fix_time_at = incident.fix_time_by = None
    if incident.is_backfilled and (first := incident.updates.visible().order_by("posted_at", "pk").first()):
        incident.first_notice_at = first.posted_at
    incident.declared_resolved = incident.is_backfilled = False
    save(
        incident, *closing.LIFE_FIELDS, "mitigated_at", "caught_up_at", "catch_up_eta", "stable_at", "stable_by",
        "fix_time_at", "fix_time_by", "declared_resolved", "is_backfilled", "first_notice_at", by=by, reason=reason,
    )  # fmt: skip
    impacts.apply(incident, affected, by=by, at=now)
    record(incident, EntryKind.REOPENED, by=by, at=now, text=reason)
    signals.reopened.send(sender=Incident, incident=incident)
    return incident


@transaction.atomic
def unresolve(
    incident: Incident, *, reason: str, by: User | None, tell: bool = True, version: int | None = None
) -> Incident:
    """It was resolved by mistake a moment ago: as if it never had been. An undo, and so no transition of its own.

    The stage before is back, what the resolution ended goes on as the same impact, the all-clear leaves every page.
    What was attested and answered stays. Only for the user who resolved it, and only for :data:`incidents.undo.FOR`.
    ``tell``: whoever was told of the all-clear hears that it does not stand.
    """
    incident = locked(incident, by=by, version=version)
    now = timezone.now()
    way = undo.of_resolution(incident, by=by, now=now)
    require(by, way.needs)
    require_reason(reason, most=LONGEST_REASON)
    going_on = undo.ended_with_it(incident)
    last = incident.resolutions.get(reopened_at__isnull=True)
    last.reopened_at, last.reopened_by, last.reopen_reason = now, by, reason
    last.save(update_fields=["reopened_at", "reopened_by", "reopen_reason"])
    incident.status, incident.resolved_at = way.stage, None
    if way.update is not None:
        take_off(incident, way.update, by=by, reason=reason, tell=tell)
    save(incident, *closing.LIFE_FIELDS, "first_notice_at", by=by, reason=reason)
    impacts.go_on(incident, going_on, by=by, at=now, reason=reason)
    record(incident, EntryKind.REOPENED, by=by, at=now, text=reason, new=way.stage, taken_back=True)
    signals.unresolved.send(sender=Incident, incident=incident)
    if way.update is not None:
        signals.update_withdrawn.send(sender=Incident, incident=incident, update=way.update)
    return incident
