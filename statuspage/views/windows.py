"""A maintenance window is written, counted as one types, and announced or sent to be approved (4-09)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from incidents import numbers, refusing
from incidents.choices import Audience
from incidents.exceptions import StaleVersion
from incidents.maintenance import actions
from incidents.maintenance.actions.drafting import INTERNAL, PUBLIC
from incidents.maintenance.choices import Expected, Kind
from incidents.maintenance.judging import Affects, current
from incidents.maintenance.models import Window, WindowTemplate
from incidents.maintenance.places import url_of
from incidents.maintenance.views.base import ANNOUNCE, of_window
from incidents.permissions import may
from incidents.views.incident import REFUSED, for_those_who_may, page as staff_page
from statuspage.actions import write_window
from statuspage.composer import overtaken, window_forms, windows
from statuspage.composer.forms.expected import BaseExpectedFormSet, ExpectedFormSet
from statuspage.composer.forms.places import Places
from statuspage.composer.forms.window import WindowForm
from statuspage.models import Page
from statuspage.snapshot import layout

PLAN = "maintenance.plan_window"
FACTS = (*PUBLIC, *INTERNAL, "audience")


@require_http_methods(["GET", "POST"])
@for_those_who_may(PLAN)
def plan(request) -> HttpResponse:
    """A new window; begun from a template with ``?template=``, on a page with ``?page=``."""
    return _write(request, None)


@require_http_methods(["GET", "POST"])
@of_window(PLAN)
def edit(request, window: Window) -> HttpResponse:
    """A draft goes on. Where it was announced or thrown away meanwhile, what was typed stands there all the same."""
    if window.is_draft:
        return _write(request, window)
    if request.method != "POST":
        return HttpResponseRedirect(url_of(window))
    form, rows = forms_for(request, window, data=request.POST)
    form.is_valid()
    return _screen(request, window, form, rows, status=409, is_gone=True, last=window.updates.order_by("-pk").first())


@require_POST
@for_those_who_may(PLAN)
def count(request) -> HttpResponse:
    """What the form comes to: a fragment for its script."""
    return _slots(request, None)


@require_POST
@of_window(PLAN)
def count_draft(request, window: Window) -> HttpResponse:
    return _slots(request, window)


def _slots(request, window: Window | None) -> HttpResponse:
    form, rows = forms_for(request, window, data=request.POST)
    form.is_valid()
    found = windows.counted(form, rows, window=window, user=request.user)
    return TemplateResponse(request, "statuspage/staff/window/_slots.html", {"counted": found, "form": form})


def forms_for(request, window: Window | None, *, data=None) -> tuple[WindowForm, BaseExpectedFormSet]:
    choosing = {
        "zones": window_forms.zones(request.user, window),
        "approvers": window_forms.approvers(request.user),
        "owners": window_forms.owners(),
    }
    if data is not None:
        return WindowForm(data, **choosing), ExpectedFormSet(data, places=Places())
    initial, opened = _opened(request, window)
    return WindowForm(initial=initial, **choosing), ExpectedFormSet(places=Places(), opened=opened)


def _opened(request, window: Window | None) -> tuple[dict[str, object], list[Affects]]:
    """What the form holds before anybody has typed."""
    if window is not None:
        initial = window_forms.initial_of(window) | {"pages": layout.pages_of_window(window)}
        if asked := window.approvals.order_by("-asked_at", "-pk").first():
            initial |= {"reason": asked.reason, "approver": asked.approver_id}
        return initial | window_forms.initial_times(window.starts_at, window.ends_at, window.time_zone), current(window)
    template = WindowTemplate.objects.filter(pk=numbers.read(request.GET.get("template", ""))).first()
    pages = list(Page.objects.filter(public_id=request.GET.get("page", "")) or Page.objects.filter(is_default=True))
    zone = window_forms.first_zone(pages)
    now = timezone.now()
    start = window_forms.typical_start(Window(time_zone=zone), pages=pages, zone=zone, now=now)
    minutes = template.minutes if template else 120
    fresh: dict[str, object] = {"pages": pages, "owner": request.user}
    opened: list[Affects] = []
    if template is not None:
        fresh |= window_forms.initial_of(template)
        impacts = template.impacts.select_related("component", "location__calendar")
        opened = [Affects(row.component, row.location, Expected(row.expected)) for row in impacts]
        proposed = layout.proposed(Kind(template.kind).origin, [item.component for item in opened])
        fresh["pages"] = proposed or pages
    return fresh | window_forms.initial_times(start, start + timedelta(minutes=minutes), zone), opened


def _write(request, window: Window | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form, rows = forms_for(request, window, data=data)
    if data is None:
        return _screen(request, window, form, rows)
    act = data.get("act", "draft")
    if act == "earliest":
        return _moved_to_earliest(request, window, form, rows)
    if not (form.is_valid() & rows.is_valid()):
        return _screen(request, window, form, rows, status=REFUSED)
    found = windows.counted(form, rows, window=window, user=request.user)
    given = form.cleaned_data
    with refusing.kept() as tried, transaction.atomic():
        written = write_window(
            window,
            by=request.user,
            affects=found.affects,
            pages=list(given["pages"]),
            version=given["version"],
            starts_at=found.times[0],
            ends_at=found.times[1],
            time_zone=given["time_zone"],
            **{name: given[name] for name in FACTS},
        )
        if act == "post":
            _announce(request, written, form, found)
    if isinstance(tried.refusal, StaleVersion):
        return _screen(
            request, form=form, rows=rows, status=412, **overtaken.beside(form, window, (*FACTS, "time_zone"))
        )
    if not tried.is_done:
        status = refusing.refuse(form, tried.refusal)
        return _screen(request, window, form, rows, status=status)
    return HttpResponseRedirect(url_of(written))


def _announce(request, window: Window, form: WindowForm, found: windows.Counted) -> None:
    """Post it, or ask whoever was chosen: as the class that was read asks for."""
    given, message = form.cleaned_data, form.message()
    if found.needs_approval and given["approver"]:
        actions.ask_approval(
            window, approver=given["approver"], reason=given["reason"], by=request.user, message=message
        )
        messages.success(request, _("%(who)s is asked to approve it.") % {"who": given["approver"]})
        return
    actions.announce(window, by=request.user, message=message, expected=form.expected)
    if window.audience == Audience.PUBLIC:
        messages.success(request, _("Posted. It is on the page, and whoever follows it is told."))
    else:
        messages.success(request, _("Announced to staff."))


def _moved_to_earliest(request, window: Window | None, form: WindowForm, rows: BaseExpectedFormSet) -> HttpResponse:
    """Without a script: the form again, with its start where it may be planned."""
    form.is_valid()
    found = windows.counted(form, rows, window=window, user=request.user)
    if found.judgement is not None:
        form, rows = forms_for(request, window, data=window_forms.typed_again(form.data, **found.earliest))
        form.is_valid()
    return _screen(request, window, form, rows)


def _screen(
    request,
    window: Window | None,
    form: WindowForm,
    rows: BaseExpectedFormSet,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    opened = None if form.is_bound else (form.initial["starts_at"], form.initial["ends_at"])
    found = windows.counted(form, rows, window=window, user=request.user, opened=opened)
    return staff_page(
        request,
        "statuspage/staff/window/plan.html",
        status=status,
        title=_("Edit maintenance") if window else _("New maintenance"),
        window=window,
        form=form,
        rows=rows,
        counted=found,
        templates=WindowTemplate.objects.all() if window is None else (),
        may_announce=may(request.user, ANNOUNCE),
        recipients_of=window.public_id if window else "maintenance",
        **more,
    )
