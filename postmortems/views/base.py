"""What every staff screen of a post-mortem begins and ends with: find it, refuse, render."""

from __future__ import annotations

from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.permissions import require
from incidents.views.incident import around
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
    """A view that is only posted to. Whose session ended before they pressed its button comes here from signing in,
    with a GET: led to the screen that the button stands on (named ``to``), and told that it was not done (TRIAL B1).
    What was typed beside the button is kept by the browser, and offered there (``data-draft``).
    """

    @wraps(view)
    def wrapped(request, **kwargs):
        if request.method not in ("GET", "HEAD"):
            return view(request, **kwargs)
        words = _("It was not done: you were signed out meanwhile. Do it again here; what you had typed is offered.")
        messages.warning(request, words)
        parts = {"public_id": kwargs["public_id"]} if "public_id" in kwargs else {}
        return HttpResponseRedirect(reverse(f"postmortems_staff:{to}", kwargs=parts) + anchor)

    return wrapped


def address(postmortem: Postmortem, anchor: str = "") -> str:
    """Where its screen is."""
    path = reverse("postmortems_staff:postmortem", args=[postmortem.public_id])
    return f"{path}#{anchor}" if anchor else path
