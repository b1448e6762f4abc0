"""Promised times that passed: noted once, and explained by a user who knows why."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from incidents.actions.base import require_reason, save_audited
from incidents.clocks.promises import KINDS, PromiseRecord
from incidents.models import Breach, User
from incidents.permissions import require

LENGTH = 255


@transaction.atomic
def notice_breach(promise: PromiseRecord, *, by: User | None = None) -> Breach:
    """Note that the promise was broken; noticed twice, it is noted once. What broke it is not touched."""
    require(by, "incidents.work_incident")
    subject = promise.subject
    breach, _is_new = Breach.objects.get_or_create(
        **subject.kind.reference(subject.row),
        clock=promise.clock,
        due_at=promise.due_at,
        defaults={"started_at": promise.started_at},
    )
    return breach


@transaction.atomic
def explain_breach(breach: Breach, *, reason: str, by: User | None) -> Breach:
    """Say why it was late, for the figures and their readers; earlier words stay in the history."""
    kind = KINDS[breach.kind]
    require(by, kind.right)
    kind.lock(breach, by=by)
    reason = " ".join(reason.split())
    require_reason(reason, most=LENGTH)
    breach = Breach.objects.select_for_update(of=("self",)).get(pk=breach.pk)
    if breach.reason == reason:
        return breach
    breach.reason, breach.reason_by, breach.reason_at = reason, by, timezone.now()
    save_audited(breach, "reason", "reason_by", "reason_at", by=by, reason=str(kind.promises(breach.clock).label))
    return breach
