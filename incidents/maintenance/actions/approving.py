"""An emergency, or a start inside a change freeze, is approved by somebody else than its author (3-07)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.choices import Audience
from incidents.exceptions import DomainError, NotAllowed
from incidents.maintenance import signals
from incidents.maintenance.actions.announcing import check_movable, post, post_move
from incidents.maintenance.actions.base import PLAIN, Message, locked, require_reason, save, save_audited
from incidents.maintenance.actions.requests import close, withdraw_all
from incidents.maintenance.choices import Decision
from incidents.maintenance.judging import current, dumped, judged
from incidents.maintenance.models import Approval, Window, WindowUpdate
from incidents.models import User
from incidents.permissions import require

APPROVE = "maintenance.approve_window"


@transaction.atomic
def ask_approval(
    window: Window,
    *,
    approver: User,
    reason: str,
    by: User,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    time_zone: str | None = None,
    message: Message = PLAIN,
    version: int | None = None,
) -> Approval:
    """Ask somebody to approve a draft, or an announced window at other times. Approved, it is announced at once.

    Who was asked before is not asked any more.
    """
    require(by, "maintenance.announce_window")
    window = locked(window, by=by, version=version)
    if by is None:
        raise NotAllowed(_("Only a person asks for approval."))
    starts_at, ends_at = starts_at or window.starts_at, ends_at or window.ends_at
    if not window.is_draft:
        check_movable(window, starts_at, ends_at)
    elif window.ends_at <= timezone.now():
        raise DomainError(_("It would be over already. Choose later times."), field="ends_at")
    elif window.audience == Audience.PUBLIC and not window.body.strip():
        raise DomainError(_("Write what customers should read."), field="body")
    if not reason.strip():
        raise DomainError(_("Say why it cannot wait."), field="reason")
    message.check()
    check_approver(approver, window, by=by)
    now = timezone.now()
    judgement = judged(window, starts_at=starts_at, ends_at=ends_at, affects=current(window), now=now)
    if window.audience == Audience.PUBLIC and not judgement.is_placed:
        raise DomainError(_("Choose at least one page."), field="pages")
    if not judgement.needs_approval:
        raise DomainError(_("Nobody has to approve it: announce it."))
    withdraw_all(window, by=by)
    approval = Approval(
        window=window, starts_at=starts_at, ends_at=ends_at, is_emergency=judgement.is_emergency,
        arithmetic=dumped(judgement.notice), reason=reason.strip()[:500], asked_by=by, approver=approver,
        wanted={
            "moves": not window.is_draft, "time_zone": time_zone or window.time_zone, "message": asdict(message),
        },
    )  # fmt: skip
    save_audited(approval, by=by)
    save(window, by=by)
    signals.approval_asked.send(sender=Window, window=window, approval=approval)
    return approval


@transaction.atomic
def approve(approval: Approval, *, by: User) -> WindowUpdate:
    """Approve and announce, in one act. Anybody with the right may, but whoever asked, or wrote the draft."""
    window, approval = _open(approval, by=by)
    if by == approval.asked_by:
        raise NotAllowed(_("You asked for it: somebody else approves it."))
    if _wrote(window, by):
        raise NotAllowed(_("You wrote it: somebody else approves it."))
    require(by, APPROVE)
    close(approval, Decision.APPROVED, by=by)
    wanted = approval.wanted
    message = Message(**wanted["message"])
    if not wanted["moves"]:
        return post(window, by=approval.asked_by, approval=approval, message=message)
    return post_move(
        window, starts_at=approval.starts_at, ends_at=approval.ends_at, time_zone=wanted["time_zone"],
        by=approval.asked_by, approval=approval, message=message,
    )  # fmt: skip


@transaction.atomic
def decline(approval: Approval, *, reason: str, by: User) -> Approval:
    """The window stays as it is: a draft, or at the times it had. Whoever asked is told why."""
    window, approval = _open(approval, by=by)
    require(by, APPROVE)
    require_reason(reason)
    close(approval, Decision.DECLINED, by=by, why=reason)
    save(window, by=by, reason=reason)
    return approval


@transaction.atomic
def withdraw(approval: Approval, *, by: User) -> Approval:
    """It is not wanted any more: by whoever asked, or by a colleague who goes on with it."""
    window, approval = _open(approval, by=by)
    require(by, "maintenance.announce_window")
    close(approval, Decision.WITHDRAWN, by=by)
    save(window, by=by)
    return approval


def check_approver(approver: User, window: Window, *, by: User) -> None:
    """Somebody else than whoever asks, and than whoever wrote the draft; with that right."""
    if approver == by or _wrote(window, approver):
        raise DomainError(_("Somebody else has to approve it."), field="approver")
    if not approver.is_active or not approver.has_perm(APPROVE):
        raise DomainError(_("%(who)s may not approve maintenance.") % {"who": approver}, field="approver")


def _wrote(window: Window, person: User) -> bool:
    """Of a draft. At which times an announced window shall be instead, whoever asks says."""
    return window.is_draft and window.author_id == person.pk


def _open(approval: Approval, *, by: User) -> tuple[Window, Approval]:
    """Both locked, the window first; refused where it was decided meanwhile."""
    window = locked(approval.window, by=by)
    approval = Approval.objects.select_for_update(of=("self",), no_key=True).get(pk=approval.pk)
    approval.window = window
    if approval.decision:
        words = {"decision": approval.get_decision_display().lower(), "who": approval.decided_by or _("the system")}
        raise DomainError(_("It is %(decision)s already, by %(who)s.") % words)
    return window, approval
