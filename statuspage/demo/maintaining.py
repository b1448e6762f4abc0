"""Lets maintenance happen: each step is a verb, and its rows are moved to when it was."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone

from incidents.choices import Audience
from incidents.maintenance import actions
from incidents.maintenance.actions import Message
from incidents.maintenance.choices import Kind
from incidents.maintenance.judging import Affects, as_new, current, dumped
from incidents.maintenance.models import Approval, Window, WindowImpact, WindowUpdate
from incidents.models import ChangeFreeze
from statuspage.actions import place_window
from statuspage.demo.script import Cast
from statuspage.demo.windows import Planned
from statuspage.snapshot import layout

DAY = timedelta(days=1)
FAR = (90, 120)  # days from now, where anything is planned


def play(planned: Planned, cast: Cast) -> Window:
    """The window with everything that happened to it, on the pages where it belongs."""
    starts_at = _start(planned)
    affects = [
        Affects(cast.components[key], cast.locations.get(where or ""), level) for key, where, level in planned.affects
    ]
    amara, claire = cast.people["amara"], cast.people["claire"]
    first = starts_at - timedelta(days=planned.moved)
    length = timedelta(minutes=planned.minutes)
    announced_at = _announced(planned, starts_at)
    window = actions.draft(
        affects=affects, by=amara, title=planned.title, kind=planned.kind, audience=Audience.PUBLIC,
        starts_at=first, ends_at=first + length, time_zone=planned.zone, body=planned.body, advice=planned.advice,
        plan=planned.plan, roll_back=planned.roll_back, ticket=planned.ticket, owner=cast.people[planned.owner],
        team=cast.people[planned.owner].team,
    )  # fmt: skip
    components = [each.component for each in affects]
    place_window(window, layout.proposed(Kind(planned.kind).origin, components), by=amara)
    if planned.drafted:
        actions.ask_approval(window, approver=claire, reason=planned.reason, by=amara)
        return window
    _announce(window, planned, cast, at=announced_at)
    if planned.moved:
        at = announced_at + timedelta(days=1)
        _moved(window, starts_at, starts_at + length, at=at, by=amara)
    if planned.cancelled:
        actions.cancel(window, reason=planned.cancelled, by=amara)
        at = starts_at - timedelta(days=2)
        _then(window.updates.all()[:1], at)
        Window.objects.filter(pk=window.pk).update(cancelled_at=at, changed_at=at)
    elif planned.runs or starts_at < timezone.now():
        _run(window, planned, cast, starts_at)
    return window


def _announce(window: Window, planned: Planned, cast: Cast, *, at: datetime) -> None:
    """Now, far ahead or at once, as it needs to be; then its class is what the calendars said on that day."""
    amara, claire = cast.people["amara"], cast.people["claire"]
    real = (window.starts_at, window.ends_at)
    ahead = timezone.now() + timedelta(days=1) if planned.reason else _far()
    actions.edit(window, starts_at=ahead, ends_at=ahead + (real[1] - real[0]), by=amara)
    if planned.reason:
        asked = actions.ask_approval(window, approver=claire, reason=planned.reason, by=amara)
        actions.approve(asked, by=claire)
        Approval.objects.filter(pk=asked.pk).update(
            starts_at=real[0], ends_at=real[1], asked_at=at - timedelta(minutes=40), decided_at=at
        )
        Window.objects.filter(pk=window.pk).update(approved_at=at)
    else:
        actions.announce(window, by=amara)
    frozen = _judged(window, *real, at=at)
    kept = {"starts_at": real[0], "ends_at": real[1], "arithmetic": frozen}
    Window.objects.filter(pk=window.pk).update(announced_at=at, created_at=at, changed_at=at, **kept)
    WindowUpdate.objects.filter(window=window).update(posted_at=at, **kept)
    _histories(window, at)
    window.refresh_from_db()


def _moved(window: Window, starts_at: datetime, ends_at: datetime, *, at: datetime, by) -> None:
    far = _far()
    actions.reschedule(window, starts_at=far, ends_at=far + (ends_at - starts_at), by=by)
    times = {"starts_at": starts_at, "ends_at": ends_at, "arithmetic": _judged(window, starts_at, ends_at, at=at)}
    Window.objects.filter(pk=window.pk).update(changed_at=at, **times)
    window.updates.filter(kind="moved").update(posted_at=at, **times)
    window.refresh_from_db()


def _far() -> datetime:
    """A day on which nobody has to approve anything: far ahead, and in no change freeze."""
    days = (timezone.now() + timedelta(days=days) for days in FAR)
    return next(at for at in days if not ChangeFreeze.objects.between(at.date() - DAY, at.date() + DAY).exists())


def _run(window: Window, planned: Planned, cast: Cast, starts_at: datetime) -> None:
    amara = cast.people["amara"]
    actions.begin_by_itself(window, now=starts_at + timedelta(seconds=3))
    for minute, text in planned.updates:
        update = actions.post_update(window, message=Message(text), by=amara)
        _then(WindowUpdate.objects.filter(pk=update.pk), starts_at + timedelta(minutes=minute))
    if planned.runs:
        return
    ended_at = window.ends_at + timedelta(minutes=planned.late)
    actions.end(window, by=amara, outcome=planned.outcome, result=planned.result)
    _then(window.updates.filter(kind="ended"), ended_at)
    Window.objects.filter(pk=window.pk).update(ended_at=ended_at, changed_at=ended_at)


def _start(planned: Planned) -> datetime:
    """On its day at its time there; what runs now began an hour ago."""
    now = timezone.now()
    if planned.runs:
        return (now - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    day = (now + timedelta(days=planned.day)).astimezone(ZoneInfo(planned.zone)).date()
    return datetime.combine(day, time.fromisoformat(planned.at), ZoneInfo(planned.zone))


def _announced(planned: Planned, starts_at: datetime) -> datetime:
    """In the morning of that day in the page's zone, and never later than now."""
    day = starts_at - timedelta(days=planned.ahead)
    return min(day.replace(hour=10, minute=12), timezone.now() - timedelta(hours=2))


def _judged(window: Window, starts_at: datetime, ends_at: datetime, *, at: datetime) -> dict:
    return dumped(as_new(window, starts_at=starts_at, ends_at=ends_at, affects=current(window), now=at).notice)


def _then(updates: models.QuerySet, at: datetime) -> None:
    WindowUpdate.objects.filter(pk__in=[row.pk for row in updates]).update(posted_at=at)


def _histories(window: Window, at: datetime) -> None:
    Window.history.filter(id=window.pk).update(history_date=at)
    WindowImpact.history.filter(window=window.pk).update(history_date=at)
    WindowUpdate.history.filter(window=window.pk).update(history_date=at)
