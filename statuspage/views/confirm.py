"""Confirming a suspicion, with the first notice in the same act (1-01 to 1-09, 2-11 to 2-14)."""

from __future__ import annotations

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from incidents import refusing
from incidents.choices import Audience, Category, Level, Status
from incidents.clocks import clocks
from incidents.exceptions import StaleVersion
from incidents.forms.merging import belongs_to
from incidents.models import DeclareRule, Severity, User
from incidents.views.incident import REFUSED, back, incident_or_404, of_incident, page as staff_page
from statuspage.actions import confirm_and_publish
from statuspage.composer.context import ComposerContext
from statuspage.composer.drafts import Preview
from statuspage.composer.forms import AffectedFormSet, ConfirmForm, Places
from statuspage.composer.forms.affected import initial_rows
from statuspage.composer.forms.notice import in_minutes
from statuspage.composer.writing import draft_of, first_text, notice_of, values_of
from statuspage.models import Page
from statuspage.snapshot import layout


@require_http_methods(["GET", "POST"])
@of_incident("incidents.work_incident")
def confirm(request, incident):
    composer = ComposerContext(incident, request.user, timezone.now())
    if request.method == "POST":
        return post(request, composer)
    if composer.incident.status != Status.SUSPECTED:
        status = composer.incident.get_status_display().lower()
        messages.info(request, _("This is %(status)s already.") % {"status": status})
        return back(composer.incident)
    return screen(request, composer, *forms_for(request, composer))


def forms_for(request, composer, *, data=None):
    incident = composer.incident
    people = User.objects.filter(is_active=True, is_staff=True).order_by("first_name", "last_name", "username")
    rules = DeclareRule.objects.filter(is_active=True)
    pages = proposed(composer)
    stage = Status.INVESTIGATING
    initial = {
        "version": incident.version,
        "title": incident.title,
        "title_was": incident.title,
        "rule": rules.filter(is_data_leak=True).first() if incident.category == Category.SECURITY else None,
        "judged_by": request.user,
        "owner": incident.owner,
        "severity": incident.severity_id,
        "audience": Audience.PUBLIC,
        "publish": composer.may_publish,
        "pages": [page.public_id for page in pages],
    }
    if data is None:
        initial |= first_text(composer, stage, pages, composer.affected)
    minutes = incident.severity.update_minutes
    form = ConfirmForm(
        data, initial=initial, rules=rules, severities=Severity.objects.all(), people=people, minutes=minutes,
        every_page=composer.every_page,
    )  # fmt: skip
    composer.title = _title(composer, form)
    return form, AffectedFormSet(data, places=Places(), initial=initial_rows(composer.affected))


def _title(composer, form):
    """As typed, so that the preview and the template follow it."""
    return " ".join((form["title"].value() or "").split()) or composer.incident.title


def proposed(composer):
    """By origin and components; by origin alone while nobody has said what is affected."""
    return composer.pages or [page for page in composer.every_page if page.origin == composer.incident.origin]


def screen(request, composer, form, rows, *, status=200, **more):
    composer.title = _title(composer, form)
    values, stage = values_of(composer, form), Status.INVESTIGATING
    affected = rows.affected() if rows.is_bound else composer.affected
    draft = draft_of(composer, values, affected=affected, status=stage)
    context = {
        "title": _("Confirm: %(title)s") % {"title": composer.incident.title},
        "composer": composer,
        "incident": composer.incident,
        "clocks": clocks.clocks_of(composer.incident),
        "belongs_to": belongs_to(composer.incident, user=request.user),
        "form": form,
        "rows": rows,
        "rules": list(form.fields["rule"].queryset),
        "severities": list(form.fields["severity"].queryset),
        "preview": Preview(draft, composer.title) if draft else None,
        "publishes": draft is not None and _publishes(composer, form),
        "by_itself": by_itself(composer, affected),
        "chosen": str(form["template"].value() or ""),
        "templates": [(Status.INVESTIGATING, composer.templates(draft.page).get(Status.INVESTIGATING, []))]
        if draft
        else [],
        "levels": [(level, level.name.lower(), level.label) for level in Level],
        "measured": _measured(form),
    }
    return staff_page(request, "statuspage/staff/confirm.html", status=status, **context | more)


def _publishes(composer, form):
    """Whether customers will read something, as the form stands: what the button and the line beside it promise."""
    leaks = {str(rule.pk) for rule in form.fields["rule"].queryset if rule.is_data_leak}
    return (
        composer.may_publish
        and composer.incident.audience not in (Audience.RESTRICTED, Audience.DRILL)
        and bool(form["publish"].value())
        and (form["audience"].value() or Audience.PUBLIC) == Audience.PUBLIC
        and str(form["rule"].value()) not in leaks
    )


