"""Home: what is open, which clock runs out next, and what waits for me or my group.

A constant number of queries, whatever is open. Everything comes through ``visible_to``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _, ngettext

from incidents import gate, moments, scope
from incidents.choices import Audience, Status
from incidents.clocks import clocks, promises
from incidents.clocks.clock import Clock, State
from incidents.models import Incident
from incidents.staff import steps
from incidents.staff.steps import Late, Step
from incidents.wording import listing, number

SHOWN = 20  # open incidents in the list; all are counted, and the rest is one link away


@dataclass(frozen=True)
class Row:
    """One open incident in the list."""

    incident: Incident
    clock: Clock | None  # the one that runs out first
    state: str
    late: list[Clock]
    scope: str
    url: str

    @property
    def also_late(self) -> list[Clock]:
        """Besides the one that the row counts down: the sentence counts no clock that cannot be found."""
        return [clock for clock in self.late if clock is not self.clock]


def context(request, context: dict) -> dict:
    """Unfold's DASHBOARD_CALLBACK."""
    user, now = request.user, timezone.now()
    context |= {"title": _("Home"), "now": now, "may_read": user.has_perm("incidents.view_incident")}
    if not context["may_read"]:
        return context
    open_now = _by_urgency(_loaded(Incident.objects.visible_to(user).open()), now)
    rows = [_row(incident, now) for incident in open_now]
    last = None if rows else _last_resolved(user)
    others = steps.offered(user, now)
    mine = [_next_step(incident, user, now) for incident in open_now if incident.owner_id == user.pk]
    return context | {
        "summary": summary(rows, now, others.late),
        "next_up": _next_up(rows, user, now),
        "rows": rows[:SHOWN],
        "more": max(len(rows) - SHOWN, 0),
        "mine": mine + others.mine + _to_explain(user, now),
        "group": _waiting_for_group(user, open_now, now) + others.group,
        "group_name": _group_name(user),
        "may_act": user.has_perm("incidents.work_incident") or user.has_perm("incidents.publish_incident"),
        "last": last,
        "last_url": last and _workspace(last),
    }


def summary(rows: list[Row], now: datetime, others: list[Late]) -> dict[str, Any]:
    """One sentence of state, one about time, and where to find what is late of ``others``, besides incidents."""
    drills = sum(row.incident.audience == Audience.DRILL for row in rows)
    real = [row.incident for row in rows if row.incident.audience != Audience.DRILL]
    suspected = sum(incident.status == Status.SUSPECTED for incident in real)
    working = len(real) - suspected
    parts = []
    if working:
        parts.append(ngettext("%(n)s incident is open", "%(n)s incidents are open", working) % {"n": number(working)})
    if suspected:
        parts.append(ngettext("%(n)s suspicion waits", "%(n)s suspicions wait", suspected) % {"n": number(suspected)})
    if drills:
        parts.append(ngettext("%(n)s drill runs", "%(n)s drills run", drills) % {"n": number(drills)})
    clocks_late = sum(len(row.late) for row in rows)
    words = ngettext("%(n)s clock", "%(n)s clocks", clocks_late) % {"n": number(clocks_late)}
    late = [each for each in (Late(clocks_late, words), *others) if each.count]
    said = ngettext("%(what)s is late.", "%(what)s are late.", sum(each.count for each in late))
    time = capfirst(said % {"what": listing([each.words for each in late])}) if late else _("Nothing is late.")
    if not parts:
        state, time = (_("No incident is open."), time) if late else (_("All is calm."), _("No incident is open."))
    else:
        state = capfirst(", ".join(parts)) + "."
    return {"state": state, "time": time, "is_late": bool(late), "late": [each for each in late if each.url]}


def _loaded(incidents):
    return list(
        clocks.annotated(incidents)
        .select_related("severity", "owner", "reported_by", "stable_by", "fix_time_by")
        .prefetch_related("impacts__component", "impacts__location")
    )


