"""What every staff screen begins and ends with: find the incident, refuse, render, go back."""

from __future__ import annotations

from functools import wraps

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from incidents.clocks import clocks
from incidents.exceptions import DomainError, NotAllowed, answers
from incidents.models import Incident
from incidents.permissions import require

REFUSED = answers(DomainError("")).screen


def incident_or_404(request: HttpRequest, object_id: str) -> Incident:
    """The incident, by its public id: numbers would have gaps where one stands that this person may not see. Such a one
    does not exist (DESIGN section 3)."""
    require(request.user, "incidents.view_incident")
    rows = clocks.annotated(Incident.objects.visible_to(request.user))
    try:
        incident = rows.select_related("severity", "owner", "reported_by", "stable_by", "fix_time_by").get(
            public_id=object_id
        )
    except Incident.DoesNotExist:
        raise Http404 from None
    request.incident = incident  # the sidebar lights the list that it stands in
    return incident


def may_see(user, incident: Incident) -> bool:
    """What ``incident_or_404`` asks, of an incident that has been read: a query only where it is restricted."""
    if not user.has_perm("incidents.view_incident"):
        return False
    return not incident.is_restricted or Incident.objects.visible_to(user).filter(pk=incident.pk).exists()


def for_those_who_may(*rights: str, title=""):
    """Who lacks one of the rights (``incidents.work_incident``) reads why and whom to ask (403), whether the view or an
    action within it says so."""

    def decorate(view):
        @wraps(view)
        def wrapped(request, *args, **kwargs):
            try:
                for right in rights:
                    require(request.user, right)
                return view(request, *args, **kwargs)
            except NotAllowed as refusal:
                return refused(request, refusal, title=title)

        return wrapped

    return decorate


def around(find, *rights: str, see: str):
    """A view around the row that ``find`` reads by its public id, or answers 404 for. Who lacks ``see``, or one of the
    rights, reads why (403): the rights only once the row is there."""

    def decorate(view):
        guarded = for_those_who_may(*rights)(view)

        @for_those_who_may(see)
        @wraps(view)
        def wrapped(request, public_id, **kwargs):
            return guarded(request, find(request, public_id), **kwargs)

        return wrapped

    return decorate


def of_incident(*rights: str):
    """The same for a view around one incident, which is given the incident itself; who may not see it finds nothing."""

    def decorate(view):
        guarded = for_those_who_may(*rights)(view)

        @wraps(view)
        def wrapped(request, object_id="", *, public_id="", **kwargs):
            return guarded(request, incident_or_404(request, object_id or public_id), **kwargs)

        return wrapped

    return decorate


def refused(request, refusal: DomainError, *, incident: Incident | None = None, title="") -> TemplateResponse:
    """The screen that says why, with the way back to the incident that it is about."""
    incident, status = incident or getattr(request, "incident", None), answers(refusal).screen
    return page(request, "incidents/refused.html", title=title, incident=incident, refusal=refusal, status=status)


def page(request: HttpRequest, template: str, *, title="", status: int = 200, **context) -> TemplateResponse:
    """A screen in the staff shell; a form that was refused answers as the refusal says, one that is wrong 422."""
    request.current_app = admin.site.name
    form = context.get("form")
    if status == 200 and form is not None and form.is_bound and form.errors:
        status = getattr(form, "refused_as", REFUSED)
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
