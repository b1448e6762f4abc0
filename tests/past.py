"""A page with a long past, made quickly: what costs must not grow with is tried on it."""

from datetime import timedelta

from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from incidents.choices import Audience, Level, Status
from incidents.models import Component, Impact, Incident, IncidentUpdate, UpdateComponentState
from statuspage.models import Page, PageIncident
from tests import factories as make

A_MONTH = timedelta(days=30.4375)


def wide_page(*, components=40, groups=4, **fields) -> tuple[Page, list[Component]]:
    """A page of so many components in groups, and these components."""
    tops = [make.component(name=f"Product {n}") for n in range(groups)]
    leaves = [make.component(name=f"Service {n}", parent=tops[n % groups]) for n in range(components)]
    return make.page(*tops, **fields), leaves


def fill(page: Page, component, count: int, *, a_month=20) -> None:
    """Put ``count`` resolved incidents on the page, evenly, ``a_month`` of them in a month, each told twice."""
    now, severity = timezone.now(), make.severity("minor")
    starts = [now - timedelta(days=2) - n * (A_MONTH / a_month) for n in range(count)]
    incidents = bulk_create_with_history(
        [
            Incident(
                title=f"Messages delayed, case {n}",
                status=Status.RESOLVED,
                severity=severity,
                audience=Audience.PUBLIC,
                started_at=at,
                detected_at=at,
                declared_at=at,
                confirmed_at=at,
                resolved_at=at + timedelta(hours=1),
                first_notice_at=at + timedelta(minutes=5),
                first_notice_limit=15,
                suspicion_limit=10,
            )
            for n, at in enumerate(starts)
        ],
        Incident,
    )
    updates = bulk_create_with_history(
        [
            IncidentUpdate(
                incident=incident,
                status=status,
                body="Messages to some operators are delayed. We have found the cause and are putting it right.",
                posted_at=incident.started_at + after,
                limit_minutes=30,
            )
            for incident in incidents
            for status, after in (
                (Status.INVESTIGATING, timedelta(minutes=5)), (Status.RESOLVED, timedelta(hours=1)),
            )
        ],
        IncidentUpdate,
    )  # fmt: skip
    UpdateComponentState.objects.bulk_create(
        UpdateComponentState(update=update, component=component, level=Level.DEGRADED) for update in updates
    )
    bulk_create_with_history(
        [
            Impact(
                incident=incident,
                component=component,
                level=Level.DEGRADED,
                started_at=incident.started_at,
                ended_at=incident.resolved_at,
            )
            for incident in incidents
        ],
        Impact,
    )
    PageIncident.objects.bulk_create(PageIncident(page=page, incident=incident) for incident in incidents)
