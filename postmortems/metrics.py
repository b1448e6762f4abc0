"""How long each step of an incident took, from its facts; its limits come from policies (0-22, 2-25)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from incidents.models import Incident
from postmortems.choices import Metric
from postmortems.document.facts import Step, Times
from postmortems.models import ReviewPolicy

MINUTE = timedelta(minutes=1)
SPANS = {  # from which time to which
    Metric.DETECT: ("started_at", "detected_at"),
    Metric.ACKNOWLEDGE: ("detected_at", "acknowledged_at"),
    Metric.FIRST_NOTICE: ("detected_at", "first_notice_at"),
    Metric.MITIGATE: ("started_at", "mitigated_at"),
    Metric.RESOLVE: ("started_at", "resolved_at"),
    Metric.CATCH_UP: ("mitigated_at", "caught_up_at"),
}


def times_of(incident: Incident) -> Times:
    """Acknowledged is when a person took it up: reported or declared, whichever was first after detection."""
    return Times(
        started_at=incident.started_at,
        detected_at=incident.detected_at,
        acknowledged_at=None if incident.is_backfilled else max(incident.declared_at, incident.detected_at),
        first_notice_at=incident.first_notice_at,
        identified_at=incident.identified_at,
        mitigated_at=incident.mitigated_at,
        resolved_at=incident.resolved_at,
        caught_up_at=incident.caught_up_at,
    )


def minutes_of(times: Times) -> dict[Metric, int | None]:
    """How long each step took, in whole minutes; none where it did not get there."""
    return {metric: _minutes(getattr(times, start), getattr(times, end)) for metric, (start, end) in SPANS.items()}


def steps_of(incident: Incident, policy: ReviewPolicy | None) -> tuple[Step, ...]:
    minutes = minutes_of(times_of(incident))
    beginning, detection, mitigation = _("beginning"), _("detection"), _("mitigation")

    def step(metric: Metric, limit: int | None, since: str) -> Step:
        return Step(metric, minutes[metric], limit, since)

    def limit(name: str) -> int | None:
        return getattr(policy, f"{name}_minutes", None)

    notice_limit = incident.first_notice_limit if incident.had_public_clocks else None
    return (
        step(Metric.DETECT, limit("detect"), beginning),
        step(Metric.ACKNOWLEDGE, incident.suspicion_limit, detection),
        step(Metric.FIRST_NOTICE, notice_limit, detection),
        step(Metric.MITIGATE, limit("mitigate"), beginning),
        step(Metric.RESOLVE, limit("resolve"), beginning),
        step(Metric.CATCH_UP, limit("catch_up"), mitigation),
    )


def _minutes(start: datetime | None, end: datetime | None) -> int | None:
    return max((end - start) // MINUTE, 0) if start and end else None
