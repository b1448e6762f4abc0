"""What every screen around one incident begins and ends with: find it, refuse, render, go back."""

from __future__ import annotations

from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from incidents.actions.base import require
from incidents.clocks import clocks
from incidents.exceptions import NotAllowed
from incidents.models import Incident

REFUSED = 422


def incident_or_404(request: HttpRequest, object_id: str) -> Incident:
    """The incident, by its public id: numbers would have gaps where one stands that this person may not see. Such a one
    does not exist (DESIGN section 3)."""
    if not request.user.has_perm("incidents.view_incident"):
        raise PermissionDenied
    rows = clocks.annotated(Incident.objects.visible_to(request.user))
    try:
        incident = rows.select_related("severity", "owner", "reported_by", "stable_by", "fix_time_by").get(
            public_id=object_id
        )
    except Incident.DoesNotExist:
        raise Http404 from None
    request.incident = incident  # the sidebar lights the list that it stands in
    return incident


def for_those_who_may(permission: str):
    """Give the view the incident itself. Who lacks the right reads why (403), whether view or action says so."""

    def decorate(view):
        @wraps(view)
        def wrapped(request, object_id, **kwargs):
            incident = incident_or_404(request, object_id)
            try:
                require(request.user, permission)
                return view(request, incident, **kwargs)
            except NotAllowed as refusal:
                return page(request, "incidents/refused.html", incident=incident, refusal=refusal, status=403)

        return wrapped

    return decorate


def page(request: HttpRequest, template: str, *, title="", status: int = 200, **context) -> TemplateResponse:
    """A screen in the staff shell; a form that was refused answers 422."""
    request.current_app = admin.site.name
    form = context.get("form")
    if status == 200 and form is not None and form.is_bound and form.errors:
        status = REFUSED
    incident = context.get("incident")
    title = title or (incident.title if incident else "")
    context = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, template, context, status=status)


def address(incident: Incident, anchor: str = "") -> str:
    """Where the workspace of the incident is."""
    path = reverse("admin:incidents_incident_change", args=[incident.public_id])
    return f"{path}#{anchor}" if anchor else path


def back(incident: Incident, anchor: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(address(incident, anchor))
