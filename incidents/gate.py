"""The closure gate: what must be true before an incident may be resolved (0-26, 1-13, 3-31)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from incidents.choices import GateHardness, Status
from incidents.models import Incident

BASIC = ("healthy", "workflow_impact", "data_impact")
BLOCKS: dict[GateHardness, tuple[str, ...]] = {
    GateHardness.ALL: (*BASIC, "stable", "fix_time", "catch_up_eta"),
    GateHardness.BASIC: BASIC,
    GateHardness.NONE: (),
}


@dataclass(frozen=True)
class Condition:
    """One line of the gate. ``key`` is stable; ``detail`` says what is known, or what to do."""

    key: str
    label: str
    is_met: bool
    detail: str
    ready_at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.label}: {self.detail}"


def healthy_since(incident: Incident) -> datetime | None:
    """The later of entering monitoring and of the end of the last impact; none while an impact is open."""
    if incident.status != Status.MONITORING or incident.monitoring_at is None:
        return None
    ends = [impact.ended_at for impact in incident.impacts.all()]  # no query where they were prefetched
    if None in ends:
        return None
    return max([incident.monitoring_at, *ends])


def conditions(incident: Incident, *, now: datetime) -> list[Condition]:
    """Every condition, met or not, in the order in which people meet them."""
    return [_healthy(incident, now), *_attested(incident), *_answered(incident)]


def missing(incident: Incident, *, now: datetime) -> list[Condition]:
    return unmet(conditions(incident, now=now))


def unmet(found: Iterable[Condition]) -> list[Condition]:
    return [condition for condition in found if not condition.is_met]


def blocking(incident: Incident, found: Iterable[Condition]) -> list[Condition]:
    """Of the conditions ``found`` missing those that refuse to resolve; the rest warns. What was over when it was
    declared is only warned of."""
    if incident.declared_resolved:
        return []
    return [condition for condition in found if condition.key in BLOCKS[GateHardness(incident.severity.gate)]]


def _healthy(incident: Incident, now: datetime) -> Condition:
    minutes = incident.severity.healthy_minutes
    label = _("Healthy for %(minutes)s min") % {"minutes": minutes}
    since = healthy_since(incident)
    if since is None:
        detail = _("counts from Monitoring, once no impact is open")
        return Condition("healthy", label, is_met=False, detail=detail)
    ready_at = since + timedelta(minutes=minutes)
    if now >= ready_at:
        return Condition("healthy", label, is_met=True, detail=_("no impact is open"), ready_at=ready_at)
    left = -(-(ready_at - now).total_seconds() // 60)
    return Condition("healthy", label, is_met=False, detail=_("%(left)d min to go") % {"left": left}, ready_at=ready_at)


def _attested(incident: Incident) -> list[Condition]:
    rows = [
        ("stable", _("Stable without hands"), incident.stable_at, incident.stable_by),
        ("fix_time", _("Time enough for a proper fix"), incident.fix_time_at, incident.fix_time_by),
    ]
    return [
        Condition(
            key,
            label,
            is_met=at is not None,
            detail=_("attested by %(who)s") % {"who": by} if at else _("not attested yet"),
        )
        for key, label, at, by in rows
    ]


def _answered(incident: Incident) -> list[Condition]:
    def impact(key: str, label: str, value: bool | None, note: str) -> Condition:
        detail = _("not answered yet") if value is None else (note or _("yes")) if value else _("none")
        return Condition(key, label, is_met=value is not None, detail=detail)

    needs_eta = bool(incident.workflow_impact or incident.data_impact)
    if incident.catch_up_eta:
        eta = _("given")
    else:
        eta = _("say when processing has caught up") if needs_eta else _("not needed")
    return [
        impact("workflow_impact", _("Workflow impact"), incident.workflow_impact, incident.workflow_impact_note),
        impact("data_impact", _("Data impact"), incident.data_impact, incident.data_impact_note),
        Condition("catch_up_eta", _("Catch-up ETA"), is_met=bool(incident.catch_up_eta) or not needs_eta, detail=eta),
    ]
