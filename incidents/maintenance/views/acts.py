"""What is done to a window, one screen for each verb: a line in the table, the form, and what will happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from incidents import refusing
from incidents.choices import Audience
from incidents.exceptions import StaleVersion
from incidents.maintenance import actions
from incidents.maintenance.choices import AHEAD, RUNNING, State
from incidents.maintenance.forms.acts import (
    ActForm,
    CancelForm,
    EndForm,
    ExtendForm,
    ResultForm,
    UpdateForm,
    VersionForm,
    as_before,
)
from incidents.maintenance.models import Window
from incidents.maintenance.views.base import ANNOUNCE, back, of_window, to_the_list
from incidents.permissions import may
from incidents.views.incident import page

Words = str | Promise
PLAN = "maintenance.plan_window"
HALF_AN_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class Act:
    """A verb as staff meet it. ``states``: where it may be done; ``then`` is said once it was."""

    key: str
    label: Words
    verb: Callable[..., Any]
    form: type[VersionForm]
    states: tuple[State, ...]
    what: Words  # happens, beside the form
    then: Words
    right: str = ANNOUNCE
    is_risky: bool = False


ACTS = {
    act.key: act
    for act in (
        Act(
            "begin", _("Begin now"), actions.begin, ActForm, (State.SCHEDULED,),
            _("The page shows its components under maintenance, and whoever follows it is told."), _("It has begun."),
        ),
        Act(
            "update", _("Write an update"), actions.post_update, UpdateForm, AHEAD,
            _("It stands on the page, and whoever follows it is told."), _("Posted."),
        ),
        Act(
            "extend", _("Extend it"), actions.extend, ExtendForm, RUNNING,
            _("The page shows the new end; the window’s own page and messages the old one too. Calendars move theirs."),
            _("Extended."),
        ),
        Act(
            "verify", _("Work is done: verify"), actions.verify, ActForm, (State.IN_PROGRESS,),
            _("Readers read that the work is done and is being checked. It still counts as running."),
            _("It is being verified."),
        ),
        Act(
            "go-on", _("Go on working"), actions.go_on, UpdateForm, (State.VERIFYING,),
            _("What was checked is not well: readers read that there is more to do."), _("It goes on."),
        ),
        Act(
            "end", _("End it"), actions.end, EndForm, RUNNING,
            _("Its components are as they were before, and whoever follows it is told that it is over."),
            _("It is over."),
        ),
        Act(
            "cancel", _("Cancel it"), actions.cancel, CancelForm, (State.DRAFT, State.SCHEDULED, State.IN_PROGRESS),
            _("The page’s calendar and its own page show it as cancelled, calendars of readers take it out, and "
              "whoever was told of it is told."),
            _("Cancelled."), is_risky=True,
        ),
        Act(
            "result", _("Note how it went"), actions.note_result, ResultForm, (State.COMPLETED,),
            _("For staff and the report. Nobody is told."), _("Noted."), right=PLAN,
        ),
        Act(
            "discard", _("Delete the draft"), actions.discard, VersionForm, (State.DRAFT,),
            _("Nobody outside knew of it. Its history stays in the audit."), _("The draft is deleted."), right=PLAN,
            is_risky=True,
        ),
    )
}  # fmt: skip


def possible(window: Window, user) -> list[Act]:
    """What this person may do to it as it is now, in the order of the table. A draft is deleted rather than
    cancelled."""
    found = [act for act in ACTS.values() if window.state in act.states and may(user, act.right)]
    if window.is_draft:
        found = [act for act in found if act.key != "cancel"]
    if window.state == State.SCHEDULED and window.starts_at > timezone.now():
        found = [act for act in found if act.key != "begin"]
    return found


@require_http_methods(["GET", "POST"])
@of_window()
def act(request, window: Window, *, key: str) -> HttpResponse:
    """The screen of one of :data:`ACTS`."""
    found = ACTS.get(key)
    if found is None:
        raise Http404
    is_public = window.audience == Audience.PUBLIC
    if request.method == "POST":
        form = found.form(request.POST, is_public=is_public)
        if form.is_valid():
            with refusing.in_form(form) as tried:
                version = form.cleaned_data["version"]
                found.verb(window, by=request.user, version=version, **form.facts())
            if tried.is_done:
                messages.success(request, str(found.then))
                return to_the_list() if found.key == "discard" else back(window)
            if isinstance(tried.refusal, StaleVersion):
                window.refresh_from_db()
                form.data = {**form.data.dict(), "version": str(window.version)}
    elif window.state not in found.states and may(request.user, found.right):
        words = _("It is %(state)s: that cannot be done now.")
        messages.warning(request, words % {"state": window.get_state_display().lower()})
        return back(window)
    else:
        form = found.form(initial=_initial(found, window), is_public=is_public)
    return page(
        request, "maintenance/act.html", title=str(found.label), window=window, act=found, form=form,
        now=timezone.now(), may=may(request.user, found.right),
    )  # fmt: skip


def _initial(found: Act, window: Window) -> dict[str, object]:
    initial: dict[str, object] = {"version": window.version} | as_before(window)
    if found.key == "extend":
        initial["ends_at"] = timezone.localtime(max(window.ends_at, timezone.now()) + HALF_AN_HOUR)
    if found.key == "result":
        initial |= {"outcome": window.outcome, "result": window.result}
    return initial
