"""Stages without a public update, and the closure gate."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import choices, gate, signals
from incidents.actions import impacts
from incidents.actions.base import check_transition, locked, record, save
from incidents.choices import EntryKind, Status
from incidents.exceptions import DomainError, GateNotMet
from incidents.models import Incident, User
from incidents.permissions import require
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
    """Engineering's step: the stage moves, nothing is published; that becomes Support's next step (1-16)."""
    require(by, "incidents.work_incident")
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
    """Attest, or take back, one of the two exit conditions: ``stable`` or ``fix_time``. Both attested stamp
    *mitigated*, which goes with either of them; a time that a person wrote there stays (3-31)."""
    require(by, "incidents.work_incident")
    incident = locked(incident, by=by, version=version)
    if incident.status not in choices.WORKING:
        raise DomainError(_("Only an open, confirmed incident is attested."))
    at_field, by_field = ATTESTATIONS[condition]
    stood = _both_attested(incident)
    setattr(incident, at_field, timezone.now() if given else None)
    setattr(incident, by_field, by if given else None)
    stands = _both_attested(incident)
    if incident.mitigated_at == stood:  # none, or stamped by this
        incident.mitigated_at = stands
    save(incident, at_field, by_field, "mitigated_at", by=by)
    record(incident, EntryKind.ATTESTED, by=by, condition=condition, given=given)
    return incident


def _both_attested(incident: Incident) -> datetime | None:
    """Since when both exit conditions are attested: the mitigation ended then (3-31)."""
    times = (incident.stable_at, incident.fix_time_at)
    return max(times) if all(times) else None


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


def close(
    incident: Incident, *, by: User | None, at: datetime, override_reason: str, note: str = "", told: bool = False
) -> list[Affected]:
    """Pass the gate, or be overridden by a lead; end every impact; keep what was missing (0-26, 3-31).

    ``told``: an update follows in the same act. It and the stage before are kept for a user who takes it back at once.
    """
    found = gate.missing(incident, now=at)
    missing, blocking = [str(each) for each in found], gate.blocking(incident, found)
    if blocking:
        if not override_reason.strip():
            raise GateNotMet([str(each) for each in blocking])
        require(by, "incidents.override_incident")
    healed, old = impacts.end_all(incident, by=by, at=at), incident.status
    move(incident, Status.RESOLVED, at=at)
    reason = override_reason.strip() if blocking else ""
    incident.resolutions.create(resolved_at=at, by=by, missing=missing, override_reason=reason)
    record(
        incident, EntryKind.RESOLVED, by=by, at=at, text=reason or note, missing=missing, override_reason=reason,
        old=old, told=told,
    )  # fmt: skip
    return healed
