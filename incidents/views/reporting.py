"""A suspicion: reported, dismissed, taken up again."""

from django.contrib import messages
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

from incidents import actions, refusing
from incidents.choices import Audience
from incidents.forms.merging import belongs_to
from incidents.forms.picker import groups
from incidents.forms.reporting import DismissForm, ReconsiderForm, ReportForm
from incidents.models import Incident
from incidents.views.incident import back, for_those_who_may, of_incident, page

SHOWN = 6  # open incidents beside the form, so that nothing is reported twice


@require_http_methods(["GET", "POST"])
@for_those_who_may("incidents.view_incident", "incidents.report_incident", title=gettext_lazy("Report a suspicion"))
def report(request):
    """One short form for all but Viewers (1-06): only the first question must be answered."""
    form = ReportForm(request.POST or None)
    if "look" in request.POST:  # at what is similar, without a script: what was typed stays, and nothing is judged yet
        form = ReportForm(initial=form.typed())
    elif form.is_valid():
        with refusing.in_form(form) as tried:
            incident = actions.suspect(by=request.user, **form.facts())
        if tried.is_done:
            messages.success(request, _reported(incident))
            return back(incident)
    same = Incident.objects.visible_to(request.user).open().select_related("severity")[:SHOWN]
    return page(
        request,
        "incidents/report.html",
        title=_("Report a suspicion"),
        form=form,
        groups=groups(form["components"].value() or ()),
        same=same,
    )


def _reported(incident):
    if incident.audience == Audience.DRILL:
        return _("Reported as a drill: no clock runs, and nobody outside is told.")
    if incident.is_restricted:
        return _("Reported. Only you and Security see it. The clock to confirm or dismiss it runs.")
    return _("Reported. The clock to confirm or dismiss it runs.")


@of_incident("incidents.work_incident")
def dismiss(request, incident):
    """``part_of``: the open incident that the reason begins with."""
    others = belongs_to(incident, user=request.user)
    chosen = next((other for other in others if other.public_id == request.GET.get("part_of")), None)
    reason = _("Part of “%(title)s”.") % {"title": chosen.title[:200]} if chosen else ""
    form = DismissForm(request.POST or None, initial={"reason": reason})
    if form.is_valid():
        with refusing.in_form(form) as tried:
            actions.dismiss(incident, by=request.user, version=incident.version, **form.cleaned_data)
        if tried.is_done:
            messages.success(request, _("Dismissed. It can be taken up again at any time."))
            return back(incident)
    return page(request, "incidents/dismiss.html", incident=incident, form=form, belongs_to=others)


@of_incident("incidents.work_incident")
def reconsider(request, incident):
    form = ReconsiderForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusing.in_form(form) as tried:
            actions.reconsider(incident, by=request.user, version=incident.version, **form.cleaned_data)
        if tried.is_done:
            messages.success(request, _("Taken up again. The clock to confirm or dismiss it runs."))
            return back(incident)
    return page(request, "incidents/reconsider.html", incident=incident, form=form)
