"""An announced window is moved, or what readers see of it is changed; what that does to its class is shown before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from incidents import refusing
from incidents.choices import Audience
from incidents.exceptions import StaleVersion
from incidents.maintenance import actions, explaining
from incidents.maintenance.actions.drafting import INTERNAL, PUBLIC
from incidents.maintenance.choices import State
from incidents.maintenance.forms.acts import as_before
from incidents.maintenance.judging import current
from incidents.maintenance.models import Window
from incidents.maintenance.places import url_of
from incidents.maintenance.views.base import ANNOUNCE, of_window
from incidents.views.incident import REFUSED, page as staff_page
from statuspage.actions import place_window
from statuspage.composer import overtaken, window_forms, windows
from statuspage.composer.forms.expected import ExpectedFormSet
from statuspage.composer.forms.places import Places
from statuspage.composer.forms.window import AmendForm, MoveForm
from statuspage.snapshot import layout


@require_http_methods(["GET", "POST"])
@of_window(ANNOUNCE)
def move(request, window: Window) -> HttpResponse:
    """It shows what changes for readers and for the class before anything is saved."""
    if window.state != State.SCHEDULED and request.method != "POST":  # posted, the act refuses it beside what was typed
        messages.error(request, _("Only what is announced and has not begun is moved."))
        return HttpResponseRedirect(url_of(window))
    if request.method != "POST":
        return _move_screen(request, window, _move_form(request, window))
    form = _move_form(request, window, data=request.POST)
    is_valid = form.is_valid()
    found = windows.counted(form, None, window=window, user=request.user)
    if request.POST.get("act") == "earliest" and found.judgement is not None:
        form = _move_form(request, window, data=window_forms.typed_again(form.data, **found.earliest))
        form.is_valid()
        return _move_screen(request, window, form)
    if not is_valid:
        return _move_screen(request, window, form, status=REFUSED)
    given, message = form.cleaned_data, form.message(form.cleaned_data["body"])
    how = {
        "starts_at": given["starts_at"], "ends_at": given["ends_at"], "time_zone": given["time_zone"],
        "message": message, "by": request.user, "version": _version(window, given),
    }  # fmt: skip
    row = Window.objects.get(pk=window.pk)
    with refusing.in_form(form) as tried:
        if found.needs_approval and given["approver"]:
            actions.ask_approval(row, approver=given["approver"], reason=given["reason"], **how)
            messages.success(request, _("%(who)s is asked to approve it.") % {"who": given["approver"]})
        else:
            actions.reschedule(row, expected=form.expected, **how)
            messages.success(request, _("Moved. Readers see both times, and calendars move theirs."))
    if tried.is_done:
        return HttpResponseRedirect(url_of(window))
    more = overtaken.beside(form, window, ()) if isinstance(tried.refusal, StaleVersion) else {"window": window}
    return _move_screen(request, form=form, status=tried.status, **more)


@require_POST
@of_window(ANNOUNCE)
def count_move(request, window: Window) -> HttpResponse:
    """What moving it would come to: a fragment for the script of the form."""
    form = _move_form(request, window, data=request.POST)
    form.is_valid()
    before = explaining.span(window.starts_at, window.ends_at, window.time_zone)
    found = windows.counted(form, None, window=window, user=request.user)
    context = {"counted": found, "form": form, "moves": True, "before": before, "window": window}
    return TemplateResponse(request, "statuspage/staff/window/_slots.html", context)


@require_http_methods(["GET", "POST"])
@of_window(ANNOUNCE)
def amend(request, window: Window) -> HttpResponse:
    """Text, components and pages of an announced window, with a word to whoever was told."""
    if (window.is_draft or window.is_over) and request.method != "POST":
        return HttpResponseRedirect(url_of(window))
    if request.method != "POST":
        initial = window_forms.initial_of(window) | {"pages": layout.pages_of_window(window)} | as_before(window)
        form = AmendForm(initial=initial, owners=window_forms.owners())
        return _amend_screen(request, window, form, ExpectedFormSet(places=Places(), opened=current(window)))
    form, rows = AmendForm(request.POST, owners=window_forms.owners()), ExpectedFormSet(request.POST, places=Places())
    if not (form.is_valid() & rows.is_valid()):
        return _amend_screen(request, window, form, rows, status=REFUSED)
    given = form.cleaned_data
    with refusing.in_form(form) as tried, transaction.atomic():
        row = actions.edit(
            window, by=request.user, version=_version(window, given), **{name: given[name] for name in INTERNAL}
        )
        if row.audience == Audience.PUBLIC:
            place_window(row, list(given["pages"]), by=request.user)
        actions.amend(
            row, by=request.user, affects=rows.affects(), message=form.message(given["note"]),
            **{name: given[name] for name in PUBLIC},
        )  # fmt: skip
    if tried.is_done:
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(url_of(window))
    names = (*PUBLIC, *INTERNAL)
    more = overtaken.beside(form, window, names) if isinstance(tried.refusal, StaleVersion) else {"window": window}
    return _amend_screen(request, form=form, rows=rows, status=tried.status, **more)


def _move_form(request, window: Window, *, data=None) -> MoveForm:
    choosing = {
        "zones": window_forms.zones(request.user, window),
        "approvers": window_forms.approvers(request.user),
    }
    if data is not None:
        return MoveForm(data, **choosing)
    times = window_forms.initial_times(window.starts_at, window.ends_at, window.time_zone)
    return MoveForm(initial=times | {"version": window.version} | as_before(window), **choosing)


def _move_screen(request, window: Window, form: MoveForm, *, status: int = 200, **more: Any) -> HttpResponse:
    before = explaining.span(window.starts_at, window.ends_at, window.time_zone)
    opened = None if form.is_bound else (window.starts_at, window.ends_at)
    found = windows.counted(form, None, window=window, user=request.user, opened=opened)
    return staff_page(
        request, "statuspage/staff/window/move.html", title=_("Move maintenance"), status=status, window=window,
        form=form, counted=found, before=before, moves=True, recipients_of=window.public_id, **more,
    )  # fmt: skip


def _amend_screen(request, window: Window, form: AmendForm, rows: Any, *, status: int = 200, **more: Any):
    return staff_page(
        request, "statuspage/staff/window/amend.html", title=_("Change what readers see"), status=status,
        window=window, form=form, rows=rows, **more,
    )  # fmt: skip


def _version(window: Window, given: dict) -> int | None:
    """That was read. Of what cannot be changed any more the refusal says so, and not that somebody was quicker."""
    return None if window.is_over or window.is_draft else given["version"]
