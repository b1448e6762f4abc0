"""How long each step of an incident took, from its facts; its limits come from policies (0-22, 2-25)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from incidents.models import Incident
from postmortems.choices import Metric
from postmortems.document.values import Step, Times
from postmortems.models import ReviewPolicy

MINUTE = timedelta(minutes=1)


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


def steps_of(incident: Incident, policy: ReviewPolicy | None) -> tuple[Step, ...]:
    times = times_of(incident)
    beginning, detection, mitigation = _("beginning"), _("detection"), _("mitigation")

    def limit(name: str) -> int | None:
        return getattr(policy, f"{name}_minutes", None)

    notice_limit = incident.first_notice_limit if incident.had_public_clocks else None
    return (
        _step(Metric.DETECT, times.started_at, times.detected_at, limit("detect"), beginning),
        _step(Metric.ACKNOWLEDGE, times.detected_at, times.acknowledged_at, incident.suspicion_limit, detection),
        _step(Metric.FIRST_NOTICE, times.detected_at, times.first_notice_at, notice_limit, detection),
        _step(Metric.MITIGATE, times.started_at, times.mitigated_at, limit("mitigate"), beginning),
        _step(Metric.RESOLVE, times.started_at, times.resolved_at, limit("resolve"), beginning),
        _step(Metric.CATCH_UP, times.mitigated_at, times.caught_up_at, limit("catch_up"), mitigation),
    )


def _step(metric: Metric, start: datetime | None, end: datetime | None, limit: int | None, since: str) -> Step:
    minutes = max((end - start) // MINUTE, 0) if start and end else None
    return Step(metric, minutes, limit, since)
