"""The sentences and facts of a message on maintenance to channels and staff.

Times are ``{"at": "…Z"}``: each recipient reads them in their own zone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _, gettext_noop

from incidents import wall_times
from incidents.choices import Hours
from incidents.clocks.clock import Clock
from incidents.maintenance import explaining
from incidents.maintenance.business_days import Notice
from incidents.maintenance.choices import Decision, UpdateKind
from incidents.maintenance.judging import current, read
from incidents.maintenance.models import Approval, Window, WindowUpdate
from incidents.maintenance.places import url_of, url_of_approval
from incidents.models import User
from incidents.moments import span
from incidents.wording import label, listing
from notifications.content import staff_parts
from notifications.content.base import Json
from notifications.content.staff_parts import Field
from statuspage.documents.times import stamp

TOLD = {  # to channels; whoever did it is named where somebody did
    UpdateKind.POSTED: (gettext_noop("%(who)s announces %(class)s"), gettext_noop("%(class)s is announced")),
    UpdateKind.MOVED: (gettext_noop("%(who)s moves it"), gettext_noop("It is moved")),
    UpdateKind.BEGUN: (gettext_noop("%(who)s begins it"), gettext_noop("It has begun")),
    UpdateKind.EXTENDED: (gettext_noop("%(who)s extends it: it takes longer"), gettext_noop("It takes longer")),
    UpdateKind.ENDED: (gettext_noop("%(who)s ends it"), gettext_noop("It has ended")),
    UpdateKind.CANCELLED: (gettext_noop("%(who)s cancels it"), gettext_noop("It is cancelled")),
}
LINES = {
    "warning": gettext_noop("%(clock)s: due in %(span)s"),
    "breach": gettext_noop("%(clock)s: the time has passed"),
    "escalation": gettext_noop("%(clock)s: late by %(span)s; leads are told as well"),
}


def about(window: Window) -> Json:
    """What every message of a window has."""
    url = absolute(url_of(window))
    return {
        **staff_parts.nothing(),
        "title": window.title,
        "maintenance": window.public_id,
        "url": url,
        "severity": None,
        "status": "",
        "audience": window.audience,
        "action": {"label": _("Open the maintenance window"), "url": url},
    }


def told(window: Window, update: WindowUpdate, *, by: User | None) -> Json:
    """What happened to it, as channels read it."""
    kind = UpdateKind(update.kind)
    by_somebody, by_itself = TOLD[kind]
    words = {"who": str(by), "class": class_words(bool(window.is_emergency))}
    line = _(by_somebody if by else by_itself) % words
    fields: list[Field] = []
    if update.is_late:
        fields.append([_("Late"), _("It was done after its time, because nothing ran that could have done it.")])
    if kind == UpdateKind.ENDED:
        fields += _how_it_went(window)
    elif kind == UpdateKind.CANCELLED:
        fields.append([_("Why"), staff_parts.short(update.reason)])
    fields += when(update.starts_at, update.ends_at)
    if update.old_starts_at is not None and update.old_ends_at is not None:
        fields += _was(update.old_starts_at, update.old_ends_at)
    if kind in (UpdateKind.POSTED, UpdateKind.MOVED, UpdateKind.BEGUN):
        fields += [*affected(window), *owner(window)]
    if update.body:
        fields.append([_("Customers read"), staff_parts.markdown(update.body)])
    if window.is_public and not update.deliver_notifications:
        fields.append([_("Subscribers"), _("not told, as chosen")])
    return {**about(window), "what": kind.value, "line": line[:1].upper() + line[1:], "fields": fields}


def asked(approval: Approval) -> Json:
    """To who is asked: what, when, why, and how it was counted, as its screen says it (3-07)."""
    window, notice = approval.window, read(approval.arithmetic)
    line = _("%(who)s asks you to approve emergency maintenance")
    if not approval.is_emergency:
        line = _("%(who)s asks you to approve maintenance in a change freeze")
    url = absolute(url_of_approval(approval))
    fields = when(approval.starts_at, approval.ends_at)
    if approval.wanted.get("moves"):
        fields += _was(window.starts_at, window.ends_at)
    return {
        **about(window),
        "line": line % {"who": approval.asked_by},
        "fields": [
            [_("Why it cannot wait"), staff_parts.short(approval.reason)],
            *fields,
            [_("Count"), _in_full(notice, is_emergency=approval.is_emergency)],
            [_("Earliest planned start"), staff_parts.at(notice.suggested)],
            *affected(window),
            *owner(window),
            *([[_("Subscribers"), _("not told: %(why)s") % {"why": approval.silence}]] if approval.silence else ()),
        ],
        "next_step": _("Approve it, or decline it with a reason"),
        "next_step_due": stamp(approval.starts_at),
        "action": {"label": _("Look at it and decide"), "url": url},
    }


def decided(approval: Approval) -> Json:
    """To who asked."""
    is_approved = approval.decision == Decision.APPROVED
    line = _("%(who)s approves it: it is announced") if is_approved else _("%(who)s declines it: nothing was announced")
    fields = when(approval.starts_at, approval.ends_at)
    if approval.decision_reason:
        fields = [[_("Why"), staff_parts.short(approval.decision_reason)], *fields]
    return {
        **about(approval.window),
        "what": approval.decision,
        "line": line % {"who": approval.decided_by or _("The system")},
        "fields": fields,
        "next_step": "" if is_approved else _("Choose other times, or ask again with what is missing"),
    }


def held(window: Window) -> Json:
    line = _("Messages to subscribers are held back: more than the page’s limit in an hour")
    return {**about(window), "line": line}


def late_or_soon(window: Window, clock: Clock, *, phase: str, now: datetime) -> Json:
    """One of its clocks runs out, or has: complete, since a moment later it would read otherwise."""
    after = abs(now - clock.due_at) + timedelta(seconds=30)  # to the nearest minute
    return {
        **about(window),
        **staff_parts.deadline(clock, phase),
        "line": _(LINES[phase]) % {"clock": clock.label, "span": span(after)},
        "fields": [[_("Due"), staff_parts.at(clock.due_at)], *owner(window), *affected(window)],
        "next_step": _("End it, or say how much longer it takes") if window.is_running else "",
    }


def class_words(is_emergency: bool) -> str:
    return _("emergency maintenance") if is_emergency else _("planned maintenance")


def when(starts_at: datetime, ends_at: datetime) -> list[Field]:
    return [
        [_("Begins"), staff_parts.at(starts_at)],
        [_("Ends"), staff_parts.at(ends_at)],
        [_("Takes"), span(ends_at - starts_at)],
    ]


def _was(starts_at: datetime, ends_at: datetime) -> list[Field]:
    return [[_("Was to begin"), staff_parts.at(starts_at)], [_("Was to end"), staff_parts.at(ends_at)]]


def _how_it_went(window: Window) -> list[Field]:
    found: list[Field] = []
    if window.outcome:
        found.append([_("Outcome"), str(window.get_outcome_display())])
    if window.result:
        found.append([_("What came of it"), staff_parts.short(window.result)])
    if early := window.ended_early_by():
        found.append([_("Ended early"), span(early)])
    elif window.ended_at and (over := window.overran_by(window.ended_at)):
        found.append([_("Longer than announced"), span(over)])
    return found


def affected(window: Window) -> list[Field]:
    names = [f"{label(each.component, each.location)} ({each.expected.label})" for each in current(window)]
    return [[_("Affects"), listing(names)]] if names else []


def owner(window: Window) -> list[Field]:
    return [[_("Owner"), str(window.owner) if window.owner else _("nobody yet")]]


def absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def _in_full(notice: Notice, *, is_emergency: bool) -> str:
    """Frozen, and read by several: not in the hours of whoever's act it is frozen in."""
    with wall_times.override(Hours.TWENTY_FOUR):
        return explaining.in_full(notice, is_emergency=is_emergency)
