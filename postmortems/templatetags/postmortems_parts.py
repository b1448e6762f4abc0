"""What post-mortems show on the screens of incidents. Nothing stands where the person may not see it."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils import timezone

from incidents.choices import Status
from incidents.numbers import is_key
from incidents.templatetags.clocks import came_late
from incidents.views.incident import may_see
from postmortems import near
from postmortems.actions.opening import is_over
from postmortems.clocks import POSTMORTEM_CLOCKS, publish_clock
from postmortems.learning import similar
from postmortems.models import Postmortem
from postmortems.policy import way_of
from postmortems.views.action_items import SEE as SEE_ACTIONS
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


@register.inclusion_tag("postmortems/_open_actions_card.html", takes_context=True)
def open_actions(context, incident):
    """What was agreed on after earlier incidents with the same components and is not done, while this one is open."""
    user = context["request"].user
    if not (user.has_perm(SEE_ACTIONS) and may_see(user, incident) and incident.is_open):
        return {}
    return {"rows": _of(incident, user)}


@register.inclusion_tag("postmortems/_open_actions.html", takes_context=True)
def open_actions_beside(context, incident=None, chosen=()):
    """The same beside a form, for the components that it opens with: those of ``incident``, or the ``chosen`` ones. It
    follows what is chosen meanwhile."""
    user = context["request"].user
    if not user.has_perm(SEE_ACTIONS) or (incident and not may_see(user, incident)):
        return {}
    keys = [int(pk) for pk in chosen or () if is_key(str(pk))]
    rows = _of(incident, user) if incident else near.open_actions(keys, user=user, now=timezone.now())
    return {"rows": rows, "live": reverse("postmortems_staff:open_actions")}


def _of(incident, user):
    components = incident.impacts.order_by().values_list("component", flat=True).distinct()
    return near.open_actions(components, user=user, now=timezone.now(), but=incident)


@register.inclusion_tag("incidents/workspace/_late.html", takes_context=True)
def report_came_late(context, postmortem):
    """What the post-mortem owed and did not keep, each with why, or the question. One query where nothing was."""
    return came_late(context, POSTMORTEM_CLOCKS.subject(postmortem))


# Similar incidents


def _may_compare(user) -> bool:
    return user.has_perm("incidents.view_incident") and user.has_perm(SEE)


@register.inclusion_tag("postmortems/learning/_similar.html", takes_context=True)
def similar_incidents(context, incident):
    """In the workspace: what there was like it. A constant number of queries."""
    user = context["request"].user
    if not (_may_compare(user) and may_see(user, incident)) or incident.status in (Status.DISMISSED, Status.MERGED):
        return {}
    return {"similar": similar.to_incident(user, incident, now=timezone.now())}


@register.inclusion_tag("postmortems/learning/_similar_typed.html", takes_context=True)
def similar_to_typed(context, form):
    """In the form that reports a suspicion: like what is typed. A script asks again while one types; without one, the
    form is sent to have a look."""
    user = context["request"].user
    if not _may_compare(user):
        return {}
    title, components = form["title"].value() or "", form["components"].value() or ()
    keys = [int(key) for key in components if is_key(str(key))]
    found = similar.to_typed(user, str(title), keys, now=timezone.now())
    return {"may_compare": True, "similar": found, "is_asked": bool(title or keys)}


@register.inclusion_tag("postmortems/learning/_similar_beside.html", takes_context=True)
def similar_beside(context):
    """The place of the same list beside the form, where there is room for it: the script fills it."""
    return {"may_compare": _may_compare(context["request"].user)}


@register.inclusion_tag("postmortems/learning/_similar_look.html", takes_context=True)
def similar_look(context):
    """The button that sends the form for a look, where there is no script; after the one that Enter presses."""
    return {"may_compare": _may_compare(context["request"].user)}
