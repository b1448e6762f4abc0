"""What somebody was asked to approve is closed: decided, or not meant any more."""

from __future__ import annotations

from django.utils import timezone

from incidents.maintenance import signals
from incidents.maintenance.actions.base import save_audited
from incidents.maintenance.choices import Decision
from incidents.maintenance.models import Approval, Window
from incidents.models import User


def close(approval: Approval, decision: Decision, *, by: User | None, why: str = "") -> None:
    approval.decision, approval.decided_by, approval.decided_at = decision, by, timezone.now()
    approval.decision_reason = why.strip()[:500]
    save_audited(approval, "decision", "decided_by", "decided_at", "decision_reason", by=by, reason=why)
    signals.decided.send(sender=Window, window=approval.window, approval=approval)


def withdraw_all(window: Window, *, by: User | None, why: str = "") -> None:
    """Nobody has to answer any more: it was changed, announced or cancelled meanwhile."""
    for approval in window.approvals.open():
        approval.window = window
        close(approval, Decision.WITHDRAWN, by=by, why=why)
