"""A suspicion: reported, dismissed, taken up again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from incidents import actions
from incidents.actions.base import require
from incidents.exceptions import DomainError, NotAllowed
from incidents.forms.picker import groups
from incidents.forms.reporting import DismissForm, ReconsiderForm, ReportForm
from incidents.models import Incident
from incidents.views.incident import back, for_those_who_may, page

SHOWN = 6  # open incidents beside the form, so that nothing is reported twice


@require_http_methods(["GET", "POST"])
def report(request):
    """One short form for all but Viewers (1-06): only the first question must be answered."""
    if not request.user.has_perm("incidents.view_incident"):
        raise PermissionDenied
    try:
        require(request.user, "report_incident")
    except NotAllowed as refusal:
        return page(request, "incidents/refused.html", title=_("Report a suspicion"), refusal=refusal, status=403)
    form = ReportForm(request.POST or None)
    if form.is_valid():
        try:
            incident = actions.suspect(by=request.user, **form.facts())
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Reported. The clock to confirm or dismiss it runs."))
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


@for_those_who_may("work_incident")
def dismiss(request, incident):
    form = DismissForm(request.POST or None)
    if form.is_valid():
        try:
            actions.dismiss(incident, by=request.user, version=incident.version, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Dismissed. It can be taken up again at any time."))
            return back(incident)
    return page(request, "incidents/dismiss.html", incident=incident, form=form)


@for_those_who_may("work_incident")
def reconsider(request, incident):
    form = ReconsiderForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.reconsider(incident, by=request.user, version=incident.version, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Taken up again. The clock to confirm or dismiss it runs."))
            return back(incident)
    return page(request, "incidents/reconsider.html", incident=incident, form=form)
