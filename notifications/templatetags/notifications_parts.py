"""What messages show on the screens of incidents and pages. Nothing stands where the person may not see it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import template
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from incidents.choices import Audience
from incidents.models import Incident
from incidents.views.incident import may_see
from notifications import trouble
from notifications.content.kinds import read_together
from notifications.models import SendingSwitch, Subscription
from notifications.queue import overview
from notifications.views import endings, update_messages as of_updates
from notifications.views.queue import may_read, may_send
from notifications.views.recipients import of_postmortem, of_window, recipients_of
from notifications.views.redirects import here
from statuspage.snapshot import layout

register = template.Library()

# On every staff screen


@register.inclusion_tag("notifications/staff/_banner.html", takes_context=True)
def sending_banner(context):
    """That all messages are paused. One query where nothing is, which is always."""
    request = context["request"]
    switch = SendingSwitch.objects.select_related("paused_by").filter(pk=1, paused_at__isnull=False).first()
    if switch is None or not request.user.is_staff:
        return {}
    waiting, is_more = overview.waiting_now(hidden=Incident.objects.hidden_from(request.user))
    return _beside(context, switch=switch, waiting=waiting, is_more=is_more)


@register.simple_tag(takes_context=True)
def attention_count(context):
    """The number beside "Messages" in the sidebar: held back, or failed within a day."""
    user = context["request"].user
    return overview.attention(user, timezone.now()) if may_read(user) else 0


@register.inclusion_tag("notifications/staff/_held.html", takes_context=True)
def messages_held(context, incident=None):
    """What waits for a person, of one incident or of all; and on the home, that nothing can leave."""
    user = context["request"].user
    if not user.is_staff:
        return {}
    found = _beside(context, may_read=may_read(user))
    is_said_there = incident or urlsplit(found["back"]).path == reverse("notifications_staff:queue")
    if not is_said_there and (found["may_send"] or user.has_perm("incidents.publish_incident")):
        found["trouble"] = trouble.at(timezone.now())
    if found["may_read"]:
        rows = overview.held(hidden=Incident.objects.hidden_from(user)).visible_to(user)
        rows = rows.select_related("incident", "update").defer("content")
        if incident:
            rows = rows.filter(incident=incident)
        held = list(rows[:20])
        read_together(held)
        found |= {"held": held, "is_inside": bool(incident)}
    return found


def _beside(context, **found):
    """What a part with a form needs besides: the way back to this screen."""
    request = context["request"]
    return found | {"back": here(request), "may_send": may_send(request.user)}


# In the workspace of an incident


@register.inclusion_tag("notifications/staff/_leaving.html", takes_context=True)
def messages_leaving(context, incident):
    """What was just posted and can be called back."""
    user = context["request"].user
    return of_updates.leaving(incident, user) if may_see(user, incident) else {}


@register.simple_tag(takes_context=True)
def update_messages(context, incident):
    """Who was told of each update, by its public id: for ``{% messages_of %}``. A few queries for all."""
    return of_updates.lines(incident) if may_see(context["request"].user, incident) else {}


@register.inclusion_tag("notifications/staff/_update_messages.html", takes_context=True)
def messages_of(context, update, told):
    """The lines under one update: "told 412 of 415, 3 failing"."""
    return {"lines": (told or {}).get(update.public_id, []), "may_read": may_read(context["request"].user)}


@register.simple_tag
def had_been_told(update, told):
    """How many have the text of an update that is withdrawn now: no message is taken back out of a mailbox."""
    return max((line.reached for line in (told or {}).get(update.public_id, [])), default=0)


# In every form that writes to customers


@register.inclusion_tag("notifications/staff/_recipients.html", takes_context=True)
def recipients(context, public_id):
    """Who will be told of what the form is opened with, whatever was posted to the screen around it."""
    try:
        return recipients_of(context["request"], public_id)
    except (Http404, PermissionDenied):
        return {}


@register.inclusion_tag("notifications/staff/_recipients.html", takes_context=True)
def postmortem_recipients(context, postmortem):
    """Who will be told where this post-mortem is published and subscribers are to hear of it."""
    user = context["request"].user
    if not (user.has_perm("postmortems.publish_postmortem") and may_see(user, postmortem.incident)):
        return {}
    return of_postmortem(postmortem)


@register.inclusion_tag("notifications/staff/_ending.html", takes_context=True)
def told_of_withdrawal(context, update):
    """Who hears that this update is withdrawn, and what."""
    user = context["request"].user
    if not (user.has_perm("incidents.publish_incident") and may_see(user, update.incident)):
        return {}
    return endings.of_withdrawal(update)


@register.inclusion_tag("notifications/staff/_ending_told.html", takes_context=True)
def told_of_unresolve(context, update, form):
    """The same of the all-clear that is taken back, with the tick of the form that takes it back."""
    return told_of_withdrawal(context, update) | _tick(form, layout.pages_of(update.incident))


@register.inclusion_tag("notifications/staff/_ending_told.html", takes_context=True)
def told_of_withdrawn_postmortem(context, postmortem, form):
    """Who hears that this post-mortem was withdrawn, and what, with the tick of the form."""
    user, incident = context["request"].user, postmortem.incident
    if not (user.has_perm("postmortems.publish_postmortem") and may_see(user, incident)):
        return {}
    return endings.of_withdrawn_postmortem(postmortem) | _tick(form, layout.pages_of(incident))


def _tick(form, pages):
    """As the pages say that it is usual, until somebody says it."""
    usual = any(page.tell_withdrawals for page in pages)
    return {"field": "tell", "label": form["tell"].label, "is_ticked": form["tell"].value() if form.is_bound else usual}


@register.inclusion_tag("notifications/staff/_ending.html", takes_context=True)
def told_of_merge(context, incident, into):
    """Who hears where it goes on, and what."""
    user = context["request"].user
    if not (user.has_perm("incidents.merge_incident") and may_see(user, incident) and may_see(user, into)):
        return {}
    return endings.of_merge(incident, into)


@register.inclusion_tag("notifications/staff/_removal.html", takes_context=True)
def told_of_audience(context, incident, form):
    """Who hears that a public incident is not shown any more, and what, for each audience of the form that hides it."""
    user = context["request"].user
    if not may_see(user, incident):
        return {}
    hidden = [audience for audience, _label in form.fields["audience"].choices if audience != Audience.PUBLIC]
    pages = layout.pages_of(incident)
    return endings.of_removal(incident, pages, hidden) | _tick(form, pages)


# On the screens of maintenance


@register.inclusion_tag("notifications/staff/_recipients.html", takes_context=True)
def window_recipients(context, window):
    """Who will be told where this window is announced, or something happens to it, as it is saved."""
    user = context["request"].user
    return of_window(window) if user.has_perm("maintenance.announce_window") else {}


@register.simple_tag(takes_context=True)
def window_messages(context, window):
    """Who was told of each of its updates, by its public id: for ``{% messages_of %}``. A few queries for all."""
    may = context["request"].user.has_perm("maintenance.view_window")
    return of_updates.lines_of_window(window) if may else {}


# On the form of a page


@register.simple_tag
def subscribers_with_links(page):
    """How many people and programs have links to the page in their messages."""
    found = Subscription.objects.confirmed().filter(page=page).values("subscriber").distinct().count()
    if not found:
        return ""
    words = ngettext(
        "%(n)s subscriber has links to it in messages.", "%(n)s subscribers have links to it in messages.", found
    )
    return words % {"n": f"{found:,}"}
