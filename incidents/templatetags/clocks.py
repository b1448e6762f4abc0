"""Clocks and times on the staff side.

``{% clock clock now=now %}`` draws one clock (``lead=True`` the large one) as ``<div><dt><dd>``, for use in a ``<dl>``;
``{% came_late subject %}`` says what it owed
and when it came; ``{{ at|moment }}`` is "14:30 CET", ``{{ at|wall_clock }}`` is "14:30", both in the reader's hours, 24
or 12; ``{{ at|since }}`` is "53 min", ``{{ at|iso }}`` stands in ``<time datetime>``.
"""

from datetime import time

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from incidents import moments
from incidents.clocks import promises
from incidents.clocks.clock import Clock

register = template.Library()


@register.inclusion_tag("incidents/_clock.html")
def clock(clock: Clock, *, now=None, lead=False, late=()):
    """One promise with its state, its time and what is left of it. ``late``: what was noted as broken."""
    now = now or timezone.now()
    why = any(p.clock == clock.key and p.due_at == clock.due_at and not p.breach.reason for p in late)
    return {"clock": clock, "now": now, "lead": lead, "state": clock.state(now).value, "why": why}


@register.inclusion_tag("incidents/workspace/_late.html", takes_context=True)
def came_late(context, subject, now=None):
    """What was noted of it as broken, each with why, or the question. Nothing where nothing was."""
    now, user = now or timezone.now(), context["request"].user
    late = promises.broken(subject, now=now)
    return {"late": late, "now": now, "may_explain": user.has_perm(subject.kind.right)}


@register.filter
def moment(at):
    return moments.moment(at) if at else ""


@register.filter(expects_localtime=True)
def wall_clock(at, seconds=""):
    """14:30, or 2:30 PM for whoever reads times so; ``:"s"`` with its seconds."""
    return moments.clock(at, seconds=bool(seconds)) if at else ""


@register.filter(expects_localtime=True)
def day_and_clock(at, day="D j M"):
    """Tue 8 Dec 14:30; the day as ``date`` writes it, and its year where that is not this one."""
    if not at:
        return ""
    shape = day if at.year == timezone.localtime().year else day.replace("M", "M Y")
    return f"{date_format(at, shape)} {moments.clock(at)}"


@register.simple_tag
def example_clock(hour, minute=0):
    """A time of the day for a hint, as ``wall_clock`` writes one."""
    return moments.clock(time(hour, minute))


@register.filter
def iso(at):
    """For ``<time datetime>``: HTML knows three digits of a second at most, people none."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


@register.filter
def since(at):
    """How long ago, as a span."""
    return moments.span(timezone.now() - at) if at else ""


@register.filter
def span(length):
    return moments.span(length) if length is not None else ""


@register.filter
def whole(length):
    return moments.whole(length) if length is not None else ""


@register.filter
def countdown(due_at, now=None):
    return moments.countdown(due_at, now=now or timezone.now())


@register.filter
def late_by(promise, now):
    """How late a promise was met, or is by now."""
    return moments.span(promise.late_by(now))
