"""Files that the timeline of a record rests on: uploaded beside an event, and handed out as attachments only."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from incidents import refusing
from incidents.exceptions import DomainError
from incidents.models import User
from incidents.permissions import require
from incidents.views.incident import for_those_who_may
from postmortems import actions
from postmortems.actions import parts as verbs
from postmortems.models import Event, Evidence, Postmortem, Record
from postmortems.views.base import SEE, of_record

JSON = "application/json"


@require_POST
@of_record("postmortems.write_record")
def upload(request, record: Record) -> HttpResponse:
    """``file`` for the event ``key``, or (``drop``) none any more. A script is answered in JSON."""
    key, files = request.POST.get("key", ""), list(request.FILES.values())
    with refusing.kept() as tried:
        if "drop" in request.POST:
            actions.detach(event_of(record, key), by=request.user)
            found = None
        elif not files:
            raise DomainError("Choose a file.")
        else:
            found = attach(record, key, files[0], by=request.user)
    if request.accepts("text/html"):
        if tried.refusal:
            messages.error(request, str(tried.refusal))
        return HttpResponseRedirect(
            reverse("postmortems_staff:record_section", args=[record.public_id, "timeline"]) + f"?open={key}"
        )
    if tried.refusal or found is None:
        return JsonResponse({"error": str(tried.refusal)} if tried.refusal else {}, status=tried.status)
    return JsonResponse({"name": found.name, "size": found.size, "url": address(found)})


def attach(record: Record, key: str, file, *, by: User) -> Evidence:
    return actions.attach(record.postmortem, event_of(record, key), file, by=by, record=record)


def event_of(record: Record, key: str) -> Event:
    event = verbs.get(record.postmortem, key)
    if not isinstance(event, Event) or event.record_id != record.pk:
        raise DomainError("It stands somewhere else.")
    return event


@require_GET
@for_those_who_may()
def download(request, public_id: str) -> HttpResponse:
    """Never shown within our pages: whatever is in it, a browser saves it."""
    require(request.user, SEE)
    visible = Postmortem.objects.visible_to(request.user)
    evidence = Evidence.objects.filter(public_id=public_id, postmortem__in=visible).first()
    if evidence is None:
        raise Http404
    response = HttpResponse(bytes(evidence.data), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=evidence.name) or ""
    response["Content-Length"] = str(len(response.content))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def address(evidence: Evidence) -> str:
    return reverse("postmortems_staff:evidence", args=[evidence.public_id])
