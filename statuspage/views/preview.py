"""What is being written, as the customer will see it: a fragment for the script of the forms, made from what they hold.

It answers for each screen that writes to customers: the composer, the first notice of a confirmation, reopening,
*New incident*.
"""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.choices import Status
from incidents.views.incident import incident_or_404
from statuspage.composer.context import ComposerContext
from statuspage.composer.drafts import Preview
from statuspage.composer.writing import all_well, composed, draft_of, fill, forms_for, time_named, values_of
from statuspage.models import Page
from statuspage.views import confirm, new_incident, reopen


@require_POST
def preview(request, public_id):
    if public_id.startswith("sp_"):
        composer, form, draft, title = _new(request, get_object_or_404(Page, public_id=public_id))
    else:
        composer = ComposerContext(incident_or_404(request, public_id), request.user, timezone.now())
        title = composer.incident.title
        if composer.incident.status == Status.SUSPECTED:
            form, draft = _confirming(request, composer)
            title = composer.title
        elif reopen.REOPENS in request.POST:
            composer = reopen.composer_of(request, composer.incident)
            form, rows = reopen.forms_for(composer, data=request.POST)
            draft = reopen.draft(composer, form, rows)
        else:
            form, rows = forms_for(composer, data=request.POST)
            draft = composed(composer, form, rows)
    if draft is None:
        raise Http404
    filled = _refilled(request, composer, draft)
    if filled and (draft.is_unmodified or "wanted" in request.POST):  # the script will take it
        draft = replace(draft, body=filled["text"], is_unmodified=True)
    context = {"preview": Preview(draft, title)} | filled
    return TemplateResponse(request, "statuspage/staff/_slots.html", context)


def _confirming(request, composer):
    form, rows = confirm.forms_for(request, composer, data=request.POST)
    return form, draft_of(composer, values_of(composer, form), affected=rows.affected(), status=Status.INVESTIGATING)


def _new(request, page):
    """An incident that does not exist yet, made of what the five fields hold."""
    form = new_incident.form_for(page, request.POST)
    form.is_valid()
    composer = new_incident.composer_of(request, page, form)
    status = Status(form.cleaned_data.get("status") or Status.INVESTIGATING)
    affected = all_well(composer.affected) if status == Status.RESOLVED else composer.affected
    values = form.cleaned_data | {"pages": [page], "promise": new_incident.promise(form, status, now=composer.now)}
    return composer, form, draft_of(composer, values, affected=affected, status=status), composer.incident.title


def _refilled(request, composer, draft):
    """The chosen template as it would be filled in now; the script takes it where the text is still the template's."""
    template = composer.template(draft.page, draft.status, request.POST.get("template", ""))
    if template is None or (draft.promised_at is None and not draft.is_last):
        return {}  # without a promise the text would end in “by .”; it follows as soon as there is one
    words = time_named(composer, draft.page, draft.status, draft.promised_at, draft.report_by)
    text = fill(composer, template, [draft.page], draft.affected, draft.promised_at, draft.report_by)
    return {"template": template, "text": text, "filled_time": words}
