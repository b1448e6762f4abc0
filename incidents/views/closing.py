"""The stage without telling customers, the two attestations, and the ways back from resolved."""

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from incidents import actions, gate, refusing, undo
from incidents.choices import Status
from incidents.exceptions import GateNotMet, NotAllowed
from incidents.forms.closing import AttestForm, StageForm, UnresolveForm, moved
from incidents.permissions import require
from incidents.views.incident import back, of_incident, page


@of_incident("incidents.work_incident")
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
        with refusing.kept() as tried:
            incident = actions.change_stage(incident, by=request.user, version=incident.version, **given)
        if isinstance(tried.refusal, GateNotMet):
            form.refuse_at_gate(tried.refusal)
        elif tried.refusal:
            refusing.refuse(form, tried.refusal)
        else:
            messages.success(request, _moved(incident))
            return back(incident)
    missing = gate.missing(incident, now=timezone.now()) if incident.can_become(Status.RESOLVED) else []
    blocking = gate.blocking(incident, missing)
    return page(
        request,
        "incidents/stage.html",
        incident=incident,
        form=form,
        blocking=blocking,
        warning=[condition for condition in missing if condition not in blocking],
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


@of_incident("incidents.work_incident")
def attest(request, incident):
    """One tap in the closure gate; taken back the same way."""
    form = AttestForm(request.POST)
    if request.method == "POST" and form.is_valid():
        with refusing.in_messages(request):
            given = form.cleaned_data["given"] != "no"
            actions.attest(incident, condition=form.cleaned_data["condition"], given=given, by=request.user)
    return back(incident, "gate")


@of_incident("incidents.note_incident")
def unresolve(request, incident):
    """Resolved by mistake a moment ago: back to the stage before, by the user who resolved it."""
    form = UnresolveForm(request.POST if request.method == "POST" else None)
    with refusing.kept() as tried:
        offer = undo.of_resolution(incident, by=request.user, now=timezone.now())
    if isinstance(tried.refusal, NotAllowed):
        raise tried.refusal
    if tried.refusal:
        messages.error(request, str(tried.refusal))
        return back(incident)
    require(request.user, offer.needs)
    if form.is_valid():
        with refusing.in_form(form) as tried:
            incident = actions.unresolve(incident, by=request.user, version=incident.version, **form.cleaned_data)
        if tried.is_done:
            said = _("Taken back. It is %(stage)s again.") % {"stage": incident.get_status_display().lower()}
            messages.success(request, said)
            return back(incident)
    return page(
        request,
        "incidents/unresolve.html",
        incident=incident,
        form=form,
        undo=offer,
        going_on=undo.ended_with_it(incident),
        told_before=_told_before(incident, offer),
        now=timezone.now(),
    )


def _told_before(incident, offer):
    """What customers read again once the all-clear is gone."""
    return incident.updates.visible().exclude(pk=offer.update.pk).first() if offer.update else None
