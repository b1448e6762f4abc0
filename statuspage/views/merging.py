"""What merging does on the pages, said before it is done: a fragment for the screen that merges."""

from __future__ import annotations

from django.http import Http404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from incidents.choices import Audience
from incidents.models import Incident
from incidents.views.incident import incident_or_404
from statuspage.snapshot import layout


@require_GET
def merging(request, public_id, into_id):
    """The pages that customers read it on, and those of them on which the other one is new."""
    incident, into = incident_or_404(request, public_id), incident_or_404(request, into_id)
    if not request.user.has_perm("incidents.merge_incident"):
        raise Http404
    pages = layout.pages_of(incident) if Incident.objects.public().filter(pk=incident.pk).exists() else []
    added = []
    if pages and into.audience == Audience.PUBLIC:
        affected = [
            impact.component
            for one in (incident.impacts.open(), into.impacts.all())
            for impact in one.select_related("component")
        ]
        there = {page.pk for page in layout.pages_of(into)}
        added = [page for page in layout.concerned(pages, affected) if page.pk not in there]
    context = {"pages": pages, "added": added, "into": into}
    return TemplateResponse(request, "statuspage/staff/_merging.html", context)
