"""The stage without telling customers, the two attestations, and the ways back from resolved."""

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from incidents import actions, gate, undo
from incidents.actions.base import require
from incidents.choices import Status
from incidents.exceptions import DomainError, GateNotMet, NotAllowed
from incidents.forms.closing import AttestForm, ReopenForm, StageForm, UnresolveForm, moved
from incidents.views.incident import back, for_those_who_may, page


@for_those_who_may("work_incident")
def stage(request, incident):
    """Engineering's step: the stage moves, and telling customers becomes Support's (1-16)."""
    may_override = request.user.has_perm("incidents.override_incident")
    status = 200
    posted = request.POST if request.method == "POST" else None
    chosen = {"status": request.GET["to"]} if request.GET.get("to") in Status.values else {}
    form = StageForm(posted, incident=incident, may_override=may_override, initial=chosen)
    if form.is_bound and form.moved_meanwhile(incident):
        form.data = _read_now(form.data, incident)
        form.add_error(None, moved(incident))
        status = 412
    elif form.is_valid():
        given = {name: form.cleaned_data.get(name, "") for name in ("status", "note", "override_reason")}
        try:
            incident = actions.change_stage(incident, by=request.user, version=incident.version, **given)
        except GateNotMet as error:
            form.refuse_at_gate(error)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _moved(incident))
            return back(incident)
    conditions = gate.conditions(incident, now=timezone.now()) if incident.can_become(Status.RESOLVED) else []
    return page(
        request,
        "incidents/stage.html",
        incident=incident,
        form=form,
        missing=[condition for condition in conditions if not condition.is_met],
        status=status,
    )


def _moved(incident):
    """What it is now; entering monitoring offers to end what no longer fails (DESIGN section 3)."""
    said = _("It is %(stage)s now.") % {"stage": incident.get_status_display().lower()}
    if incident.status != Status.MONITORING or not incident.impacts.open().exists():
        return said
    way = reverse("admin:incidents_incident_impacts", args=[incident.public_id])
    words = _("Works everything again? End the impacts; the healthy minutes count from then.")
    return format_html('{} <a class="bw-link" href="{}">{}</a>', said, way, words)


def _read_now(data, incident):
    data = data.copy()
    data["was"] = incident.status
    return data


@for_those_who_may("work_incident")
def attest(request, incident):
    """One tap in the closure gate; taken back the same way."""
    form = AttestForm(request.POST)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data["given"] != "no"
            actions.attest(incident, condition=form.cleaned_data["condition"], given=given, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
    return back(incident, "gate")


@for_those_who_may("reopen_incident")
def reopen(request, incident):
    form = ReopenForm(request.POST if request.method == "POST" else None, incident=incident)
    if form.is_valid():
        try:
            actions.reopen(
                incident,
                reason=form.cleaned_data["reason"],
                affected=form.affected(),
                notice=form.cleaned_data.get("notice", ""),
                by=request.user,
                version=incident.version,
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Reopened."))
            return back(incident)
    return page(request, "incidents/reopen.html", incident=incident, form=form)


@for_those_who_may("report_incident")
def unresolve(request, incident):
    """Resolved by mistake a moment ago: back to the stage before, by whoever resolved it."""
    form = UnresolveForm(request.POST if request.method == "POST" else None)
    try:
        way = undo.of_resolution(incident, by=request.user, now=timezone.now())
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return back(incident)
    require(request.user, way.needs)
    if form.is_valid():
        try:
            incident = actions.unresolve(incident, by=request.user, version=incident.version, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            said = _("Taken back. It is %(stage)s again.") % {"stage": incident.get_status_display().lower()}
            messages.success(request, said)
            return back(incident)
    return page(
        request,
        "incidents/unresolve.html",
        incident=incident,
        form=form,
        way=way,
        going_on=undo.ended_with_it(incident),
        told_before=_told_before(incident, way),
    )


def _told_before(incident, way):
    """What customers read again once the all-clear is gone."""
    return incident.updates.visible().exclude(pk=way.update.pk).first() if way.update else None
