"""Merging: choose where it goes on, read what will happen, do it once. Nothing here needs a script."""

from __future__ import annotations

from django.contrib import messages
from django.utils.translation import gettext as _

from incidents import actions, refusing
from incidents.actions import merging
from incidents.forms.merging import MergeForm, PickerForm, candidates
from incidents.models import Incident
from incidents.views.incident import REFUSED, back, of_incident, page


@of_incident("incidents.merge_incident")
def merge(request, incident):
    """Without ``into``, the picker; with it, what will happen and the button."""
    if not incident.is_open:
        words = {"status": incident.get_status_display().lower()}
        messages.error(request, _("Only an open incident can be merged; this is %(status)s.") % words)
        return back(incident)
    given = request.POST.get("into", "") or request.GET.get("into", "")
    into = _open_to(request.user, given)
    if into is None:
        return _picker(request, incident, _("There is no such incident, or it is not open to you.") if given else "")
    form = MergeForm(request.POST if request.method == "POST" else None)
    if not form.is_bound and (refusal := _refusal(incident, into)):
        return _picker(request, incident, refusal)
    if form.is_valid():
        with refusing.in_form(form) as tried:
            actions.merge(incident, into=into, by=request.user, version=incident.version, **form.cleaned_data)
        if tried.is_done:
            messages.success(request, _("Merged. “%(title)s” goes on here.") % {"title": incident.title})
            return back(into)
    going_on = merging.goes_on(incident, into)
    return page(
        request,
        "incidents/merge.html",
        incident=incident,
        into=into,
        form=form,
        going_on=going_on,
        already=incident.impacts.open().count() - len(going_on),
        joining=merging.joining(incident, into, by=request.user),
    )


def _open_to(user, public_id):
    if not public_id.replace("_", "").isalnum():
        return None
    return Incident.objects.visible_to(user).filter(public_id=public_id).select_related("severity").first()


def _refusal(incident, into):
    if incident.pk == into.pk:
        return _("An incident cannot go on in itself. Choose another one.")
    return merging.why_not(incident, into, public=merging.public_of([incident, into]))


def _picker(request, incident, refusal):
    form = PickerForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found, count = candidates(incident, user=request.user, words=words)
    return page(
        request,
        "incidents/merge_picker.html",
        incident=incident,
        picker=form,
        words=words,
        candidates=found,
        more=count - len(found),
        refusal=refusal,
        status=REFUSED if refusal else 200,
    )
