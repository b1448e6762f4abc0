"""An incident that a window caused is linked to it, or no longer."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.actions.base import locked as locked_incident, save as save_incident
from incidents.exceptions import DomainError
from incidents.maintenance import signals
from incidents.maintenance.actions.base import locked, save, save_audited
from incidents.maintenance.models import Window, WindowIncident
from incidents.models import Incident, User
from incidents.permissions import require


@transaction.atomic
def link_incident(window: Window, incident: Incident, *, by: User | None) -> WindowIncident:
    """The window caused the incident. An incident has one cause of this kind: linked anew, it belongs to the other."""
    require(by, "incidents.work_incident")
    incident = locked_incident(incident, by=by)
    window = locked(window, by=by)
    if window.started_at is None:
        raise DomainError(_("It has not begun: it cannot have caused anything."), field="window")
    row = WindowIncident.objects.filter(incident=incident).first() or WindowIncident(incident=incident)
    row.window, row.by = window, by
    save_audited(row, by=by)
    save(window, by=by)
    save_incident(incident, by=by)
    signals.changed.send(sender=Window, window=window, text_lost=False)
    return row


@transaction.atomic
def unlink_incident(incident: Incident, *, by: User | None) -> None:
    require(by, "incidents.work_incident")
    incident = locked_incident(incident, by=by)
    row = WindowIncident.objects.filter(incident=incident).select_related("window").first()
    if row is None:
        return
    window = locked(row.window, by=by)
    row._history_user = by
    row.delete()
    save(window, by=by)
    save_incident(incident, by=by)
    signals.changed.send(sender=Window, window=window, text_lost=False)
