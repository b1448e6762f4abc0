"""Publishing a post-mortem: what is true in the stage that it is in, and what the act does, before it is done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import refusing
from incidents.choices import Status
from postmortems import actions, gates, quoted, signing
from postmortems.actions import reviewing
from postmortems.choices import Stage
from postmortems.document import frozen
from postmortems.document.values import Content
from postmortems.forms.review import PublishForm
from postmortems.models import Postmortem, Version
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
    parts = Parts(postmortem)
    content = _content(postmortem, parts, last)
    missing = _missing(content, parts) if postmortem.is_draft and not unsigned else []
    is_over = postmortem.incident.status == Status.RESOLVED
    nobody_signs = postmortem.is_draft and postmortem.template.is_signed and not unsigned
    return screen(
        request, "publish.html", postmortem, here="", title=_("Publish"), form=form, last=last, missing=missing,
        unsigned=unsigned, nobody_signs=nobody_signs, is_over=is_over,
        standing=postmortem.standing, is_published=_is_published(postmortem),
        not_in=_not_in(postmortem), quotes=quoted.in_content(content, postmortem.incident) if content else [],
        is_possible=is_over and not (missing or unsigned or nobody_signs or _is_published(postmortem)),
    )  # fmt: skip


def _is_published(postmortem: Postmortem) -> bool:
    return postmortem.stage == Stage.PUBLISHED


def _content(postmortem: Postmortem, parts: Parts, last: Version | None) -> Content | None:
    """What would be published: the draft as it stands, or the version as it was signed."""
    if postmortem.is_draft:
        return content_of(postmortem, parts)
    return frozen.load(Content, last.content) if last is not None else None


def _not_in(postmortem: Postmortem) -> list[str]:
    """Whose record was asked for and is not in: it may be published without, but not without knowing."""
    if not postmortem.template.has_records:
        return []
    return list(postmortem.records.missing().values_list("name", flat=True))


def _unsigned(postmortem: Postmortem, last: Version | None) -> list[signing.Asked]:
    """The roles whose signature is still needed: of a draft all, whatever they signed before."""
    if postmortem.stage == Stage.IN_REVIEW and last is not None:
        return reviewing.unsigned(last)
    return signing.of_template(postmortem.template) if postmortem.is_draft else []


def _missing(content: Content, parts: Parts) -> list[gates.Missing]:
    still_open = tuple(each.title for each in parts.contradictions if not each.is_settled)
    return gates.missing(content, open_contradictions=still_open)
