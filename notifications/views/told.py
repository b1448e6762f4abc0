"""How the messages of an incident's updates are doing, for its workspace; and calling back what has not left."""

from __future__ import annotations

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from incidents import refusing
from incidents.choices import Status
from incidents.views.incident import back, incident_or_404
from notifications.actions import undoing
from notifications.announcements.release import leaves_at
from notifications.choices import AnnouncementState, Reach
from notifications.models import Announcement, MessageSettings, SendingSwitch
from notifications.queue import overview
from notifications.views.queue import may_read
from statuspage.composer import saved_drafts
from statuspage.views.updates import update_or_404


@require_GET
def told(request, public_id):
    """One piece of HTML for each update, by its public id: "told 412 of 415, 3 failing". A few queries for all."""
    incident = incident_or_404(request, public_id)
    by_update: dict[str, list] = {}
    for row, tally in overview.told(incident.pk):
        by_update.setdefault(row.update.public_id, []).append((row, tally))
    context = {"may_read": may_read(request.user)}
    return JsonResponse(
        {
            update: render_to_string("notifications/staff/_told.html", context | {"rows": rows}, request)
            for update, rows in by_update.items()
        }
    )


@require_GET
def leaving(request, public_id):
    """Messages that wait for the end of the undo delay, the newest first, with the way back."""
    incident = incident_or_404(request, public_id)
    now = timezone.now()
    rows = list(
        Announcement.objects.filter(incident=incident, reach=Reach.SUBSCRIBERS, state=AnnouncementState.WAITING)
        .select_related("update")
        .order_by("-pk")
    )
    message_settings = list(MessageSettings.objects.filter(page__listed__incident=incident)) if rows else []
    waiting = [(row, at) for row in rows if (at := leaves_at(row, message_settings)) > now]
    context = {
        "waiting": waiting,
        "now": now,
        "paused": bool(waiting) and SendingSwitch.now().paused_at,
        "may_publish": request.user.has_perm("incidents.publish_incident"),
    }
    return render(request, "notifications/staff/_leaving.html", context)


@require_POST
def call_back(request, public_id):
    """Withdraw the update before anybody is told of it. Its text goes back to whoever wrote it."""
    update = update_or_404(request, public_id)
    with refusing.in_messages(request) as tried:
        undoing.call_back(update, by=request.user, reason=request.POST.get("reason", ""))
    if tried.is_done:
        saved_drafts.keep_update(request, update)
        said = _("Called back: nobody was told, and no page shows it. The composer offers its text to you again.")
        if update.status == Status.RESOLVED:
            said = f"{said} {_('The incident is still resolved.')}"
        messages.success(request, said)
    return back(update.incident)