def _last_resolved(user) -> Incident | None:
    resolved = Incident.objects.visible_to(user).filter(status=Status.RESOLVED)
    return resolved.order_by("-resolved_at").first()


def _by_urgency(incidents, now: datetime):
    """Clocks that are late or nearly so on top; then worst first, whether or not a clock runs; drills at the end.

    What is not for the public owes it no update, and is no less urgent for that.
    """
    far = timezone.make_aware(datetime.max.replace(year=9000))  # noqa: DTZ901  made aware right here

    def place(incident):
        clock = _running(incident)
        due_at = clock.due_at if clock else far
        if incident.audience == Audience.DRILL:
            return 2, -incident.severity_id, due_at, incident.pk
        if clock and clock.state(now) in (State.SOON, State.LATE):
            return 0, 0, due_at, incident.pk
        return 1, -incident.severity_id, due_at, incident.pk

    return sorted(incidents, key=place)


def _row(incident: Incident, now: datetime) -> Row:
    running = [clock for clock in clocks.clocks_of(incident) if clock.is_running]
    late = [clock for clock in running if clock.state(now) == State.LATE]
    first = next(iter(running), None)
    state = first.state(now).value if first else ""
    return Row(incident, first, state, late, scope.in_words(incident), _workspace(incident))


def _running(incident: Incident) -> Clock | None:
    return next((clock for clock in clocks.clocks_of(incident) if clock.is_running), None)


def _next_up(rows: list[Row], user, now: datetime) -> dict | None:
    """What comes first, with the button that does it: what is late before what is not, and of each a promise to
    customers before a clock of our own. ``why`` says so where one that is due earlier stands behind it."""
    running = [(row.incident, row.clock) for row in rows if row.clock]
    if not running:
        return None

    def place(pair: tuple[Incident, Clock]) -> tuple:
        return pair[1].state(now) != State.LATE, not _owes_customers(pair[1], now), pair[1].due_at

    incident, clock = min(running, key=place)
    is_before_its_time = any(other.due_at < clock.due_at for _incident, other in running)
    url, action = _workspace(incident), _("Open the incident")
    if incident.status == Status.SUSPECTED:
        if user.has_perm("incidents.work_incident"):
            url, action = _confirmation(incident), _("Confirm or dismiss")
    elif user.has_perm("incidents.publish_incident"):
        url = f"{url}#compose"
        action = _("Write the first notice") if clock.key == "first_notice" else _("Write the update")
    why = _("Do this first: customers wait for it") if is_before_its_time else _("Do this first")
    return {
        "incident": incident, "clock": clock, "state": clock.state(now).value, "url": url, "action": action, "why": why,
    }  # fmt: skip


def _owes_customers(clock: Clock | None, now: datetime) -> bool:
    """A promise to the public that is late or nearly so: it goes before every clock of our own."""
    urgent = (State.SOON, State.LATE)
    return (
        clock is not None and clock.key in ("first_notice", "next_update", "reopening") and clock.state(now) in urgent
    )


