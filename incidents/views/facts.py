"""The facts form, whole or one part of it."""

from django.contrib import messages
from django.utils.translation import gettext as _

from incidents import actions, refusing
from incidents.forms.facts import PARTS, FactsForm
from incidents.forms.fields import without_theirs
from incidents.views.incident import back, of_incident, page


@of_incident("incidents.work_incident")
def facts(request, incident):
    """Saves what was typed and nothing else; what somebody else changed meanwhile comes back as a choice (412)."""
    part = request.GET.get("part", "")
    part = part if part in PARTS else ""
    anchor = "gate" if part in ("workflow_impact", "data_impact", "catch_up_eta") else ""
    clashes, status = [], 200
    if request.method != "POST":
        form = FactsForm(incident=incident, part=part)
    else:
        data = without_theirs(request.POST, request.POST.get("keep_theirs", ""))
        form = FactsForm(data, incident=incident, part=part)
        if form.is_valid():
            clashes = form.clashes()
            if not clashes:
                with refusing.in_form(form) as tried:
                    reason = form.cleaned_data.get("reason", "")
                    changes = form.typed()
                    actions.change_facts(incident, by=request.user, reason=reason, version=incident.version, **changes)
                if tried.is_done:
                    messages.success(request, _("Saved.") if changes else _("Nothing was changed."))
                    return back(incident, anchor)
            else:
                form.on_top(clashes)
                status = 412
    return page(
        request, "incidents/facts.html", incident=incident, form=form, part=part, clashes=clashes, status=status
    )
