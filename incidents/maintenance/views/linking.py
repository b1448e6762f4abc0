"""From the workspace of an incident: which maintenance caused it."""

from __future__ import annotations

from django.contrib import messages
from django.utils.translation import gettext as _

from incidents import refusing
from incidents.exceptions import DomainError
from incidents.maintenance import actions
from incidents.maintenance.models import Window
from incidents.views.incident import back, of_incident


@of_incident("incidents.work_incident")
def link(request, incident):
    """Posted from the card on the workspace; without a window nothing is the cause any more."""
    if request.method != "POST":  # signing in led here: nothing was done
        return back(incident, "maintenance")
    public_id = request.POST.get("window", "")
    with refusing.in_messages(request) as tried:
        if public_id:
            window = Window.objects.visible_to(request.user).filter(public_id=public_id).first()
            if window is None:
                raise DomainError(_("There is no such maintenance window, or it is not open to you."))
            actions.link_incident(window, incident, by=request.user)
        else:
            actions.unlink_incident(incident, by=request.user)
    if tried.is_done:
        messages.success(request, _("Linked.") if public_id else _("No maintenance stands as its cause any more."))
    return back(incident, "maintenance")
