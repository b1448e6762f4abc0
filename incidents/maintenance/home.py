"""What waits for somebody on the home: to approve, to begin or end by hand, to announce, and what was declined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _, ngettext

from incidents.clocks.clock import Clock
from incidents.maintenance.actions.approving import APPROVE
from incidents.maintenance.choices import Decision, State
from incidents.maintenance.clocks import SEE, clock_of
from incidents.maintenance.models import Approval, OperatorNotice, Series, Window
from incidents.maintenance.places import url_of, url_of_all, url_of_approval, url_of_notices, url_of_series
from incidents.models import User
from incidents.staff.steps import Late, Step, Steps
from incidents.wording import number

SHOWN = 20  # of each
SOON = timedelta(minutes=30)
LATELY = timedelta(days=14)


def steps(user: User, now: datetime) -> Steps:
    """What one was asked or owns stands with what is one's own; what anybody with the right may do, with the group's.
    As many queries whatever there is."""
    if not user.has_perm(SEE):
        return Steps()
    mine: list[Step] = []
    group: list[Step] = []
    if user.has_perm(APPROVE):
        for approval in _asked(user):
            (mine if approval.approver_id == user.pk else group).append(_to_approve(approval))
    mine += _declined(user, now)
    may_announce = user.has_perm("maintenance.announce_window")
    for window in _by_hand(now):
        if window.owner_id == user.pk:
            mine.append(_to_do(window, now, may_announce=may_announce))
        elif may_announce:
            group.append(_to_do(window, now, may_announce=True))
    if may_announce:
        group += _left_over(now)
    overran = Window.objects.running().filter(ends_at__lt=now).count()
    words = ngettext("%(n)s maintenance window", "%(n)s maintenance windows", overran) % {"n": number(overran)}
    return Steps(mine=mine, group=group, late=[Late(overran, words, url_of_all())])


def _asked(user: User) -> Iterator[Approval]:
    """What this person may answer: not what they asked for themselves."""
    rows = Approval.objects.open().exclude(asked_by=user).select_related("window", "asked_by", "approver")
    yield from rows.order_by("starts_at", "pk")[:SHOWN]


def _to_approve(approval: Approval) -> Step:
    words = {"who": approval.asked_by, "reason": approval.reason}
    detail = _("Emergency maintenance to approve, wanted by %(who)s: %(reason)s") % words
    if not approval.is_emergency:
        detail = _("Maintenance in a change freeze to approve, wanted by %(who)s: %(reason)s") % words
    times = {"due_at": approval.starts_at, "started_at": approval.asked_at}
    return Step(approval.window.title, detail, url_of_approval(approval), **times)


def _declined(user: User, now: datetime) -> Iterator[Step]:
    """What one asked for and did not get, as long as the draft stands as it was."""
    rows = Approval.objects.filter(asked_by=user, decision=Decision.DECLINED, decided_at__gte=now - LATELY)
    rows = rows.filter(window__state=State.DRAFT).select_related("window", "decided_by")
    for approval in rows.order_by("-decided_at")[:SHOWN]:
        words = {"who": approval.decided_by, "reason": approval.decision_reason}
        yield Step(approval.window.title, _("%(who)s declined it: %(reason)s") % words, url_of(approval.window))


def _by_hand(now: datetime) -> Iterator[Window]:
    """What runs and is to be ended soon, and what is to be begun now and does not begin by itself."""
    rows = Window.objects.running().filter(ends_at__lte=now + SOON)
    waiting = Window.objects.filter(state=State.SCHEDULED, is_automatic=False, starts_at__lte=now + SOON)
    yield from (rows | waiting).order_by("ends_at", "pk")[:SHOWN]


def _left_over(now: datetime) -> Iterator[Step]:
    """Drafts that nobody announced by itself, series that make nothing, operators' notices that ask for a person."""
    for window in Window.objects.waiting_to_be_announced().order_by("starts_at", "pk")[:SHOWN]:
        times = {"due_at": window.starts_at, "started_at": min(window.created_at, window.starts_at)}
        yield Step(window.title, _("Maintenance that nobody has announced"), url_of(window), **times)
    for series in Series.objects.without_components()[:SHOWN]:
        detail = _("Recurring maintenance affects nothing any more: choose components, or stop it")
        yield Step(series.title, detail, url_of_series(series))
    for notice in OperatorNotice.objects.waiting_for_a_person().select_related("window")[:SHOWN]:
        title = notice.window.title if notice.window else notice.source
        yield Step(title, _("Operator’s notice: %(what)s") % {"what": notice.error}, url_of_notices())


def _to_do(window: Window, now: datetime, *, may_announce: bool) -> Step:
    """Who may not act on it themselves, though they own it, is told to whom to say so."""
    step = _step(window, now)
    if may_announce:
        return step
    words = _("You own it. Support or a lead begins, extends and ends it: tell them how it stands")
    return replace(step, detail=words)


def _step(window: Window, now: datetime) -> Step:
    if window.state == State.SCHEDULED:
        late = window.starts_at < now
        detail = _("Maintenance should have begun: begin it, or move it") if late else _("Maintenance begins by hand")
        times = {"due_at": window.starts_at, "started_at": window.announced_at}
        return Step(window.title, detail, url_of(window), **times)
    clock: Clock = clock_of(window)
    detail = _("Maintenance ends by itself: extend it if it takes longer")
    if clock.due_at < now:
        detail = _("Maintenance overran: end it, or extend it")
    elif not window.is_automatic:
        detail = _("Maintenance is to end: end it, or extend it")
    return Step(window.title, detail, url_of(window), due_at=clock.due_at, started_at=clock.started_at)
