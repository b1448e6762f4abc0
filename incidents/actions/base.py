"""What every verb does: check the right, take the lock, write the row, the history and the timeline."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import EntryKind, Status
from incidents.exceptions import DomainError, NotAllowed
from incidents.locking import locked  # noqa: F401
from incidents.models import Incident, IncidentUpdate, TimelineEntry, User

REFUSALS = {
    "report_incident": gettext_lazy(
        "You may not report suspicions. Ask an administrator to add you to a group that may."
    ),
    "work_incident": gettext_lazy(
        "You may not change the stage or the facts of incidents. Ask Engineering or Support."
    ),
    "publish_incident": gettext_lazy("You may not publish. Ask Support to tell customers."),
    "override_incident": gettext_lazy("Only a lead may override the closure gate. Ask Engineering Leads."),
    "reopen_incident": gettext_lazy("Only a lead may reopen an incident. Ask Engineering Leads."),
    "merge_incident": gettext_lazy("Only a lead may merge incidents. Ask Engineering Leads."),
    "restrict_incident": gettext_lazy("You may not open a restricted incident. Ask Security."),
}


def require(by: User | None, permission: str) -> None:
    if by is not None and not by.has_perm(f"incidents.{permission}"):
        raise NotAllowed(str(REFUSALS[permission]))


def save(incident: Incident, *fields: str, by: User | None, reason: str = "") -> None:
    """Write ``fields`` with who and why in the history, and raise the version."""
    incident.version += 1
    incident._history_user = by
    incident._change_reason = reason[:100]
    incident.save(update_fields=[*fields, "version"])


def save_audited(row, *fields: str, by: User | None, reason: str = "") -> None:
    """The same for any other tracked row; without ``fields`` it is written whole."""
    row._history_user = by
    row._change_reason = reason[:100]
    row.save(update_fields=fields or None)


def record(
    incident: Incident,
    kind: EntryKind,
    *,
    by: User | None,
    at: datetime | None = None,
    text: str = "",
    update: IncidentUpdate | None = None,
    **data,
) -> TimelineEntry:
    """One line of the append-only timeline."""
    return incident.timeline.create(kind=kind, by=by, at=at or timezone.now(), text=text, update=update, data=data)


def check_transition(incident: Incident, status: Status) -> None:
    if not incident.can_become(status):
        raise DomainError(
            _("An incident that is %(old)s cannot become %(new)s.")
            % {"old": incident.get_status_display().lower(), "new": Status(status).label.lower()},
            field="status",
        )


def require_reason(reason: str, *, field: str = "reason") -> None:
    if not reason.strip():
        raise DomainError(_("Say why; it stays on the record."), field=field)
