"""*New incident* from a page's screen: five fields, declared and published at once (4-01, 4-02)."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from incidents import choices, permissions, refusing
from incidents.choices import Level, Status
from incidents.models import Incident, Severity
from incidents.scope import Affected
from incidents.views.incident import REFUSED, back, page as staff_page
from statuspage.actions import declare_and_publish
from statuspage.composer.context import ComposerContext
from statuspage.composer.drafts import Preview
from statuspage.composer.forms import NewIncidentForm, Places
from statuspage.composer.forms.notice import in_minutes
from statuspage.composer.writing import draft_of, final_text, first_text
from statuspage.models import Page
from statuspage.snapshot import layout


def may_declare(user):
    return permissions.may(user, "incidents.work_incident", "incidents.publish_incident")


@require_GET
def choose_page(request):
    """Which page; with only one there is nothing to choose."""
    pages = list(Page.objects.all())
    if len(pages) == 1:
        return redirect("statuspage_staff:new_incident", pages[0].public_id)
    return staff_page(request, "statuspage/staff/choose_page.html", title=_("New incident"), pages=pages)


@require_http_methods(["GET", "POST"])
def new_incident(request, public_id):
    page = get_object_or_404(Page, public_id=public_id)
    if not may_declare(request.user):
        return staff_page(
            request, "statuspage/staff/may_not_declare.html", title=_("New incident"), page=page, status=403
        )
    form = form_for(page, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _declare(request, page, form)
    return screen(request, page, form, status=REFUSED if form.is_bound else 200)


def form_for(page, data=None):
    places = Places(only=layout.component_ids([page])[page.pk])
    return NewIncidentForm(data, places=places, severities=Severity.objects.all())


def composer_of(request, page, form):
    """A composer for an incident that is not there yet, so that its text is made as every other."""
    data = getattr(form, "cleaned_data", {})
    severity = data.get("severity") or Severity(level=choices.SeverityLevel.MINOR)
    level = Level.of_severity(severity.level)
    incident = Incident(title=data.get("title") or _("Title"), severity=severity, origin=page.origin)
    composer = ComposerContext(incident, request.user, timezone.now())
    affected = form.affected() if form.is_bound else []
    composer.affected = [Affected(item.component, item.location, level) for item in affected]
    composer.affected_before, composer.every_page, composer.pages, composer.last = [], [page], [page], None
    return composer


def promise(form, status, *, now=None):
    """The next update falls due as the severity says; an all-clear owes none."""
    severity = form.cleaned_data.get("severity") or Severity(level=choices.SeverityLevel.MINOR)
    return None if status == Status.RESOLVED else in_minutes(severity.update_minutes, now=now)


def screen(request, page, form, *, status=200):
    composer = composer_of(request, page, form)
    data = getattr(form, "cleaned_data", {})
    stage = Status(data.get("status") or Status.INVESTIGATING)
    if not form.is_bound:
        form.initial |= first_text(composer, stage, [page], [])
    values = (data if form.is_bound else form.initial) | {"pages": [page], "promise": in_minutes(30)}
    draft = draft_of(composer, values, affected=composer.affected, status=stage)
    context = {
        "title": _("New incident"),
        "page": page,
        "form": form,
        "tree": _tree(form),
        "severities": list(form.fields["severity"].queryset),
        "stages": choices.PUBLIC,
        "preview": Preview(draft, composer.incident.title),
        "chosen": form["template"].value() or "",
    }
    return staff_page(request, "statuspage/staff/new_incident.html", status=status, **context)


def _tree(form):
    """The page's components in their groups: (group or empty, [(id, name, depth, is chosen)])."""
    chosen = set(form["components"].value() or [])
    groups: dict = {}
    for key, row in form.places.components.items():
        above = [each for each in form.places.tree.above(row) if each.public_id in form.places.components]
        top = above[0] if above else row
        groups.setdefault(top, []).append((key, row.name, len(above), key in chosen))
    return list(groups.items())


def _declare(request, page, form):
    given = form.cleaned_data
    status, affected = Status(given["status"]), form.affected()
    composer, promised_at = composer_of(request, page, form), promise(form, status)
    body = final_text(composer, form, status=status, pages=[page], affected=composer.affected, promise=promised_at)
    notice = {"body": body, "promised_at": promised_at, "template_unmodified": form.is_unmodified}
    with refusing.in_form(form) as tried:
        incident = declare_and_publish(
            pages=[page],
            title=given["title"],
            status=status,
            severity=given["severity"],
            affected=affected,
            notice=notice,
            by=request.user,
        )
    if not tried.is_done:
        return screen(request, page, form, status=tried.status)
    update = incident.updates.first()
    messages.success(
        request,
        format_html(
            '{} <a class="bw-link" href="{}" target="_blank">{}</a>. <a class="bw-link" href="{}">{}</a>',
            _("Declared, and told on"),
            page.address,
            page,
            reverse("statuspage_staff:withdraw", args=[update.public_id]),
            _("Take the update back"),
        ),
    )
    return back(incident)
