"""The record's own history: which field was changed by whom, when and why (M-03). The timeline tells what happened."""

from __future__ import annotations

from incidents.history import paged
from incidents.models import Incident
from incidents.views.incident import page


def history(request, incident):
    """Every saving that changed a field, newest first. Fields that only actions write are there too."""
    rows = Incident.history.filter(id=incident.pk)
    versions, shown = paged(rows, request.GET.get("p"), user=request.user)
    return page(request, "incidents/history.html", incident=incident, versions=versions, page_obj=shown)
