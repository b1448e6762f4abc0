"""Everything about one window: how it stands, what may be done, why it is planned or not, and what happened."""

from __future__ import annotations

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.utils import timezone

from incidents.maintenance import explaining, lateness
from incidents.maintenance.judging import frozen_of, read
from incidents.maintenance.models import Window, WindowUpdate
from incidents.maintenance.views.acts import possible
from incidents.maintenance.views.base import ANNOUNCE, of_window
from incidents.models import Incident
from incidents.permissions import may
from incidents.views.incident import page


@of_window()
def window(request, window: Window) -> HttpResponse:
    """As many queries whatever happened."""
    now = timezone.now()
    prefetch_related_objects(
        [window], Prefetch("updates", WindowUpdate.objects.select_related("author", "approved_by"))
    )
    caused = Incident.objects.visible_to(request.user).filter(caused_by_window__window=window)
    approvals = window.approvals.select_related("approver", "asked_by", "decided_by")
    waiting = next((each for each in approvals if not each.decision), None)
    asked = waiting if window.is_draft else None  # what the announcement would freeze, as it was when it was asked for
    notice = frozen_of(window) if window.arithmetic else read(asked.arithmetic) if asked else None
    is_emergency = bool(asked.is_emergency if asked else window.is_emergency)
    acts = possible(window, request.user)
    return page(
        request,
        "maintenance/window.html",
        title=window.title,
        window=window,
        notice=notice,
        explained=explaining.in_full(notice, is_emergency=is_emergency) if notice else "",
        rows=explaining.rows(notice) if notice else [],
        decided_by=explaining.decided_by(notice) if notice else "",
        spans=explaining.spans(window.starts_at, window.ends_at, _zones(window)),
        updates=window.updates.all(),
        approvals=approvals,
        waiting=waiting,
        asked=asked,
        declined=_declined(approvals),
        impacts=window.impacts.select_related("component", "location"),
        caused=caused.select_related("severity"),
        acts=acts,
        may_plan=may(request.user, "maintenance.plan_window"),
        may_announce=may(request.user, ANNOUNCE),
        overran=window.overran_by(now),
        early=window.ended_early_by(),
        late=lateness.longer_by(now, window.ends_at) if window.is_running else None,
        now=now,
    )


def _zones(window: Window) -> list[str]:
    """One's own, that in which it was written, and UTC."""
    return [timezone.get_current_timezone_name(), window.time_zone, "UTC"]


def _declined(approvals):
    """Where the last answer was no, and nothing was asked for since."""
    last = next(iter(approvals), None)
    return last if last is not None and last.decision == "declined" else None
