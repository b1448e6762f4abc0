"""Who is asked for an incident record, who is late, and one's own: what the part "Records" of a post-mortem sends."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_POST

from incidents import refusing
from incidents.models import Team
from incidents.numbers import is_key
from incidents.permissions import may
from postmortems import actions
from postmortems.models import Postmortem, Record
from postmortems.proposals import records_of, who_may_see
from postmortems.views.base import of_postmortem, of_record
from postmortems.views.screen import screen


def records_context(request, postmortem: Postmortem, parts=None) -> dict:
    """What ``postmortems/_records.html`` needs besides ``postmortem``: its screen puts it into its own context."""
    return {
        "records": records_of(postmortem, user=request.user, now=timezone.now(), parts=parts),
        "may_invite": may(request.user, "postmortems.draft_postmortem"),
        "may_write_record": may(request.user, "postmortems.write_record"),
        "come_back": request.get_full_path(),
    }


@require_GET
@of_postmortem()
def records(request, postmortem: Postmortem) -> HttpResponse:
    """Who was asked for a record, and whom to ask."""
    return screen(request, "records.html", postmortem, here="records", **records_context(request, postmortem))


@require_POST
@of_postmortem("postmortems.draft_postmortem")
def invite(request, postmortem: Postmortem) -> HttpResponse:
    people = who_may_see(postmortem.incident).filter(pk__in=_keys(request, "person"))
    teams = Team.objects.filter(pk__in=_keys(request, "team"))
    with refusing.in_messages(request) as tried:
        made = actions.invite(postmortem, people=people, teams=teams, by=request.user)
    if tried.is_done:
        count = len(made)
        asked = ngettext("%(n)d record is asked for.", "%(n)d records are asked for.", count) % {"n": count}
        (messages.success if made else messages.info)(request, asked if made else _("Nobody new was chosen."))
    return _back(request, postmortem)


@require_POST
@of_postmortem("postmortems.write_record")
def start(request, postmortem: Postmortem) -> HttpResponse:
    """One's own, without an invitation."""
    with refusing.in_messages(request) as tried:
        record = actions.start_record(postmortem, by=request.user)
    if not tried.is_done:
        return _back(request, postmortem)
    return HttpResponseRedirect(reverse("postmortems_staff:record", args=[record.public_id]))


@require_POST
@of_record("postmortems.draft_postmortem")
def remind(request, record: Record) -> HttpResponse:
    with refusing.in_messages(request) as tried:
        actions.remind(record, by=request.user)
    if tried.is_done:
        messages.success(request, _("%(name)s: reminded.") % {"name": record.name})
    return _back(request, record.postmortem)


@require_POST
@of_record("postmortems.draft_postmortem")
def remove(request, record: Record) -> HttpResponse:
    """Only while nothing is written in it."""
    postmortem, name = record.postmortem, record.name
    with refusing.in_messages(request) as tried:
        actions.remove_record(record, by=request.user)
    if tried.is_done:
        messages.success(request, _("%(name)s: the record is not asked for any more.") % {"name": name})
    return _back(request, postmortem)


def _keys(request, name: str) -> list[int]:
    return [int(key) for key in request.POST.getlist(name) if is_key(key)]


def _back(request, postmortem: Postmortem) -> HttpResponse:
    """To the screen that the part stood on."""
    to = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}):
        to = reverse("postmortems_staff:records", args=[postmortem.public_id])
    return HttpResponseRedirect(f"{to}#records")
