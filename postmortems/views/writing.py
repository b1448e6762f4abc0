"""A draft is written: what the sources say on one side, the document on the other; a short one as one form."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST

from incidents import refusing
from postmortems import actions
from postmortems.actions import parts as verbs
from postmortems.forms.review import SettleForm
from postmortems.models import Part, Postmortem
from postmortems.offered_events import offered
from postmortems.views.base import of_postmortem


@of_postmortem()
def postmortem(request, postmortem: Postmortem):
    """Where it goes on: a draft is written, anything else is reviewed."""
    name = "write" if postmortem.is_draft and request.user.has_perm("postmortems.draft_postmortem") else "review"
    return HttpResponseRedirect(reverse(f"postmortems_staff:{name}", args=[postmortem.public_id]))


@of_postmortem("postmortems.draft_postmortem")
def write(request, postmortem: Postmortem):
    return _to_draft(postmortem)


@require_POST
@of_postmortem("postmortems.draft_postmortem")
def draft(request, postmortem: Postmortem):
    """Everything that records which are in say, and that was not taken over yet."""
    with refusing.in_messages(request) as tried:
        count = actions.draft_from_records(postmortem, by=request.user)
    if tried.is_done:
        said = ngettext("%(n)d part was taken over.", "%(n)d parts were taken over.", count) % {"n": count}
        messages.success(request, said if count else _("Everything was taken over already."))
    return _to_draft(postmortem)


@require_POST
@of_postmortem("postmortems.draft_postmortem")
def take_over(request, postmortem: Postmortem):
    """A part of a record by its ``source``, or a line of the incident's timeline by its ``entry``."""
    with refusing.in_messages(request):
        if entry := request.POST.get("entry"):
            line = next(
                (line for line in offered(postmortem.incident, user=request.user) if str(line.pk) == entry), None
            )
            part: Part | None = actions.take_event(postmortem, line, by=request.user) if line else None
        else:
            part = actions.take_over(verbs.get(postmortem, request.POST.get("source", "")), by=request.user)
        return _to_draft(postmortem, part.key if part else "")
    return _to_draft(postmortem)


@require_POST
@of_postmortem("postmortems.draft_postmortem")
def settle(request, postmortem: Postmortem):
    form = SettleForm(request.POST)
    if form.is_valid():
        with refusing.in_messages(request) as tried:
            actions.settle(postmortem, by=request.user, **form.cleaned_data)
        if tried.is_done:
            messages.success(request, _("Settled. The claims and your sentence stay with the document."))
    return _to_draft(postmortem, "contradictions")


def _to_draft(postmortem: Postmortem, anchor: str = "") -> HttpResponseRedirect:
    path = reverse("postmortems_staff:write", args=[postmortem.public_id])
    return HttpResponseRedirect(f"{path}#{anchor}" if anchor else path)
