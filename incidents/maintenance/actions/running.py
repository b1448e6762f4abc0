"""A window runs: begun, told of, extended, verified, ended, or cancelled. By itself at its times, or by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.maintenance.actions.base import PLAIN, TOLD, Message, locked, move, require_reason, save, tell, told
from incidents.maintenance.actions.drafting import check_times
from incidents.maintenance.actions.requests import withdraw_all
from incidents.maintenance.choices import Outcome, State, UpdateKind
from incidents.maintenance.models import Window, WindowUpdate
from incidents.models import User
from incidents.permissions import require

ANNOUNCE = "maintenance.announce_window"
IN_TIME = timedelta(seconds=60)  # after its time, done by itself is still in time
OVER_MEANWHILE = "It was over when this could be told."  # stored: why nobody got a message that it began


@transaction.atomic
def begin(
    window: Window,
    *,
    by: User | None,
    message: Message = PLAIN,
    version: int | None = None,
) -> WindowUpdate:
    """By hand, from its start on; before that it is moved first, so that nobody is surprised."""
    require(by, ANNOUNCE)
    window = locked(window, by=by, version=version)
    now = timezone.now()
    if window.state == State.SCHEDULED and now < window.starts_at:
        raise DomainError(_("Readers were told that it begins later. Move it first."))
    if window.state == State.SCHEDULED and window.ends_at <= now:
        raise DomainError(_("Its times are over. Move it to others, or cancel it."))
    return _begin(window, by=by, at=now, message=message)


@transaction.atomic
def begin_by_itself(window: Window, *, now: datetime) -> WindowUpdate | None:
    """At its start, or late where nobody was there in time; nothing where it has begun, was moved or called off. Where
    nobody was told of it on purpose, nobody is told that it begins, or ends."""
    window = locked(window, by=None)
    if window.state != State.SCHEDULED or not window.is_automatic or window.starts_at > now:
        return None
    why_not = window.silence() or (OVER_MEANWHILE if window.ends_at <= now else "")
    return _begin(
        window, by=None, at=window.starts_at, noted_at=now, is_late=now - window.starts_at > IN_TIME,
        message=Message(deliver=not why_not, silence_reason=why_not),
    )  # fmt: skip


@transaction.atomic
def end_by_itself(window: Window, *, now: datetime) -> WindowUpdate | None:
    """At its end, or late; nothing where it was extended or ended meanwhile."""
    window = locked(window, by=None)
    if not window.is_running or not window.is_automatic or window.ends_at > now:
        return None
    at, why_not = max(window.ends_at, window.started_at), window.silence()
    return _end(
        window, by=None, at=at, noted_at=now, is_late=now - window.ends_at > IN_TIME,
        message=Message(deliver=not why_not, silence_reason=why_not),
    )  # fmt: skip


@transaction.atomic
def post_update(
    window: Window,
    *,
    message: Message,
    by: User | None,
    version: int | None = None,
) -> WindowUpdate:
    """A word to readers, before or while it runs."""
    require(by, ANNOUNCE)
    window = locked(window, by=by, version=version)
    if window.is_draft or window.is_over:
        raise DomainError(_("Only maintenance that is announced and not over has updates."))
    message.check(needs_body=True)
    update = tell(window, UpdateKind.UPDATE, by=by, raises=False, message=message)
    save(window, *TOLD, by=by)
    return told(window, update)


@transaction.atomic
def extend(
    window: Window,
    *,
    ends_at: datetime,
    by: User | None,
    message: Message = PLAIN,
    version: int | None = None,
) -> WindowUpdate:
    """It runs, and takes longer than announced."""
    require(by, ANNOUNCE)
    window = locked(window, by=by, version=version)
    if not window.is_running:
        raise DomainError(_("Only what runs is extended; what has not begun is moved."))
    if ends_at <= window.ends_at:
        raise DomainError(_("Choose an end that is later than the one announced."), field="ends_at")
    if ends_at <= timezone.now():
        raise DomainError(_("This end has passed; choose a later one."), field="ends_at")
    check_times(window.starts_at, ends_at)
    old: dict[str, Any] = {"old_starts_at": window.starts_at, "old_ends_at": window.ends_at}
    window.ends_at = ends_at
    update = tell(window, UpdateKind.EXTENDED, by=by, message=message, **old)
    save(window, "ends_at", *TOLD, by=by)
    return told(window, update)


@transaction.atomic
def verify(
    window: Window,
    *,
    by: User | None,
    message: Message = PLAIN,
    version: int | None = None,
) -> WindowUpdate:
    """The work is done, and is looked at before it is called over."""
    require(by, ANNOUNCE)
    window = locked(window, by=by, version=version)
    move(window, State.VERIFYING)
    now = timezone.now()
    window.verifying_at = now
    update = tell(window, UpdateKind.VERIFYING, by=by, at=now, raises=False, message=message)
    save(window, "state", "verifying_at", *TOLD, by=by)
    return told(window, update)


@transaction.atomic
def go_on(window: Window, *, message: Message, by: User | None, version: int | None = None) -> WindowUpdate:
    """What was looked at is not well: there is more to do."""
    require(by, ANNOUNCE)
    window = locked(window, by=by, version=version)
    if window.state != State.VERIFYING:
        raise DomainError(_("Only what is being verified goes on."))
    move(window, State.IN_PROGRESS)
    message.check(needs_body=True)
    window.verifying_at = None
    update = tell(window, UpdateKind.UPDATE, by=by, message=message, raises=False)
    save(window, "state", "verifying_at", *TOLD, by=by)
    return told(window, update)


@transaction.atomic
def end(
    window: Window,
    *,
    by: User | None,
    outcome: Outcome = Outcome.DONE,
    result: str = "",
    message: Message = PLAIN,
    version: int | None = None,
) -> WindowUpdate:
    """It is over, early or late. ``outcome`` and ``result`` are for staff, ``message`` for readers."""
    require(by, ANNOUNCE)
    window = locked(window, by=by, version=version)
    window.outcome, window.result = Outcome(outcome), result.strip()
    now = timezone.now()
    return _end(window, by=by, at=now, noted_at=now, message=message)


@transaction.atomic
def note_result(
    window: Window, *, outcome: Outcome, result: str, by: User | None, version: int | None = None
) -> Window:
    """How it went, found out after it ended. Readers are not told."""
    require(by, "maintenance.plan_window")
    window = locked(window, by=by, version=version)
    if window.state != State.COMPLETED:
        raise DomainError(_("It is not over yet."))
    window.outcome, window.result = Outcome(outcome), result.strip()
    save(window, "outcome", "result", by=by)
    return window


@transaction.atomic
def cancel(
    window: Window,
    *,
    reason: str,
    by: User | None,
    message: Message = PLAIN,
    version: int | None = None,
) -> WindowUpdate | None:
    """It does not take place, or is broken off. Calendars take it out; a draft that nobody knew of just goes away."""
    require(by, ANNOUNCE)
    window = locked(window, by=by, version=version)
    require_reason(reason)
    was_draft = window.is_draft
    move(window, State.CANCELLED)
    now = timezone.now()
    window.cancelled_at = now
    if window.started_at:
        window.ended_at = now
    withdraw_all(window, by=by)
    if was_draft:
        save(window, "state", "cancelled_at", by=by, reason=reason)
        return None
    update = tell(window, UpdateKind.CANCELLED, by=by, at=now, message=message, reason=reason.strip()[:500])
    save(window, "state", "cancelled_at", "ended_at", *TOLD, by=by, reason=reason)
    return told(window, update)


def _begin(
    window: Window,
    *,
    by: User | None,
    at: datetime,
    noted_at: datetime | None = None,
    is_late: bool = False,
    message: Message = PLAIN,
) -> WindowUpdate:
    if window.is_running:
        raise DomainError(_("It has begun already."))
    move(window, State.IN_PROGRESS)
    window.started_at = at
    update = tell(window, UpdateKind.BEGUN, by=by, at=noted_at or at, is_late=is_late, message=message)
    save(window, "state", "started_at", *TOLD, by=by)
    withdraw_all(window, by=by)
    return told(window, update)


def _end(
    window: Window,
    *,
    by: User | None,
    at: datetime,
    noted_at: datetime,
    is_late: bool = False,
    message: Message = PLAIN,
) -> WindowUpdate:
    move(window, State.COMPLETED)
    window.ended_at = at
    update = tell(window, UpdateKind.ENDED, by=by, at=noted_at, is_late=is_late, message=message)
    save(window, "state", "ended_at", "outcome", "result", *TOLD, by=by)
    return told(window, update)
