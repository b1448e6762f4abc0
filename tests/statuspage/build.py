"""Rows at chosen times, past every action: what snapshots and documents are made of."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from incidents import models
from incidents.choices import Audience, Status
from postmortems import editions
from postmortems.choices import Paper, Reader, RenderingState, Stage
from postmortems.document import frozen
from postmortems.document.redaction import for_customers
from postmortems.document.values import Content
from postmortems.models import Postmortem, Rendering, Template, Version
from statuspage.models import Page, PageComponent, PageIncident
from statuspage.snapshot import layout
from statuspage.snapshot.files import whose
from statuspage.snapshot.names import names_of

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


def report(row, content: Content, *, at=None, number=1, notify=True, way="full", **fields) -> Version:
    """A version of its post-mortem with this content, published at ``at``, past every action."""
    found, _is_new = Postmortem.objects.get_or_create(
        incident=row, defaults={"template": Template.objects.get(way=way)}
    )
    content = replace(content, id=found.public_id, incident_id=row.public_id)
    at = at or (row.resolved_at or NOW) + minutes(60)
    fields.setdefault("public_at", at)
    version = found.versions.create(
        number=number,
        content=frozen.dump(content),
        digest=frozen.digest(content),
        customers_digest=frozen.digest(for_customers(content)),
        at=at,
        approved_at=at,
        published_at=at,
        notify=notify,
        **fields,
    )
    Postmortem.objects.filter(pk=found.pk).update(stage=Stage.PUBLISHED, published_at=at)
    return version


def rendered(version, page, *, pdf=b"%PDF-1.7 made up\n", pages=2) -> Rendering:
    """The customers' file of a version in the dress of a page, as if it had been drawn."""
    return Rendering.objects.create(
        postmortem=version.postmortem,
        version=version,
        reader=Reader.CUSTOMERS,
        content={},
        key=editions.key_of(version, Reader.CUSTOMERS, Paper.A4, whose=_whose(page, version)),
        state=RenderingState.DONE,
        pdf=pdf,
        pages=pages,
    )


def _whose(page, version) -> str:
    return whose(page.public_id, version, layout.load(page), names_of([version]))


def of_the_page(content, *components):
    """Its impacts at components that there are, in their order and then over again."""
    impacts = [
        replace(each, component_id=components[place % len(components)].public_id)
        for place, each in enumerate(content.impacts)
    ]
    return replace(content, impacts=tuple(impacts))
