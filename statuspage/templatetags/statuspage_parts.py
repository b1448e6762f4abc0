"""What status pages show on the screens of incidents. Nothing stands where the person may not see it."""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils import timezone

from incidents.choices import Audience
from incidents.models import Incident
from incidents.views.incident import may_see
from statuspage import page_status as published
from statuspage.composer.context import ComposerContext
from statuspage.snapshot import layout
from statuspage.views import postmortem_files as files
from statuspage.views.composer import opened

register = template.Library()


@register.inclusion_tag("statuspage/staff/_page_status.html", takes_context=True)
def page_status(context):
    """How each page stands: for everybody on the staff side. Which process has it, for whoever looks after them."""
    user = context["request"].user
    if not user.is_staff:
        return {}
    return {"statuses": published.statuses(), "shows_processes": user.has_perm("statuspage.add_page")}


@register.simple_tag(takes_context=True)
def composer(context, incident):
    """The composer as it is opened, whatever was posted to the screen around it."""
    request = context["request"]
    if not may_see(request.user, incident):
        return ""
    shown = opened(request, ComposerContext(incident, request.user, timezone.now()))
    return render_to_string("statuspage/staff/_composer.html", shown, request)


@register.inclusion_tag("statuspage/staff/_merging.html", takes_context=True)
def pages_of_merging(context, incident, into):
    """The pages that customers read the incident on, and those of them on which the other one is new."""
    user = context["request"].user
    if not (user.has_perm("incidents.merge_incident") and may_see(user, incident) and may_see(user, into)):
        return {}
    pages = layout.pages_of(incident) if Incident.objects.public().contains(incident) else []
    added = []
    if pages and into.audience == Audience.PUBLIC:
        affected = [
            impact.component
            for one in (incident.impacts.open(), into.impacts.all())
            for impact in one.select_related("component")
        ]
        there = {page.pk for page in layout.pages_of(into)}
        added = [page for page in layout.concerned(pages, affected) if page.pk not in there]
    return {"pages": pages, "added": added, "into": into}


@register.inclusion_tag("statuspage/staff/_postmortem_files.html", takes_context=True)
def postmortem_files(context, postmortem):
    """Its PDFs, and how far each is, for those who may see it."""
    request = context["request"]
    if not (request.user.has_perm(files.SEE) and may_see(request.user, postmortem.incident)):
        return {}
    return files.shown(request, postmortem) | {"csrf_token": context.get("csrf_token")}
