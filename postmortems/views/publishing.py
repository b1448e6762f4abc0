"""Publishing a post-mortem: what is true in the stage that it is in, and what the act does, before it is done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import refusing
from incidents.choices import Status
from postmortems import actions, gates
from postmortems.actions import reviewing
from postmortems.choices import Stage
from postmortems.forms.review import PublishForm
from postmortems.models import Postmortem, Signatory, Version
from postmortems.parts import Parts
from postmortems.reading import content_of
from postmortems.views.base import of_postmortem
from postmortems.views.screen import screen


@of_postmortem("postmortems.publish_postmortem")
def publish(request, postmortem: Postmortem):
    """What publishing does is said before it is done; where it cannot be done yet, or was, that is said instead."""
    last = postmortem.versions.defer("content").first()
    asks_change = postmortem.is_draft and last is not None
    form = PublishForm(
        request.POST or None, initial={"version": postmortem.version, "notify": True}, asks_change=asks_change
    )
    if request.method == "POST" and form.is_valid():
        with refusing.in_form(form) as tried:
            actions.publish(postmortem, by=request.user, **form.cleaned_data)
        if tried.is_done:
            messages.success(request, _("Published."))
            return HttpResponseRedirect(reverse("postmortems_staff:review", args=[postmortem.public_id]))
    unsigned = _unsigned(postmortem, last)
    missing = _missing(postmortem) if postmortem.is_draft and not unsigned else []
    is_over = postmortem.incident.status == Status.RESOLVED
    return screen(
        request, "publish.html", postmortem, here="", title=_("Publish"), form=form, last=last, missing=missing,
        unsigned=unsigned, is_over=is_over, standing=postmortem.standing, is_published=_is_published(postmortem),
        is_possible=is_over and not (missing or unsigned or _is_published(postmortem)),
    )  # fmt: skip


def _is_published(postmortem: Postmortem) -> bool:
    return postmortem.stage == Stage.PUBLISHED


def _unsigned(postmortem: Postmortem, last: Version | None) -> list[Signatory]:
    """The roles whose signature is still needed: of a draft all, whatever they signed before."""
    if postmortem.stage == Stage.IN_REVIEW and last is not None:
        return reviewing.unsigned(postmortem, last)
    return list(postmortem.template.signatories.all()) if postmortem.is_draft else []


def _missing(postmortem: Postmortem) -> list[gates.Missing]:
    parts = Parts(postmortem)
    still_open = tuple(each.title for each in parts.contradictions if not each.is_settled)
    return gates.missing(content_of(postmortem, parts), open_contradictions=still_open)
