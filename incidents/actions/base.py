"""What every verb does: take the lock, write the row, the history and the timeline."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.choices import EntryKind, Status
from incidents.exceptions import DomainError
from incidents.locking import locked  # noqa: F401
from incidents.models import Incident, IncidentUpdate, TimelineEntry, User


def save(incident: Incident, *fields: str, by: User | None, reason: str = "") -> None:
    """Write ``fields`` with who and why in the history, and raise the version."""
    incident.version += 1
    incident._history_user = by
    incident._change_reason = reason
    incident.save(update_fields=[*fields, "version"])


def save_audited(row, *fields: str, by: User | None, reason: str = "") -> None:
    """The same for any other tracked row; without ``fields`` it is written whole."""
    row._history_user = by
    row._change_reason = reason
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


def require_reason(reason: str, *, field: str = "reason", most: int | None = None) -> None:
    """``most``: characters that the record keeps of it; nothing is cut."""
    if not reason.strip():
        raise DomainError(_("Say why; it stays on the record."), field=field)
    if most is not None and len(reason) > most:
        raise DomainError(_("Write at most %(most)d characters.") % {"most": most}, field=field)
