"""Putting a public update right, and taking it back: old beside new, with the reason on the record."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from incidents import actions, markdown, refusing, undo
from incidents.actions.updates import promise_is_open
from incidents.choices import Audience
from incidents.models import Incident, IncidentUpdate
from incidents.permissions import require
from incidents.views.incident import REFUSED, back, page as staff_page, refused
from postmortems import quoted
from statuspage.composer import texts
from statuspage.composer.forms import CorrectionForm, WithdrawalForm
from statuspage.models import Page
from statuspage.snapshot import layout


@require_http_methods(["GET", "POST"])
def correct(request, public_id):
    update = update_or_404(request, public_id)
    if refused := _refused(request, update, _("Correct an update")):
        return refused
    initial = {
        "version": update.incident.version, "body": update.body, "tried": update.tried, "next_step": update.next_step,
    }  # fmt: skip
    now = timezone.now()
    was = update.due_at if promise_is_open(update, now=now) else None
    form = CorrectionForm(request.POST or None, initial=initial | {"promised_at": was}, was_promised=was)
    status = 200
    if request.method == "POST":
        status = _try(request, form, lambda given: _correct(request, update, given, was))
        if not status:
            said = _("Corrected. The page says “edited” beside it.")
            if form.cleaned_data["tell_again"]:
                said = f"{said} {_('Subscribers are told again.')}"
            messages.success(request, said)
            _warn(request, update)
            return back(update.incident)
    return _screen(request, "correct.html", _("Correct an update"), update, form, status)


def _correct(request, update, given, was):
    """The time that the text names follows the promise, as it does in the composer."""
    at = given.get("promised_at")
    if at == was:
        given = given | {"promised_at": None}
    elif at:
        pages = layout.pages_of(update.incident) or Page.objects.all()[:1]
        for page in pages:
            old = texts.promise_in_words(was, page, now=update.posted_at)
            new = texts.promise_in_words(at, page, now=update.posted_at)
            given = given | {"body": given["body"].replace(old, new)}
    return actions.correct_update(update, by=request.user, **given)


@require_http_methods(["GET", "POST"])
def withdraw(request, public_id):
    update = update_or_404(request, public_id)
    if refused := _refused(request, update, _("Withdraw an update")):
        return refused
    pages = layout.pages_of(update.incident)
    usual = {"version": update.incident.version, "tell": any(page.tell_withdrawals for page in pages)}
    form = WithdrawalForm(request.POST or None, initial=usual)
    status = 200
    if request.method == "POST":
        status = _try(request, form, lambda given: actions.withdraw_update(update, by=request.user, **given))
        if not status:
            messages.success(request, _("Withdrawn. No page shows it any more; the timeline keeps it."))
            _warn(request, update)
            return back(update.incident)
    others = update.incident.updates.visible().exclude(pk=update.pk)
    return _screen(
        request, "withdraw.html", _("Withdraw an update"), update, form, status,
        newer=others.filter(posted_at__gt=update.posted_at).exists(), next_best=others.first(),
        undo=_undo(request, update), is_public=update.incident.audience == Audience.PUBLIC,
    )  # fmt: skip


def _undo(request, update):
    """The user who resolved it with this update may want more than the text back."""
    way = undo.offered(update.incident, by=request.user, now=timezone.now())
    return way if way and way.update == update else None


def _warn(request, update):
    """A post-mortem that was published, or is about to be, does not follow: its text is frozen."""
    for version in quoted.of_update(update)[:1]:
        words = {"n": version.number, "who": version.postmortem.lead or _("Nobody yet")}
        messages.warning(
            request,
            _("The post-mortem still quotes the old text (version %(n)d). Who sees to it has to put it right: %(who)s.")
            % words,
        )


def update_or_404(request, public_id):
    visible = Incident.objects.visible_to(request.user)
    rows = IncidentUpdate.objects.filter(incident__in=visible).select_related("incident__severity", "author")
    update = rows.filter(public_id=public_id).first()
    if update is None:
        raise Http404
    return update


def _refused(request, update, title):
    """A page that says why, for users who may not, and where there is nothing left to do."""
    with refusing.kept() as tried:
        require(request.user, "incidents.publish_incident")
    if tried.refusal:
        return refused(request, tried.refusal, incident=update.incident, title=title)
    if update.withdrawn_at:
        messages.info(request, _("This update was withdrawn already."))
        return back(update.incident)
    return None


def _try(request, form, act):
    """0 if it was done, else the status to answer with; the refusal stands in the form."""
    if not form.is_valid():
        return REFUSED
    with refusing.in_form(form) as tried:
        act(form.cleaned_data)
    return 0 if tried.is_done else tried.status


def _screen(request, template, title, update, form, status, **more):
    incident = Incident.objects.get(pk=update.incident_id)
    if status == 412:  # what was typed stays; the next try is against what is now
        form.data = form.data.copy()
        form.data["version"] = incident.version
    return staff_page(
        request,
        f"statuspage/staff/{template}",
        title=title,
        incident=incident,
        update=update,
        now_on_page=markdown.render(update.text),
        pages=layout.pages_of(incident) if incident.audience == Audience.PUBLIC else [],
        form=form,
        status=status,
        is_stale=status == 412,
        **more,
    )
