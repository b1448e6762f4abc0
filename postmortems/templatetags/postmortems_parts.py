"""What post-mortems show on the screens of incidents. Nothing stands where the person may not see it."""

from __future__ import annotations

from django import template
from django.utils import timezone

from incidents.views.incident import may_see
from postmortems.actions.opening import is_over
from postmortems.clocks import publish_clock
from postmortems.models import Postmortem
from postmortems.policy import way_of
from postmortems.views.base import SEE

register = template.Library()


@register.inclusion_tag("postmortems/_of_incident.html", takes_context=True)
def postmortem_of(context, incident):
    """The post-mortem of an incident that is over: how far it is and until when, or the way to begin one. One
    query, and one more where there is none."""
    user = context["request"].user
    if not (user.has_perm(SEE) and may_see(user, incident) and incident.is_confirmed):
        return {}
    rows = Postmortem.objects.select_related("incident", "template", "lead")
    found = rows.filter(incident=incident).first()
    if found is None and not is_over(incident):
        return {}
    return {
        "incident": incident,
        "postmortem": found,
        "clock": publish_clock(found) if found else None,
        "choice": None if found else way_of(incident),
        "may_begin": user.has_perm("postmortems.draft_postmortem"),
        "now": timezone.now(),
    }
