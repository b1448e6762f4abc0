"""How the messages of an incident's updates are doing, for its workspace; and calling back what has not left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST

from incidents import refusing
from incidents.choices import Status
from incidents.maintenance.models import Window
from incidents.models import Incident, User
from incidents.views.incident import back
from notifications.actions import undoing
from notifications.announcements.release import leaves_at
from notifications.choices import AnnouncementState, Event, Reach
from notifications.models import Announcement, MessageSettings, SendingSwitch
from notifications.queue import overview
from statuspage.composer import saved_drafts
from statuspage.views.updates import update_or_404

AGAIN: dict[str, Any] = {
    Event.INCIDENT_CORRECTED: gettext_lazy("Told again:"),
    Event.INCIDENT_WITHDRAWN: gettext_lazy("Of the withdrawal:"),
}


@dataclass(frozen=True)
class Line:
    """What is said of one announcement."""

    words: str
    public_id: str
    is_counted: bool  # the words are figures, and the announcement's own page says more
    again: str  # what it is besides the update's own announcement: of its correction, its withdrawal
    is_broken: bool
    reached: int  # how many have read the update by it; none where it only says that it was withdrawn


def lines(incident: Incident) -> dict[str, list[Line]]:
    """Of each update, by its public id: "told 412 of 415, 3 failing". A few queries for all."""
    by_update: dict[str, list[Line]] = {}
    for row, counts in overview.told(incident.pk):
        by_update.setdefault(row.update.public_id, []).append(line(row, counts))
    return by_update


def lines_of_window(window: Window) -> dict[str, list[Line]]:
    """The same of each update of a maintenance window."""
    by_update: dict[str, list[Line]] = {}
    for row, counts in overview.told_of_window(window.pk):
        by_update.setdefault(row.content["told"], []).append(line(row, counts))
    return by_update


def line(row: Announcement, counts: overview.DeliveryCounts) -> Line:
    fact = _fact(row, counts)
    return Line(
        words=fact or _figures(row, counts),
        public_id=row.public_id,
        is_counted=not fact,
        again=AGAIN.get(row.event, ""),
        is_broken=bool(counts.failed),
        reached=0 if row.event == Event.INCIDENT_WITHDRAWN else counts.sent or counts.forgotten,
    )


def _fact(row: Announcement, counts: overview.DeliveryCounts) -> str:
    """Where there are no figures, why."""
    if row.state == AnnouncementState.SILENT:
        return _("Nobody told, on purpose")
    if row.state == AnnouncementState.WAITING:
        return _("Messages have not left yet")
    if row.state == AnnouncementState.HELD:
        return _("Messages are held back")
    if row.state == AnnouncementState.CALLED_BACK and row.decided_by:
        return _("Dropped by %(who)s: nobody told") % {"who": row.decided_by}
    if counts.forgotten:
        return _("Written to %(n)s") % {"n": counts.forgotten}
    if row.state == AnnouncementState.CALLED_BACK and not counts.sent:
        return _("Called back: nobody told")
    return ""


def _figures(row: Announcement, counts: overview.DeliveryCounts) -> str:
    if not counts.told_of and row.state == AnnouncementState.DONE:
        parts = [_("Nobody had asked to be told")]
    elif counts.sent == counts.told_of and row.state != AnnouncementState.RELEASED:
        parts = [_("Told %(n)s") % {"n": counts.sent}]
    elif not counts.told_of:
        parts = [_("Messages are leaving")]
    else:
        parts = [_("Told %(n)s of %(all)s") % {"n": counts.sent, "all": counts.told_of}]
    if row.state == AnnouncementState.CALLED_BACK:
        parts.append(_("then called back"))
    if counts.failed:
        parts.append(_("%(n)s failing") % {"n": counts.failed})
    elif counts.waiting:
        parts.append(_("%(n)s on the way") % {"n": counts.waiting})
    return ", ".join(parts)


def leaving(incident: Incident, user: User) -> dict[str, Any]:
    """Messages that wait for the end of the undo delay, the newest first, with the way back."""
    now = timezone.now()
    rows = list(
        Announcement.objects.filter(incident=incident, reach=Reach.SUBSCRIBERS, state=AnnouncementState.WAITING)
        .select_related("update")
        .order_by("-pk")
    )
    message_settings = list(MessageSettings.objects.filter(page__listed__incident=incident)) if rows else []
    waiting = [(row, at) for row in rows if (at := leaves_at(row, message_settings)) > now]
    return {
        "waiting": waiting,
        "now": now,
        "paused": bool(waiting) and SendingSwitch.now().paused_at,
        "may_publish": user.has_perm("incidents.publish_incident"),
    }


@require_POST
def call_back(request, public_id):
    """Withdraw the update before anybody is told of it. Its text goes back to its author."""
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