def _measured(form):
    """The share as counted, for browsers without the script that shows it while one types."""
    if not form.is_bound:
        return None
    affected, total = form.cleaned_data.get("rule_affected"), form.cleaned_data.get("rule_total")
    return 100 * affected / total if affected is not None and total else None


def post(request, composer):
    form, rows = forms_for(request, composer, data=request.POST)
    is_right = form.is_valid() & rows.is_valid()
    if composer.incident.status != Status.SUSPECTED:
        return _overtaken(request, composer, form, rows)
    if form.cleaned_data.get("version", composer.incident.version) != composer.incident.version:
        return _stale(request, composer, form, rows)
    given, affected = form.cleaned_data, rows.affected()
    publishes = bool(given.get("publish")) and composer.may_publish
    if not is_right:
        return screen(request, composer, form, rows, status=REFUSED)
    notice, pages = _told(composer, form, affected, publishes=publishes)
    with refusing.kept() as tried:
        incident = confirm_and_publish(
            composer.incident,
            by=request.user,
            judgement={
                "rule": given["rule"],
                "severity": given["severity"],
                "affected_count": given["rule_affected"],
                "total_count": given["rule_total"],
                "note": given["note"],
                "judged_by": given["judged_by"],
                "audience": given["audience"],
                "owner": given["owner"],
                "version": given["version"],
            },
            affected=affected,
            notice=notice,
            pages=pages,
            title=given["title"],
            by_itself=not publishes,
        )
    if isinstance(tried.refusal, StaleVersion):
        fresh = ComposerContext(incident_or_404(request, composer.incident.public_id), request.user, composer.now)
        return _stale(request, fresh, form, rows)
    if tried.refusal and tried.refusal.field == "components":
        rows.forms[0].add_error("component", str(tried.refusal))
        return screen(request, composer, form, rows, status=REFUSED)
    if tried.refusal:
        return screen(request, composer, form, rows, status=refusing.refuse(form, tried.refusal))
    messages.success(request, _done(incident, pages if notice else [], may_publish=composer.may_publish))
    return back(incident)


def by_itself(composer, affected=None):
    """The pages that tell customers the moment somebody confirms who may not publish (2-14)."""
    if composer.may_publish or composer.incident.audience in (Audience.RESTRICTED, Audience.DRILL):
        return []
    components = [item.component for item in affected or composer.affected]
    pages = layout.proposed(composer.incident.origin, components)
    return pages if pages and all(page.first_notice_by_itself for page in pages) else []


def _told(composer, form, affected, *, publishes):
    """The first notice and its pages: as it was written, or as the template of pages that tell by themselves has it."""
    if publishes:
        return notice_of(composer, form, affected), form.cleaned_data["pages"]
    pages = by_itself(composer, affected) if form.cleaned_data["audience"] == Audience.PUBLIC else []
    text = first_text(composer, Status.INVESTIGATING, pages, affected) if pages else {}
    if not text:
        return None, []
    promise = in_minutes(form.cleaned_data["severity"].update_minutes)
    return {"body": text["body"], "promised_at": promise, "template_unmodified": True}, pages


def _done(incident, pages: list[Page], *, may_publish: bool):
    update = incident.updates.first()
    if update is None or not pages:
        if incident.audience == Audience.PUBLIC:
            return _("Confirmed. Support has been asked for the first notice.")
        return _("Confirmed. Nobody outside is told.")
    where = ", ".join(str(page) for page in pages)
    if not may_publish:
        return _("Confirmed. The first notice went out by itself on %(pages)s, in your name.") % {"pages": where}
    withdraw = reverse("statuspage_staff:withdraw", args=[update.public_id])
    return format_html(
        '{} <a class="bw-link" href="{}">{}</a>',
        _("Confirmed. The first notice is on %(pages)s.") % {"pages": where},
        withdraw,
        _("Withdraw it"),
    )


def _stale(request, composer, form, rows):
    """Somebody changed the suspicion meanwhile; what was typed stays, to be confirmed again against what is now."""
    form.data = form.data.copy()
    form.data["version"] = composer.incident.version
    if form.data.get("title") == form.data.get("title_was"):  # left alone here: the title that it has now stays
        form.data["title"] = composer.incident.title
    form.data["title_was"] = composer.incident.title
    return screen(request, composer, form, rows, status=412, is_stale=True)


def _overtaken(request, composer, form, rows):
    """Somebody confirmed or dismissed it meanwhile; the notice that was typed goes on as an update."""
    return screen(request, composer, form, rows, status=412, is_overtaken=True)
