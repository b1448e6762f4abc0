"""What the incident affects: changed as it goes on, or put right afterwards."""

from django.contrib import messages
from django.http import Http404
from django.utils.translation import gettext as _

from incidents import actions, refusing
from incidents.forms.fields import without_theirs
from incidents.forms.impacts import ImpactCorrectionForm, ImpactsForm, RemovalForm
from incidents.forms.picker import groups
from incidents.views.incident import REFUSED, back, of_incident, page


@of_incident("incidents.work_incident")
def impacts(request, incident):
    """Levels of what is affected, and what else is; a place that two people changed comes back as a choice (412)."""
    clashes, status = [], 200
    if request.method != "POST":
        form = ImpactsForm(incident=incident)
    else:
        form = ImpactsForm(without_theirs(request.POST, request.POST.get("keep_theirs", "")), incident=incident)
        if form.is_valid():
            clashes = form.clashes()
            if clashes:
                form.on_top(clashes)
                status = 412
            else:
                with refusing.in_form(form) as tried:
                    actions.set_impacts(
                        incident,
                        form.affected(),
                        by=request.user,
                        version=incident.version,
                        at=form.cleaned_data["at"],
                    )
                if tried.is_done:
                    messages.success(request, _("The impacts are up to date."))
                    return back(incident, "impacts")
    return page(
        request,
        "incidents/impacts.html",
        incident=incident,
        form=form,
        groups=groups(form["components"].value() or ()),
        clashes=clashes,
        status=status,
    )


@of_incident("incidents.work_incident")
def impact(request, incident, impact_id):
    """Put one impact right, or take it back; both with a reason."""
    row = incident.impacts.select_related("component", "location").filter(pk=impact_id).first()
    if row is None:
        raise Http404
    clashes, status = [], 200
    removing = "remove" in request.POST
    removal = RemovalForm(request.POST if removing else None, prefix="removal")
    posted = without_theirs(request.POST, request.POST.get("keep_theirs", ""))
    form = ImpactCorrectionForm(
        posted if request.method == "POST" and not removing else None, impact=row, version=incident.version
    )
    bound = removal if removing else form
    if bound.is_valid():
        clashes = [] if removing else form.clashes()
        if clashes:
            form.on_top(clashes)
            status = 412
        else:
            with refusing.in_form(bound) as tried:
                if removing:
                    actions.remove_impact(row, by=request.user, version=incident.version, **removal.cleaned_data)
                else:
                    actions.correct_impact(
                        row,
                        by=request.user,
                        version=incident.version,
                        reason=form.cleaned_data["reason"],
                        **form.corrected(),
                    )
            if tried.is_done:
                messages.success(request, _("Removed.") if removing else _("Corrected."))
                return back(incident, "impacts")
            status = tried.status
    if status == 200 and bound.errors:
        status = REFUSED
    return page(
        request,
        "incidents/impact.html",
        incident=incident,
        impact=row,
        form=form,
        removal=removal,
        clashes=clashes,
        status=status,
    )
