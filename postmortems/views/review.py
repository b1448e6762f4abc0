"""The review of a post-mortem: who signs, what is missing, the meeting, comments and versions; and each act of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST

from incidents import refusing
from incidents.permissions import Words
from postmortems import actions, gates, quoted, signing
from postmortems.document import frozen
from postmortems.document.values import Content
from postmortems.forms.review import AskForm, MeetingForm, ReasonForm, WithdrawForm
from postmortems.models import Postmortem, SignOff, Version
from postmortems.parts import Parts
from postmortems.reading import content_of
from postmortems.views.base import address, of_postmortem
from postmortems.views.screen import screen


@dataclass(frozen=True)
class Signature:
    """A role that is asked to sign: who did, or whether this person may."""

    asked: signing.Asked
    signed: SignOff | None
    is_mine: bool


@of_postmortem()
def review(request, postmortem: Postmortem):
    """Where it stands, and whose turn it is."""
    return _screen(request, postmortem)


def _screen(request, postmortem: Postmortem, *, form=None, status: int = 200):
    versions = list(
        postmortem.versions.select_related("by", "sent_back_by", "published_by", "withdrawn_by").defer("content")
    )
    last = versions[0] if versions else None
    parts = Parts(postmortem)
    content = content_of(postmortem, parts)
    still_open = tuple(each.title for each in parts.contradictions if not each.is_settled)
    comments = list(postmortem.comments.select_related("by", "section", "resolved_by"))
    signatures = _signatures(postmortem, last, request.user)
    return screen(
        request,
        "review.html",
        postmortem,
        here="review",
        form=form or AskForm(initial={"version": postmortem.version}),
        gates=gates.gates(content, open_contradictions=still_open),
        missing=gates.missing(content, open_contradictions=still_open),
        content=content,
        not_in=[record.name for record in parts.records.values() if not record.is_submitted],
        quotes=_quotes(postmortem, content, last),
        is_unchanged=bool(postmortem.sent_back and postmortem.sent_back.digest == frozen.digest(content)),
        versions=versions,
        last=last,
        signatures=signatures,
        mine=[each for each in signatures if each.is_mine and each.signed is None],
        unsigned=[each for each in signatures if each.signed is None],
        comments=[each for each in comments if each.resolved_at is None],
        resolved=sum(each.resolved_at is not None for each in comments),
        meeting=getattr(postmortem, "meeting", None),
        standing=postmortem.standing,
        status=status,
    )


def _quotes(postmortem: Postmortem, content: Content, last: Version | None) -> list[quoted.Quote]:
    """In the draft; of what is frozen, in the version that is signed or read."""
    if not postmortem.is_draft and last is not None:
        found = quoted.versions_quoting(Version.objects.filter(pk=last.pk))
        return found[0][1] if found else []
    return quoted.in_content(content, postmortem.incident)


def _signatures(postmortem: Postmortem, version: Version | None, user) -> list[Signature]:
    """Those of the version that is asked for: while a draft is written, nobody has signed what it will say."""
    if version is None or postmortem.is_draft:
        asked, signed = signing.of_template(postmortem.template), {}
    else:
        asked, signed = signing.of_version(version), {each.role: each for each in version.sign_offs.all()}
    may = user.has_perm("postmortems.sign_postmortem") and user.pk not in {each.by_id for each in signed.values()}
    return [Signature(each, signed.get(each.role), may and signing.may_sign(each, user)) for each in asked]


@require_POST
@of_postmortem("postmortems.draft_postmortem")
def ask(request, postmortem: Postmortem):
    form = AskForm(request.POST)
    if form.is_valid():
        with refusing.in_form(form) as tried:
            actions.ask_for_review(postmortem, by=request.user, **form.cleaned_data)
        if tried.is_done:
            messages.success(request, _("Its text stays as it is until it is approved, or sent back."))
            return _to_review(postmortem)
        return _screen(request, postmortem, form=form, status=tried.status)
    return _screen(request, postmortem, form=form, status=422)


@require_POST
@of_postmortem("postmortems.sign_postmortem")
def sign(request, postmortem: Postmortem):
    """For one role. What is signed is what was read: the form holds its digest."""
    with refusing.in_messages(request) as tried:
        role, digest = request.POST.get("role", ""), request.POST.get("digest", "")
        actions.sign(postmortem, role=role, by=request.user, digest=digest)
    if tried.is_done:
        messages.success(request, _("Signed. Your name and the time stand with this version."))
    return _to_review(postmortem)


def _reason(act, *, right: str, title: Words, example: Words, template: str, done: Words, form_class=ReasonForm):
    """A screen for an act that needs nothing but a reason, and says before what it does."""

    @of_postmortem(*([right] if right else []))
    def view(request, postmortem: Postmortem):
        form = form_class(request.POST or None, initial={"version": postmortem.version}, example=example)
        if request.method == "POST" and form.is_valid():
            with refusing.in_form(form) as tried:
                act(postmortem, by=request.user, **form.cleaned_data)
            if tried.is_done:
                messages.success(request, str(done))
                return HttpResponseRedirect(address(postmortem))
        return screen(request, template, postmortem, here="", title=str(title), form=form, standing=postmortem.standing)

    return view


send_back = _reason(
    actions.send_back,
    right="",
    title=gettext_lazy("Send it back"),
    example=gettext_lazy("cause 4 has no action."),
    template="send_back.html",
    done=gettext_lazy("It is a draft again."),
)
revise = _reason(
    actions.revise,
    right="postmortems.draft_postmortem",
    title=gettext_lazy("Put it right"),
    example=gettext_lazy("the count of customers was wrong."),
    template="revise.html",
    done=gettext_lazy("It is a draft again. What is published stands until the next version is."),
)
withdraw = _reason(
    actions.withdraw,
    right="postmortems.publish_postmortem",
    title=gettext_lazy("Withdraw it"),
    example=gettext_lazy("a number in it was wrong; readers see this reason."),
    template="withdraw.html",
    form_class=WithdrawForm,
    done=gettext_lazy("Withdrawn. Readers find when and why at its address; its versions stay here."),
)


@of_postmortem("postmortems.draft_postmortem")
def meeting(request, postmortem: Postmortem):
    held = getattr(postmortem, "meeting", None)
    initial = {}
    if held is not None:
        initial = {name: getattr(held, name) for name in ("at", "minutes", "others", "text")}
        initial["attendees"] = held.attendees.all()
    form = MeetingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusing.in_form(form) as tried:
            actions.record_meeting(postmortem, by=request.user, **form.cleaned_data)
        if tried.is_done:
            messages.success(request, _("The review meeting is on the record."))
            return _to_review(postmortem)
    return screen(request, "meeting.html", postmortem, here="", title=_("Review meeting"), form=form)


def version_or_404(postmortem: Postmortem, number: int) -> Version:
    found = postmortem.versions.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _to_review(postmortem: Postmortem) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("postmortems_staff:review", args=[postmortem.public_id]))
