"""How long the user who resolved an incident can take that back without a lead (DESIGN section 11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from incidents.choices import EntryKind, Status
from incidents.exceptions import DomainError, NotAllowed
from incidents.models import Impact, Incident, IncidentUpdate, TimelineEntry, User

FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Undo:
    """What taking it back would do: the stage it goes back to, the all-clear that leaves the page, until when."""

    stage: Status
    until: datetime
    update: IncidentUpdate | None  # published in the same act, and not withdrawn
    needs: str  # the permission of the act that is taken back


def of_resolution(incident: Incident, *, by: User | None, now: datetime) -> Undo:
    """How the resolution is taken back; refuses in words where it is not (any more)."""
    if incident.status != Status.RESOLVED or incident.is_backfilled:
        raise DomainError(_("There is no resolution to take back."))
    act = incident.timeline.filter(kind=EntryKind.RESOLVED).select_related("by").order_by("-pk").first()
    if act is None or now > act.at + FOR:
        raise DomainError(
            _("More than %(minutes)d min have passed: a lead may reopen it.") % {"minutes": FOR // timedelta(minutes=1)}
        )
    if by is not None and act.by_id != by.pk:
        raise NotAllowed(
            _("%(who)s resolved it, and may take that back. A lead may reopen it.") % {"who": act.by or _("The system")}
        )
    told, later = _told(incident, act)
    if later:
        raise DomainError(_("Customers were told more since. A lead may reopen it."))
    needs = "incidents.publish_incident" if act.data.get("told") else "incidents.work_incident"
    return Undo(Status(act.data.get("old", Status.INVESTIGATING)), act.at + FOR, told, needs)


def offered(incident: Incident, *, by: User | None, now: datetime) -> Undo | None:
    """The same for a screen: nothing where it would be refused. Asks nothing about an incident that is open or old."""
    if incident.status != Status.RESOLVED or incident.resolved_at is None or now - incident.resolved_at > FOR:
        return None
    try:
        undo = of_resolution(incident, by=by, now=now)
    except DomainError:
        return None
    return undo if by is None or by.has_perm(undo.needs) else None


def ended_with_it(incident: Incident) -> list[Impact]:
    """The impacts that the resolution ended, and that had been open before it."""
    end = incident.resolved_at
    return list(incident.impacts.filter(ended_at=end, started_at__lt=end).select_related("component", "location"))


def _told(incident: Incident, act: TimelineEntry) -> tuple[IncidentUpdate | None, bool]:
    """The all-clear of the act, if it still stands; and whether anything published after it stands."""
    rows = incident.timeline.filter(kind=EntryKind.UPDATE, pk__gt=act.pk).select_related("update").order_by("pk")
    updates = [row.update for row in rows if row.update]
    own = updates.pop(0) if act.data.get("told") and updates else None
    return own if own and not own.withdrawn_at else None, any(not update.withdrawn_at for update in updates)
