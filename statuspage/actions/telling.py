"""What staff do from the screens of a page: tell the public about an incident, in one act with its facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils.translation import gettext as _

from incidents import actions
from incidents.actions.base import locked
from incidents.choices import Audience, Status
from incidents.exceptions import DomainError
from incidents.models import Incident, IncidentUpdate, Severity, User
from incidents.permissions import require
from incidents.scope import Affected
from postmortems import actions as postmortems
from statuspage import signals
from statuspage.actions import postmortem_files
from statuspage.models import Page, PageIncident
from statuspage.publishing import publisher
from statuspage.snapshot import layout
from statuspage.snapshot.values import INCIDENT


@transaction.atomic
def publish_update(
    incident: Incident,
    *,
    by: User | None,
    pages: Iterable[Page] | None = None,
    version: int | None = None,
    report_by: datetime | None = None,
    by_itself: bool = False,
    tell_removal: bool | None = None,
    **update,
) -> IncidentUpdate:
    """Post an update and see that the incident stands on ``pages`` (as it stands, where none are given).

    ``report_by``: with the all-clear, until when customers are promised a post-mortem (4-08). ``by_itself``: the
    setting of these pages tells, and not a person (2-14). ``tell_removal``: whoever was told of it by a page that it is
    taken off hears so (none: as the setting of these pages says).
    """
    pages = layout.pages_of(incident) if pages is None else list(pages)
    by_itself = by_itself and bool(pages) and all(page.first_notice_by_itself for page in pages)
    if not by_itself:
        require(by, "incidents.publish_incident")
    incident = locked(incident, by=by, version=version)
    posted = actions.post_update(incident, by=by, by_itself=by_itself, **update)
    if incident.audience == Audience.PUBLIC:
        _place(incident, pages, by=by, tell_removal=tell_removal)
    if report_by is not None:
        incident.refresh_from_db()
        minutes = max(ceil((report_by - (incident.resolved_at or posted.posted_at)) / timedelta(minutes=1)), 1)
        postmortems.promise(incident, minutes=minutes, by=by)
        publisher.want(layout.pages_of(incident), subject=(INCIDENT, incident.pk))
    return posted


@transaction.atomic
def place(incident: Incident, pages: Sequence[Page], *, by: User | None) -> None:
    """Let the incident stand on exactly these pages; each must name something that it affects (3-10)."""
    require(by, "incidents.publish_incident")
    _place(locked(incident, by=by), pages, by=by)


def _place(incident: Incident, pages: Sequence[Page], *, by: User | None, tell_removal: bool | None = None) -> None:
    """Under the incident's lock."""
    if not pages:
        raise DomainError(_("Choose at least one page."), field="pages")
    affected = [impact.component for impact in incident.impacts.select_related("component")]
    fitting = {page.pk for page in layout.concerned(pages, affected)}
    for page in pages:
        if page.pk not in fitting:
            raise DomainError(
                _("%(page)s names nothing that this incident affects. Add a component, or leave the page out.")
                % {"page": page},
                field="pages",
            )
    before = layout.pages_of(incident)
    PageIncident.objects.filter(incident=incident).exclude(page__in=pages).delete()
    for page in pages:
        PageIncident.objects.get_or_create(page=page, incident=incident, defaults={"added_by": by})
    left = [page for page in before if page not in pages]
    publisher.want({*before, *pages}, subject=(INCIDENT, incident.pk), takes_back=bool(left))
    if left:
        tell = any(page.tell_withdrawals for page in left) if tell_removal is None else tell_removal
        signals.incident_taken_off.send(sender=Incident, incident=incident, pages=left, tell=tell, by=by)
    if set(pages) - set(before):
        postmortem_files.ask_for_customers(incident)


@transaction.atomic
def confirm_and_publish(
    incident: Incident,
    *,
    by: User | None,
    judgement: dict,
    affected: Sequence[Affected],
    notice: dict | None,
    pages: Sequence[Page] = (),
    title: str | None = None,
    by_itself: bool = False,
) -> Incident:
    """Confirm a suspicion with what it affects and, where a notice is given, publish it in one act (1-08, 1-09).

    ``title`` takes the place of the reporter's before anybody outside reads it; the version read is checked first.
    """
    incident = actions.confirm(incident, by=by, affected=affected, **judgement)
    if title is not None:
        incident = actions.change_facts(incident, by=by, title=title)
    if notice is not None and incident.audience == Audience.PUBLIC:
        publish_update(incident, by=by, pages=pages, status=Status.INVESTIGATING, by_itself=by_itself, **notice)
        incident.refresh_from_db()
    return incident


@transaction.atomic
def reopen_and_publish(
    incident: Incident,
    *,
    by: User | None,
    reason: str,
    affected: Sequence[Affected],
    notice: dict | None,
    pages: Sequence[Page] = (),
    version: int | None = None,
) -> Incident:
    """It is not over and, where a notice is given, customers read so in the same act. Without one it waits for Support
    under a clock."""
    incident = actions.reopen(incident, reason=reason, affected=affected, by=by, version=version)
    if notice is not None and incident.audience == Audience.PUBLIC:
        publish_update(incident, by=by, pages=pages, status=Status.INVESTIGATING, **notice)
        incident.refresh_from_db()
    return incident


@transaction.atomic
def declare_and_publish(
    *,
    pages: Sequence[Page],
    title: str,
    status: Status,
    severity: Severity,
    affected: Sequence[Affected],
    notice: dict,
    by: User | None,
    **facts,
) -> Incident:
    """*New incident* (4-01): declares and posts the first public update at once, in whatever stage."""
    require(by, "incidents.publish_incident")
    status = Status(status)
    if pages:
        facts.setdefault("origin", pages[0].origin)
    incident = actions.declare(
        title=title, severity=severity, by=by, affected=affected, is_resolved=status == Status.RESOLVED, **facts
    )
    publish_update(incident, by=by, pages=pages, status=status, **notice)
    incident.refresh_from_db()
    return incident
