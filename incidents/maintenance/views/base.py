"""What every screen around a window begins with: find it, refuse."""

from __future__ import annotations

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse

from incidents.maintenance.models import Approval, Window
from incidents.maintenance.places import url_of
from incidents.views.incident import around

SEE, ANNOUNCE = "maintenance.view_window", "maintenance.announce_window"


def window_or_404(request, public_id: str) -> Window:
    rows = Window.objects.visible_to(request.user)
    rows = rows.select_related("owner", "team", "author", "approved_by", "series")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def approval_or_404(request, public_id: str) -> Approval:
    rows = Approval.objects.filter(window__in=Window.objects.visible_to(request.user))
    rows = rows.select_related("window__owner", "asked_by", "approver", "decided_by")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def of_window(*rights: str):
    """A view around one window, which is given the row; who lacks one of the rights reads why (403)."""
    return around(window_or_404, *rights, see=SEE)


def of_approval(*rights: str):
    """The same around one request for approval."""
    return around(approval_or_404, *rights, see=SEE)


def back(window: Window) -> HttpResponseRedirect:
    return HttpResponseRedirect(url_of(window))


def to_the_list() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("maintenance_staff:windows"))
