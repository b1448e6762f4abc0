"""What maintenance shows on the screens of incidents. Nothing stands where the person may not see it."""

from __future__ import annotations

from django import template
from django.utils import timezone

from incidents.forms.months import months_on
from incidents.maintenance import meeting, notice_report
from incidents.maintenance.models import WindowIncident
from incidents.permissions import may
from incidents.views.incident import may_see

register = template.Library()


MONTHS = 3  # that the home looks back


@register.inclusion_tag("maintenance/_notice_given.html", takes_context=True)
def notice_given(context):
    """How much notice maintenance had of late, for those who approve emergencies. Two queries."""
    user = context["request"].user
    if not (user.has_perm("maintenance.view_window") and may(user, "maintenance.approve_window")):
        return {}
    now = timezone.now()
    start = months_on(timezone.localtime(now), 1 - MONTHS)
    return {"report": notice_report.report(user, start=start, end=months_on(timezone.localtime(now), 1), now=now)}


@register.inclusion_tag("maintenance/_of_incident.html", takes_context=True)
def maintenance_of(context, incident):
    """The window that caused it, or those that may have: what ran on its components while it did, or a day before."""
    user = context["request"].user
    if not (user.has_perm("maintenance.view_window") and may_see(user, incident)):
        return {}
    cause = WindowIncident.objects.filter(incident=incident).select_related("window", "by").first()
    return {
        "incident": incident,
        "cause": cause,
        "windows": [] if cause else meeting.around(incident, user=user, now=timezone.now()),
        "may_link": may(user, "incidents.work_incident"),
    }
