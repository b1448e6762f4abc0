"""What somebody else did to an incident while a person writes about it: one line for the forms that write to customers.

Asked for every few seconds while the tab is looked at; empty, and two queries, as long as nothing has happened.
"""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents import moments
from incidents.choices import EntryKind
from incidents.timeline import timeline
from incidents.views.incident import incident_or_404

LONGEST = timedelta(hours=24)


@require_GET
def changes_since(request, public_id):
    """``version`` and ``since``: what the form was made from. The version alone decides whether there are any."""
    incident = incident_or_404(request, public_id)
    if request.GET.get("version", "") == str(incident.version):
        return HttpResponse(status=204)
    since = moments.read(request.GET.get("since", "")) or timezone.now() - LONGEST
    read = timeline.read(incident, user=request.user)
    entries = [entry for entry in read if entry.at > since and entry.kind != EntryKind.NOTE]
    told = next((entry for entry in entries if entry.kind == EntryKind.UPDATE and not entry.update.withdrawn_at), None)
    entry = told or next(iter(entries), None)
    if entry is None:  # the record changed, and no line of the timeline says how
        return HttpResponse(status=204)
    is_own = told is not None and told.update.author_id == request.user.pk
    context = {"incident": incident, "entry": entry, "told": told, "is_own": is_own}
    return TemplateResponse(request, "statuspage/staff/_changes_since.html", context)
