"""The workspace of one incident: everything a person at work on it needs to see, from a constant number of queries.

``render`` is also what a screen of another app answers with when it has to show the workspace around its own part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from incidents import choices, gate, undo
from incidents.choices import Audience, Status
from incidents.clocks import clocks, promises
from incidents.clocks.compliance import INCIDENT_CLOCKS
from incidents.clocks.promises import Subject
from incidents.forms.merging import belongs_to
from incidents.models import Impact, Incident
from incidents.timeline import timeline

TOLD_IN_PUBLIC = (Audience.PUBLIC, Audience.DRILL)  # a drill is written as if it were public, and stays in the building


@dataclass(frozen=True)
class May:
    """What this person may do; the same permissions that the actions check."""

    report: bool
    note: bool
    work: bool
    publish: bool
    override: bool
    reopen: bool
    merge: bool
    restrict: bool

    @classmethod
    def of(cls, user) -> May:
        return cls(**{name: user.has_perm(f"incidents.{name}_incident") for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Gate:
    """The closure gate as a card: the conditions, how many are met, and whether the rest blocks or only warns."""

    conditions: list[gate.Condition]
    blocking: list[gate.Condition]
    now: datetime

    @property
    def met(self) -> int:
        return sum(condition.is_met for condition in self.conditions)

    @property
    def missing(self) -> int:
        return len(self.conditions) - self.met


def render(request: HttpRequest, incident: Incident, *, compose=None, note=None, status: int = 200) -> HttpResponse:
    """The whole workspace. ``compose``: rendered HTML that stands in the place of the composer.

    ``note``: the bound form of a private note that was refused. A script that read it already (``X-Read``) is told
    whether anything happened since (``live.js``).
    """
    request.current_app = admin.site.name
    mark = _mark(incident)
    if compose is None and request.headers.get("X-Read") == mark:
        return HttpResponse(status=204)
    rows = clocks.annotated(Incident.objects.all()).select_related(
        "severity", "owner__team", "reported_by", "stable_by", "fix_time_by", "judged_by", "rule"
    )
    incident = rows.get(pk=incident.pk)
    context = {
        **admin.site.each_context(request),
        **facts(incident, user=request.user, show=request.GET.get("show", "")),
        "title": incident.title,
        "mark": mark,
        "compose": compose,
        "note": note,
    }
    return TemplateResponse(request, "incidents/workspace.html", context, status=status)


def _mark(incident: Incident) -> str:
    """What moves with everything that there is to read: somebody did something, or the minutes of the gate passed."""
    is_working = incident.status in choices.WORKING
    missing = len(gate.missing(incident, now=timezone.now())) if is_working else 0
    return f"{incident.version}.{incident.timeline.count()}.{missing}"


def facts(incident: Incident, *, user, show: str = "") -> dict:
    """What the template reads. ``show`` narrows the timeline to ``public`` or ``private``, also without a script."""
    now = timezone.now()
    may = May.of(user)
    entries = timeline.read(incident, user=user)
    joined = Incident.objects.visible_to(user).filter(Q(merged_into=incident) | Q(pk=incident.merged_into_id))
    near = list(joined.order_by("merged_at", "pk"))
    impacts = list(incident.impacts.select_related("component__parent", "location"))
    its_clocks = clocks.clocks_of(incident)
    return {
        "incident": incident,
        "now": now,
        "may": may,
        "part": _part(incident, may),
        "belongs_to": belongs_to(incident, user=user),
        "lead": next((clock for clock in its_clocks if clock.is_running), None),
        "clocks": its_clocks,
        "late": promises.broken(Subject(INCIDENT_CLOCKS, incident), now=now),
        "ran_for": incident.ran_for(now),
        "entries": [entry for entry in entries if show in ("", entry.audience)],
        "show": show,
        "counts": {name: sum(e.audience == name for e in entries) for name in ("public", "private")}
        | {"all": len(entries)},
        "impacts": in_order(impacts),
        "gate": _gate(incident, now),
        "members": list(incident.member_set.select_related("user__team")) if incident.is_restricted else [],
        "untold": _untold(incident),
        "told_word": Status(incident.told_status).label if incident.told_status else "",
        "stages": choices.WORKING,
        "undo": undo.offered(incident, by=user, now=now),
        "merged_into": next((other for other in near if other.pk == incident.merged_into_id), None),
        "came_in": [other for other in near if other.merged_into_id == incident.pk],
        "resolutions": list(incident.resolutions.select_related("by", "reopened_by")),
    }


def in_order(impacts: list[Impact]) -> list[Impact]:
    """Open ones first, worst first; then the past, latest end first."""
    running = [impact for impact in impacts if impact.ended_at is None]
    past = sorted((i for i in impacts if i.ended_at), key=lambda impact: impact.ended_at, reverse=True)
    return [*running, *past]


def _part(incident: Incident, may: May) -> str:
    """Which card leads the column of action: what this person can do next, in this stage."""
    if incident.status in (Status.SUSPECTED, Status.DISMISSED, Status.MERGED):
        return str(incident.status)
    if may.publish and incident.audience in TOLD_IN_PUBLIC:
        return "compose"
    return "stage"


def _gate(incident: Incident, now: datetime) -> Gate | None:
    if incident.status not in choices.WORKING:
        return None
    found = gate.conditions(incident, now=now)
    return Gate(found, gate.blocking(incident, gate.unmet(found)), now)


def _untold(incident: Incident) -> str:
    """What customers do not know yet: ``all`` of it, the ``stage``, or nothing (1-09, 1-16)."""
    if not incident.has_public_clocks or not incident.is_confirmed:
        return ""
    if incident.told_status is None:
        return "all"
    return "stage" if incident.told_status != incident.status else ""
