"""A past incident, recorded afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import choices, signals
from incidents.actions import impacts
from incidents.actions.base import record, save_audited
from incidents.actions.declaring import create
from incidents.actions.updates import tell_states
from incidents.choices import Audience, EntryKind, Level, Status
from incidents.exceptions import DomainError
from incidents.models import Incident, IncidentUpdate, Severity, User
from incidents.permissions import require
from incidents.scope import Affected, current


@transaction.atomic
def backfill(
    *,
    title: str,
    severity: Severity,
    by: User | None,
    affected: Sequence[Affected],
    started_at: datetime,
    resolved_at: datetime,
    updates: Sequence[tuple[Status, str, datetime]],
    **facts,
) -> Incident:
    """Record a past incident: nobody is told, no clock, no compliance figure; it counts in uptime.

    ``updates`` are what was published then, or would have been: stage, text, time. ``facts`` as for ``declare``.
    """
    require(by, "incidents.publish_incident")
    now = timezone.now()
    if not started_at < resolved_at <= now:
        raise DomainError(_("A past incident ends after it starts, and not in the future."), field="resolved_at")
    if not affected:
        raise DomainError(_("Choose at least one component: customers read what is affected."), field="components")
    _check(updates, started_at, now)
    facts.setdefault("audience", Audience.PUBLIC)
    facts["detected_at"] = facts.get("detected_at") or started_at
    incident = create(
        title=title, severity=severity, by=by, affected=affected, now=now, status=Status.RESOLVED,
        started_at=started_at, confirmed_at=facts["detected_at"], resolved_at=resolved_at, is_backfilled=True, **facts,
    )  # fmt: skip
    failing = current(incident)
    healed = [replace(item, level=Level.OPERATIONAL) for item in failing]
    impacts.end_all(incident, by=by, at=resolved_at, told=False)
    incident.resolutions.create(resolved_at=resolved_at, by=by)
    for status, body, at in updates:
        update = IncidentUpdate(
            incident=incident, status=status, body=body.strip(), posted_at=at, author=by,
            deliver_notifications=False, limit_minutes=severity.update_minutes,
        )  # fmt: skip
        save_audited(update, by=by)
        tell_states(update, healed if status == Status.RESOLVED else failing)
        record(incident, EntryKind.UPDATE, by=by, at=at, update=update)
    record(incident, EntryKind.BACKFILLED, by=by, at=now)
    signals.facts_changed.send(sender=Incident, incident=incident)
    return incident


def _check(updates: Sequence[tuple[Status, str, datetime]], started_at: datetime, now: datetime) -> None:
    if any(status not in choices.PUBLIC or not started_at <= at <= now for status, _body, at in updates):
        raise DomainError(
            _("An update of a past incident lies after its start and has a public stage."), field="updates"
        )
    if any(not body.strip() for _status, body, _at in updates):
        raise DomainError(_("Write what customers should read."), field="updates")
    if updates and max(updates, key=lambda update: update[2])[0] != Status.RESOLVED:
        raise DomainError(_("The last update of a past incident says that it is resolved."), field="updates")
