"""The lock of an incident, which every verb takes first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from incidents.exceptions import NotAllowed, StaleVersion
from incidents.models import Incident, User


def locked(incident: Incident, *, by: User | None, version: int | None = None) -> Incident:
    """The row as it is now, locked. Refuses users who may not see it, or who read an older version.

    No join: PostgreSQL looks at the conditions again after it has waited for a lock, and a joined row that changed
    meanwhile (the severity) would make the incident seem to be gone. Its key is not locked: whoever holds the lock of
    something else writes rows that refer to the incident, and would wait for a verb that waits for them.
    """
    rows = Incident.objects.all() if by is None else Incident.objects.visible_to(by)
    try:
        incident = rows.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    except Incident.DoesNotExist:
        raise NotAllowed(_("There is no such incident, or it is not open to you.")) from None
    if version is not None and incident.version != version:
        raise StaleVersion(_("Somebody changed this incident while you were writing. Nothing of yours was saved."))
    return incident
