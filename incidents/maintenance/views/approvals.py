"""Whoever is asked reads what is wanted and why, and approves or declines (3-07)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

from incidents import refusing
from incidents.maintenance import actions, explaining
from incidents.maintenance.actions.approving import APPROVE
from incidents.maintenance.judging import current, judged, read
from incidents.maintenance.models import Approval
from incidents.maintenance.views.base import ANNOUNCE, back, of_approval
from incidents.permissions import may
from incidents.views.incident import page


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        choices=[("approve", ""), ("decline", ""), ("withdraw", "")],
        error_messages={"required": gettext_lazy("Approve it or decline it.")},
    )
    reason = forms.CharField(
        required=False,
        max_length=500,
        label=gettext_lazy("Why, if you decline"),
        help_text=gettext_lazy("Whoever asked reads it."),
    )


@require_http_methods(["GET", "POST"])
@of_approval()
def approval(request, approval: Approval) -> HttpResponse:
    """Approved, it is announced at once."""
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        decision = form.cleaned_data["decision"]
        with refusing.in_form(form) as tried:
            if decision == "approve":
                actions.approve(approval, by=request.user)
            elif decision == "decline":
                actions.decline(approval, reason=form.cleaned_data["reason"], by=request.user)
            else:
                actions.withdraw(approval, by=request.user)
        if tried.is_done:
            said = {
                "approve": _("Approved, and announced."),
                "decline": _("Declined. Whoever asked is told why."),
                "withdraw": _("Taken back: nobody has to answer any more."),
            }
            messages.success(request, said[decision])
            return back(approval.window)
    notice = read(approval.arithmetic)
    window = approval.window
    times: dict[str, Any] = {"starts_at": approval.starts_at, "ends_at": approval.ends_at}
    fresh = judged(window, affects=current(window), now=timezone.now(), **times) if not approval.decision else None
    return page(
        request,
        "maintenance/approval.html",
        title=_("Approve maintenance"),
        approval=approval,
        window=window,
        moves=approval.wanted.get("moves", False),
        explained=explaining.in_full(notice, is_emergency=approval.is_emergency),
        rows=explaining.rows(notice),
        is_planned_now=fresh is not None and not fresh.needs_approval,
        is_emergency_now=fresh is not None and fresh.is_emergency and not approval.is_emergency,
        impacts=window.impacts.select_related("component", "location"),
        form=form,
        may_approve=may(request.user, APPROVE) and request.user != approval.asked_by,
        is_mine=request.user == approval.asked_by,
        may_take_back=may(request.user, ANNOUNCE),
    )
