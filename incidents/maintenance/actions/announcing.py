"""A window is announced, moved or changed: the class is computed in the act, and kept with its arithmetic (3-05, 3-08).

Whoever reads a form has read a class; ``expected`` holds it, and an act that would compute another one is refused once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.choices import Audience
from incidents.exceptions import DomainError
from incidents.maintenance import signals
from incidents.maintenance.actions.base import PLAIN, TOLD, Message, locked, move, save, tell, told
from incidents.maintenance.actions.drafting import PUBLIC, check_times, set_impacts
from incidents.maintenance.actions.requests import withdraw_all
from incidents.maintenance.choices import OVER, State, UpdateKind
from incidents.maintenance.exceptions import CountedOtherwise, NeedsApproval
from incidents.maintenance.explaining import freezes
from incidents.maintenance.judging import Affects, Judgement, as_new, current, dumped, judged
from incidents.maintenance.models import Approval, Window, WindowUpdate
from incidents.models import User
from incidents.permissions import require
from incidents.wording import label, listing

CLASS = ("is_emergency", "arithmetic", "reason", "approved_by", "approved_at", "author")


@transaction.atomic
def announce(
    window: Window,
    *,
    by: User | None,
    message: Message = PLAIN,
    expected: bool | None = None,
    version: int | None = None,
) -> WindowUpdate:
    """Post a draft. :class:`NeedsApproval` where it would be an emergency, or begins in a freeze.

    ``expected``: whether it was read to be an emergency.
    """
    require(by, "maintenance.announce_window")
    window = locked(window, by=by, version=version)
    return post(window, by=by, approval=None, message=message, expected=expected)


@transaction.atomic
def reschedule(
    window: Window,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: User | None,
    time_zone: str | None = None,
    message: Message = PLAIN,
    expected: bool | None = None,
    version: int | None = None,
) -> WindowUpdate:
    """Move an announced window that has not begun. It is announced anew: so is its class (DESIGN section 6), unless the
    new times lie inside the old ones."""
    require(by, "maintenance.announce_window")
    window = locked(window, by=by, version=version)
    return post_move(
        window, starts_at=starts_at, ends_at=ends_at, time_zone=time_zone, by=by, approval=None,
        message=message, expected=expected,
    )  # fmt: skip


@transaction.atomic
def amend(
    window: Window,
    *,
    by: User | None,
    affects: Iterable[Affects] | None = None,
    message: Message = PLAIN,
    version: int | None = None,
    **facts: Any,
) -> WindowUpdate | None:
    """Change what readers see of an announced window (:data:`~.drafting.PUBLIC`, and what it affects). ``message``
    tells them what is different. Nothing where nothing is.

    A place that nobody was told of would have to be announced in time as well: where it would not be, it is refused.
    """
    require(by, "maintenance.announce_window")
    window = locked(window, by=by, version=version)
    if window.is_draft or window.state in OVER:
        raise DomainError(_("Only what is announced and not over is changed this way."))
    unknown = set(facts) - set(PUBLIC)
    if unknown:
        raise DomainError(_("That cannot be changed this way."), field=sorted(unknown)[0])
    changed = [name for name, value in facts.items() if getattr(window, name) != value]
    lost = bool({*changed} & {"title", "body", "advice"})
    for name in changed:
        setattr(window, name, facts[name])
    if not window.title.strip():
        raise DomainError(_("Write what is done, in a line for customers."), field="title")
    if affects is not None:
        affects = list(affects)
        before = {each.place for each in current(window)}
        if new := [each for each in affects if each.place not in before]:
            names = listing([label(each.component, each.location) for each in new])
            check_wider(window, names, affects=new, field="affects")
        if not set_impacts(window, affects) and not changed:
            return None
    elif not changed:
        return None
    update = tell(window, UpdateKind.CHANGED, by=by, message=message)
    save(window, *changed, *TOLD, by=by)
    withdraw_all(window, by=by)
    signals.changed.send(sender=Window, window=window, text_lost=lost)
    return told(window, update)


def post(
    window: Window,
    *,
    by: User | None,
    approval: Approval | None,
    message: Message = PLAIN,
    expected: bool | None = None,
) -> WindowUpdate:
    """Post a locked draft, approved or in need of no approval."""
    if window.audience == Audience.PUBLIC and not window.body.strip():
        raise DomainError(_("Write what customers should read."), field="body")
    now = timezone.now()
    if window.ends_at <= now:
        raise DomainError(_("It would be over already. Choose later times."), field="ends_at")
    affects = current(window)
    if not affects:
        raise DomainError(_("Choose at least one component."), field="affects")
    judgement = judged(window, starts_at=window.starts_at, ends_at=window.ends_at, affects=affects, now=now)
    if window.audience == Audience.PUBLIC and not judgement.is_placed:
        raise DomainError(_("Choose at least one page."), field="pages")
    _check(judgement, approval, expected)
    move(window, State.SCHEDULED)
    window.announced_at = now
    _take(window, judgement, approval, by=by)
    update = tell(
        window, UpdateKind.POSTED, by=by, at=now, message=message, raises=False,
        **_kept(window),
    )  # fmt: skip
    save(window, "state", "announced_at", *CLASS, *TOLD, by=by, reason=window.reason)
    withdraw_all(window, by=by)
    return told(window, update)


def post_move(
    window: Window,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: User | None,
    approval: Approval | None,
    time_zone: str | None = None,
    message: Message = PLAIN,
    expected: bool | None = None,
) -> WindowUpdate:
    """Move a locked window, approved or in need of no approval."""
    check_movable(window, starts_at, ends_at)
    now = timezone.now()
    judgement = judged(window, starts_at=starts_at, ends_at=ends_at, affects=current(window), now=now)
    _check(judgement, approval, expected)
    old: dict[str, Any] = {"old_starts_at": window.starts_at, "old_ends_at": window.ends_at}
    window.starts_at, window.ends_at = starts_at, ends_at
    window.time_zone = time_zone or window.time_zone
    if not judgement.stands or approval is not None:
        _take(window, judgement, approval, by=by)
    update = tell(
        window, UpdateKind.MOVED, by=by, at=now, message=message,
        **old, **_kept(window),
    )  # fmt: skip
    save(window, "starts_at", "ends_at", "time_zone", *CLASS, *TOLD, by=by, reason=window.reason)
    withdraw_all(window, by=by)
    return told(window, update)


def check_movable(window: Window, starts_at: datetime, ends_at: datetime) -> None:
    """Whether an announced window may be given these times."""
    if window.state != State.SCHEDULED:
        words = {"state": window.get_state_display().lower()}
        raise DomainError(_("It is %(state)s: only what has not begun is moved.") % words)
    check_times(starts_at, ends_at)
    if ends_at <= timezone.now():
        raise DomainError(_("It would be over already. Choose later times."), field="ends_at")
    if (starts_at, ends_at) == (window.starts_at, window.ends_at):
        raise DomainError(_("These are the times it has."), field="starts_at")


def check_wider(
    window: Window, names: str, *, affects: Iterable[Affects], field: str, chosen: Sequence[int] | None = None
) -> None:
    """What nobody was told of yet, called by its ``names``, would have to be announced in time as well, and approved
    where it begins in a change freeze: where it is not, it is refused. ``chosen``: as in :func:`~.judging.judged`."""
    times: dict[str, Any] = {"starts_at": window.starts_at, "ends_at": window.ends_at}
    found = as_new(window, affects=affects, now=timezone.now(), chosen=chosen, **times)
    words = {"names": names, "freezes": freezes(found.starts_in)}
    if found.is_emergency and not window.is_emergency:
        text = _(
            "%(names)s: it would be announced too late there. Post a window of its own for that, or move this one."
        )
        raise DomainError(text % words, field=field)
    if found.starts_in and window.approved_by_id is None:
        text = _("%(names)s: it would begin in a change freeze there: %(freezes)s. Post a window of its own for that.")
        raise DomainError(text % words, field=field)


def _check(judgement: Judgement, approval: Approval | None, expected: bool | None) -> None:
    if approval is None and judgement.needs_approval:
        raise NeedsApproval(judgement)
    if approval is not None and judgement.is_emergency and not approval.is_emergency:
        raise CountedOtherwise(judgement)  # it was asked for as planned, inside a freeze
    if expected is not None and expected != judgement.is_emergency:
        raise CountedOtherwise(judgement)


def _take(window: Window, judgement: Judgement, approval: Approval | None, *, by: User | None) -> None:
    """The class as computed now, with whoever approved of it."""
    window.is_emergency = judgement.is_emergency
    window.arithmetic = dumped(judgement.notice)
    if approval is None:
        window.author = by or window.author
        window.reason, window.approved_by, window.approved_at = "", None, None
    else:
        window.author, window.reason = approval.asked_by, approval.reason
        window.approved_by, window.approved_at = approval.decided_by, approval.decided_at


def _kept(window: Window) -> dict[str, Any]:
    """What an announcement keeps of the class, whatever comes after it."""
    return {
        "is_emergency": window.is_emergency,
        "arithmetic": window.arithmetic,
        "reason": window.reason,
        "approved_by": window.approved_by,
    }
