"""Rows at chosen times, past every action: what snapshots and documents are made of."""

from datetime import UTC, date, datetime, timedelta

from incidents import models
from incidents.choices import Audience, Status
from statuspage.models import Page, PageComponent, PageIncident

NOW = datetime(2026, 11, 19, 14, 38, tzinfo=UTC)
LONG_AGO = date(2024, 3, 1)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


BEGAN, SOON = NOW - minutes(46), NOW + minutes(12)


def page(*components, **fields) -> Page:
    fields = {
        "name": "Larkwire",
        "slug": "platform",
        "is_default": True,
        "tag_host": "status.larkwire.example",
        "created_at": datetime(2024, 3, 1, tzinfo=UTC),
    } | fields
    row = Page.objects.create(**fields)
    for position, component in enumerate(components):
        PageComponent.objects.create(page=row, component=component, position=position)
    return row


def component(name: str, parent=None, **fields) -> models.Component:
    return models.Component.objects.create(name=name, parent=parent, **{"introduced_on": LONG_AGO} | fields)


def incident(title: str, *, page=None, began=BEGAN, ended=None, severity=2, impacts=(), updates=(), **fields):
    """``impacts``: (component, location or None, level[, from, to]); ``updates``: (at, status, text[, promised])."""
    status = Status.RESOLVED if ended else Status(updates[-1][1]) if updates else Status.INVESTIGATING
    fields = {"audience": Audience.PUBLIC, "status": status} | fields
    if fields["status"] in (Status.SUSPECTED, Status.DISMISSED):
        fields |= {"confirmed_at": None}
    else:
        fields |= {"confirmed_at": began}
    row = models.Incident.objects.create(
        title=title,
        severity_id=severity,
        started_at=began,
        detected_at=began,
        declared_at=began,
        resolved_at=ended,
        dismissed_at=began if fields["status"] == Status.DISMISSED else None,
        first_notice_limit=15,
        suspicion_limit=10,
        **fields,
    )
    for item, place, level, *when in impacts:
        start, end = (*when, None, None)[:2]
        models.Impact.objects.create(
            incident=row, component=item, location=place, level=level, started_at=start or began, ended_at=end or ended
        )
    for at, stage, text, *promised in updates:
        update(row, at=at, status=stage, body=text, promised_at=promised[0] if promised else None)
    if page is not None:
        PageIncident.objects.create(page=page, incident=row)
    return row


def update(
    row, *, at, status=Status.INVESTIGATING, body="We are looking into it.", told=(), **fields
) -> models.IncidentUpdate:
    made = models.IncidentUpdate.objects.create(
        incident=row, posted_at=at, status=status, body=body, limit_minutes=30, **fields
    )
    for item, place, level in told:
        models.UpdateComponentState.objects.create(update=made, component=item, location=place, level=level)
    return made
