"""Stages without a public update, the closure gate, and the way back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import choices, gate, signals
from incidents.actions import impacts
from incidents.actions.base import check_transition, locked, record, require, require_reason, save
from incidents.choices import EntryKind, Status
from incidents.exceptions import DomainError, GateNotMet
from incidents.models import Incident, User
from incidents.scope import Affected

LIFE_FIELDS = ("status", "identified_at", "monitoring_at", "resolved_at")
ATTESTATIONS = {"stable": ("stable_at", "stable_by"), "fix_time": ("fix_time_at", "fix_time_by")}


@transaction.atomic
def change_stage(
    incident: Incident,
    *,
    status: Status,
    by: User | None,
    note: str = "",
    override_reason: str = "",
    version: int | None = None,
) -> Incident:
    """Engineering's step: the stage moves, customers are not told; telling them becomes Support's next step (1-16)."""
    require(by, "work_incident")
    incident = locked(incident, by=by, version=version)
    status, old = Status(status), incident.status
    if old not in choices.WORKING or status not in choices.PUBLIC:
        raise DomainError(_("Only a confirmed, open incident changes its stage this way."), field="status")
    if status == old:
        raise DomainError(_("It is %(status)s already.") % {"status": status.label.lower()}, field="status")
    check_transition(incident, status)
    now = timezone.now()
    if status == Status.RESOLVED:
        close(incident, by=by, at=now, override_reason=override_reason, note=note)
    else:
        move(incident, status, at=now)
        record(incident, EntryKind.STAGE, by=by, at=now, text=note, old=old, new=status)
    save(incident, *LIFE_FIELDS, by=by, reason=note)
    (signals.resolved if status == Status.RESOLVED else signals.stage_changed).send(sender=Incident, incident=incident)
    return incident


@transaction.atomic
def attest(
    incident: Incident, *, condition: str, by: User | None, given: bool = True, version: int | None = None
) -> Incident:
    """Attest, or take back, one of the two exit conditions: ``stable`` or ``fix_time`` (3-31)."""
    require(by, "work_incident")
    incident = locked(incident, by=by, version=version)
    if incident.status not in choices.WORKING:
        raise DomainError(_("Only an open, confirmed incident is attested."))
    at_field, by_field = ATTESTATIONS[condition]
    setattr(incident, at_field, timezone.now() if given else None)
    setattr(incident, by_field, by if given else None)
    save(incident, at_field, by_field, by=by)
    record(incident, EntryKind.ATTESTED, by=by, condition=condition, given=given)
    return incident


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

    One that was recorded afterwards is live from now on: what the public had been told then is its first notice.
    """
    require(by, "reopen_incident")
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
        incident, *LIFE_FIELDS, "mitigated_at", "caught_up_at", "catch_up_eta", "stable_at", "stable_by", "fix_time_at",
        "fix_time_by", "declared_resolved", "is_backfilled", "first_notice_at", by=by, reason=reason,
    )  # fmt: skip
    impacts.apply(incident, affected, by=by, at=now)
    record(incident, EntryKind.REOPENED, by=by, at=now, text=reason)
    signals.reopened.send(sender=Incident, incident=incident)
    return incident


def move(incident: Incident, status: Status, *, at: datetime) -> None:
    """Set the stage and stamp its time; the caller holds the lock and saves ``LIFE_FIELDS``."""
    if incident.status == status:
        return
    incident.status = status
    if status == Status.IDENTIFIED and incident.identified_at is None:
        incident.identified_at = at
    elif status == Status.MONITORING:
        incident.monitoring_at = at
    elif status == Status.RESOLVED:
        incident.resolved_at = at


def close(incident: Incident, *, by: User | None, at: datetime, override_reason: str, note: str = "") -> list[Affected]:
    """Pass the gate, or be overridden by a lead; end every impact; keep what was missing (0-26, 3-31)."""
    missing = gate.missing(incident, now=at)
    blocks = incident.severity.gate_blocks and not incident.declared_resolved
    if missing and blocks:
        if not override_reason.strip():
            raise GateNotMet(missing)
        require(by, "override_incident")
    healed = impacts.end_all(incident, by=by, at=at)
    move(incident, Status.RESOLVED, at=at)
    reason = override_reason.strip() if missing and blocks else ""
    incident.resolutions.create(resolved_at=at, by=by, missing=missing, override_reason=reason)
    record(incident, EntryKind.RESOLVED, by=by, at=at, text=reason or note, missing=missing, override_reason=reason)
    return healed