def _next_step(incident: Incident, user, now: datetime) -> Step:
    """What the owner of an open incident does next."""
    url, clock, times = _workspace(incident), _running(incident), _times(incident)
    if incident.status == Status.SUSPECTED:
        return Step(incident.title, _("Confirm or dismiss it"), _confirmation(incident), **times)
    if clock and clock.key == "first_notice":
        return Step(incident.title, _("Customers have not been told yet"), f"{url}#compose", **times)
    if _owes_customers(clock, now):
        step = (
            _("Write the next update") if user.has_perm("incidents.publish_incident") else _("Support owes an update")
        )
        return Step(incident.title, step, f"{url}#compose", **times)
    if incident.status != Status.MONITORING:
        step = _("Find the cause") if incident.status == Status.INVESTIGATING else _("Mitigate, then watch")
        return Step(incident.title, step, url, **times)
    missing = gate.blocking(incident, gate.missing(incident, now=now))
    if not missing:
        return Step(incident.title, _("The closure gate is met: it can be resolved"), f"{url}#gate")
    if [condition.key for condition in missing] == ["healthy"] and missing[0].ready_at:
        when = moments.moment(missing[0].ready_at, now=now)
        detail = _("%(label)s at %(when)s, then it can be resolved") % {"label": missing[0].label, "when": when}
        return Step(incident.title, detail, f"{url}#gate", missing[0].ready_at, incident.monitoring_at)
    names = ", ".join(condition.label for condition in missing[:2])
    more = _(" and %(n)d more") % {"n": len(missing) - 2} if len(missing) > 2 else ""
    return Step(incident.title, _("Before closing: %(names)s") % {"names": names} + more, f"{url}#gate")


def _to_explain(user, now: datetime) -> list[Step]:
    """Promises that broke in what this person leads, and nobody has said why; the last in the list, for a calm hour."""
    found = []
    for promise in [p for p in promises.unexplained(user, now=now) if p.met_at][:SHOWN]:
        words = {"clock": promise.clock.label, "late": moments.span(promise.late_by(now))}
        detail = _("%(clock)s: %(late)s late. Say why") % words
        found.append(Step(promise.subject.title, detail, reverse("admin:promise_explain", args=[promise.breach.pk])))
    return found


def _waiting_for_group(user, open_now, now: datetime) -> list[Step]:
    found = []
    if user.has_perm("incidents.publish_incident"):
        mine = Incident.objects.visible_to(user)
        owed = [(i, c) for i in open_now if _owes_customers(c := _running(i), now) and c.key == "next_update"]
        for incident, clock in owed:
            late = clock.state(now) == State.LATE
            detail = _("The next update is late") if late else _("The next update is due")
            found.append(
                Step(incident.title, detail, f"{_workspace(incident)}#compose", clock.due_at, clock.started_at)
            )
        untold = clocks.annotated(mine.awaiting_first_notice()).filter(is_covered=False)
        for incident in untold.order_by("detected_at")[:SHOWN]:
            clock = next(clock for clock in clocks.clocks_of(incident) if clock.key == "first_notice")
            detail, url = _("Confirmed, and customers have not been told"), f"{_workspace(incident)}#compose"
            found.append(Step(incident.title, detail, url, clock.due_at, clock.started_at))
        told_with_it = [incident.pk for incident, _clock in owed]
        untold = clocks.annotated(mine.awaiting_telling().exclude(pk__in=told_with_it))
        for incident in untold.order_by("-declared_at")[:SHOWN]:
            words = {"now": incident.get_status_display(), "told": Status(incident.told_status).label}
            detail = _("Now %(now)s; customers still read %(told)s") % words
            found.append(Step(incident.title, detail, f"{_workspace(incident)}#compose", **_times(incident)))
    if user.has_perm("incidents.work_incident"):
        for incident in open_now:
            if incident.status == Status.SUSPECTED and incident.owner_id != user.pk:
                who = incident.owner or _("nobody yet")
                detail = _("Confirm or dismiss; taken by %(who)s") % {"who": who}
                found.append(Step(incident.title, detail, _confirmation(incident), **_times(incident)))
    return found


def _times(incident: Incident) -> dict[str, datetime]:
    """From when, until when."""
    clock = _running(incident)
    return {"due_at": clock.due_at, "started_at": clock.started_at} if clock else {}


def _group_name(user) -> str:
    names = [group.name for group in user.groups.all()[:2]]
    return names[0] if len(names) == 1 else _("your group")


def _workspace(incident: Incident) -> str:
    return reverse("admin:incidents_incident_change", args=[incident.public_id])


def _confirmation(incident: Incident) -> str:
    return reverse("admin:incidents_incident_confirm", args=[incident.public_id])
