"""One's own action items for a calendar program: as a file, and under an address that it reads by itself.

The address opens without a session. Whose it is, whether they may still see action items, and which of them, is asked
at each request, so that what is restricted meanwhile is gone from it.
"""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from incidents import calendars
from incidents.calendars import DayEvent
from incidents.maintenance import calendar_file
from incidents.models import User
from incidents.views.incident import for_those_who_may, page
from postmortems import actions
from postmortems.models import ActionItem, CalendarFeed
from postmortems.models.action_item import LAST_DAY
from postmortems.places import url_of_item
from postmortems.views.action_items import SEE


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who_may(SEE)
def calendar(request):
    """The address, to be made, copied, replaced and revoked."""
    if request.method == "POST":
        if request.POST.get("do") == "revoke":
            actions.revoke_calendar(by=request.user)
            messages.success(request, _("Revoked. Calendars that read the address find nothing there any more."))
        else:
            actions.make_calendar(by=request.user)
            messages.success(request, _("This address is yours."))
        return HttpResponseRedirect(reverse("postmortems_staff:calendar"))
    row = CalendarFeed.objects.filter(person=request.user).first()
    path = reverse("postmortems_staff:calendar_feed", args=[row.token]) if row else ""
    return page(
        request,
        "postmortems/calendar.html",
        title=_("Your action items in a calendar"),
        feed=row,
        address=f"{settings.PUBLIC_URL}{path}" if row else "",
        count=_mine(request.user).count(),
    )


@require_safe
@for_those_who_may(SEE)
def download(request):
    answer = _answer(request.user)
    answer["Content-Disposition"] = 'attachment; filename="action-items.ics"'
    return answer


@require_safe
def feed(request, token):
    """For whoever has the address: whole, or nothing new (304). What opens nothing looks like what never was."""
    row = CalendarFeed.objects.of_token(token).first()
    if row is None or not (row.person.is_active and row.person.is_staff and row.person.has_perm(SEE)):
        raise Http404
    answer = _answer(row.person)
    answer["Cache-Control"] = "private, no-cache"  # may be kept, and is asked for again each time
    answer["ETag"] = etag = quote_etag(sha256(answer.content).hexdigest())
    return get_conditional_response(request, etag=etag, response=answer)


def _mine(user: User):
    return ActionItem.objects.visible_to(user).open().of_owner(user).filter(due_on__isnull=False, due_on__lte=LAST_DAY)


def _answer(user: User) -> HttpResponse:
    items = _mine(user).select_related("postmortem__incident").order_by("due_on", "pk")
    body = calendars.calendar(_("Action items"), [_event(item) for item in items])
    answer = HttpResponse(body, content_type=calendars.CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer


def _event(item: ActionItem) -> DayEvent:
    url = settings.PUBLIC_URL + url_of_item(item)
    said = [
        _("From the post-mortem of: %(title)s") % {"title": item.postmortem.incident.title},
        _("%(priority)s, %(state)s")
        % {"priority": item.get_priority_display(), "state": item.get_state_display().lower()},
        *([_("What proves it: %(proof)s") % {"proof": item.proof}] if item.proof else []),
        url,
    ]
    return DayEvent(
        uid=calendar_file.uid(item.key),
        day=item.due_on,
        summary=_("Due: %(text)s") % {"text": item.text},
        description="\n".join(said),
        url=url,
        changed_at=item.changed_at,
        made_at=item.asked_at,
    )
