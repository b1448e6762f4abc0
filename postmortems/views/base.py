"""What every staff screen of a post-mortem begins and ends with: find it, refuse, render."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.urls import reverse

from incidents.permissions import require
from incidents.views.incident import around
from incidents.views.posted import posted as only_posted
from postmortems.models import Postmortem, Record

SEE = "postmortems.view_postmortem"


def postmortem_or_404(request: HttpRequest, public_id: str) -> Postmortem:
    """By its public id. One of an incident that this person may not see does not exist."""
    require(request.user, SEE)
    rows = Postmortem.objects.visible_to(request.user).select_related(
        "incident__severity", "incident__owner", "template", "lead", "meeting"
    )
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def record_or_404(request: HttpRequest, public_id: str) -> Record:
    """An incident record, likewise."""
    require(request.user, SEE)
    rows = Record.objects.visible_to(request.user).select_related(
        "postmortem__incident__severity", "postmortem__template", "person", "team"
    )
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def of_postmortem(*rights: str):
    """A view around one post-mortem, which is given the row; who may not see it finds nothing, who lacks one of the
    rights reads why (403)."""
    return around(postmortem_or_404, *rights, see=SEE)


def of_record(*rights: str):
    """The same for a view around one incident record."""
    return around(record_or_404, *rights, see=SEE)


def posted(view, *, to: str, anchor: str = ""):
    """A view that is only posted to, from the screen named ``to`` of ours (:mod:`incidents.views.posted`)."""
    return only_posted(view, to=f"postmortems_staff:{to}", anchor=anchor)


def address(postmortem: Postmortem, anchor: str = "") -> str:
    """Where its screen is."""
    path = reverse("postmortems_staff:postmortem", args=[postmortem.public_id])
    return f"{path}#{anchor}" if anchor else path
