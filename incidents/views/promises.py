"""Promises kept: how many were met, how late the others came, and why (2-11, 3-22); and how the reason is given."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from incidents import actions, refusing, spreadsheet
from incidents.clocks import figures
from incidents.clocks.figures import Report
from incidents.clocks.promises import KINDS
from incidents.forms.promises import ExplainForm, PromisesForm
from incidents.models import Breach
from incidents.moments import period, span
from incidents.views.incident import for_those_who_may, page

PER_PAGE = 20
NAMES = ("first", "last", "severity", "team", "clock")


@for_those_who_may("incidents.view_incident")
def promises(request):
    """The figures of a period, and every late one with its reason."""
    report, form, (start, end), now = _read(request)
    late = Paginator(report.late, PER_PAGE).get_page(request.GET.get("p"))
    chosen = {name: form.data[name] for name in NAMES if form.data.get(name)}
    groups = [
        (_("By promise"), "clock", report.by_clock()),
        (_("By month"), "month", report.by_month()),
        (_("By severity"), "severity", report.by_severity()),
        (_("By team"), "team", report.by_team()),
    ]
    return page(
        request,
        "incidents/promises.html",
        title=_("Promises kept"),
        form=form,
        report=report,
        total=report.total,
        sentence=_sentence(report),
        detail=_detail(report),
        period=period(start, end),
        groups=[(title, key, _linked(rows, key, chosen)) for title, key, rows in groups],
        late=late,
        explained={name for name, kind in KINDS.items() if request.user.has_perm(kind.right)},
        export=f"{reverse('admin:promises_export')}?{urlencode(chosen)}",
        chosen=urlencode(chosen),
        now=now,
    )


@for_those_who_may("incidents.view_incident")
def export(request):
    """The same promises, one on each line, met ones too."""
    report, _form, (start, end), now = _read(request)
    header = [
        "incident", "title", "severity", "team", "promise", "started_at", "due_at", "met_at", "kept", "late_minutes",
        "reason", "reason_by", "link",
    ]  # fmt: skip
    rows = (
        [
            promise.subject.public_id,
            promise.subject.title,
            promise.subject.severity.name if promise.subject.severity else "",
            promise.subject.team or "",
            promise.clock.value,
            _iso(promise.started_at),
            _iso(promise.due_at),
            _iso(promise.met_at),
            "no" if promise.is_late(now) else "yes",
            promise.late_by(now) // timedelta(seconds=6) / 10,  # rounded down, as the words beside it on a screen
            promise.breach.reason if promise.breach else "",
            promise.breach.reason_by or "" if promise.breach else "",
            settings.PUBLIC_URL + promise.subject.url,
        ]
        for promise in sorted(report.promises, key=lambda promise: (promise.due_at, promise.subject.pk))
    )
    return spreadsheet.answer(spreadsheet.name("promises", start, end), header, rows)


@require_http_methods(["GET", "HEAD", "POST"])
def explain(request, breach_id):
    """Why it was late, whatever owed it: from the figures, from the home, and from its own screen."""
    breach = Breach.objects.select_related("reason_by").filter(pk=breach_id).first()
    kind = KINDS.get(breach.kind) if breach else None
    subject = kind.find(breach.incident_id or breach.subject_id, user=request.user) if kind else None
    if subject is None:
        raise Http404
    request.incident = kind.incident(subject.row)  # the sidebar lights the list that it stands in
    return for_those_who_may(kind.right, title=gettext_lazy("Why was it late?"))(_explain)(request, breach, subject)


def _explain(request, breach, subject):
    form = ExplainForm(request.POST if request.method == "POST" else None, initial={"reason": breach.reason})
    if form.is_valid():
        with refusing.in_form(form) as tried:
            actions.explain_breach(breach, reason=form.cleaned_data["reason"], by=request.user)
        if tried.is_done:
            messages.success(request, _("Thank you: the reason stands with the figures."))
            return HttpResponseRedirect(f"{subject.url}#late")
    label = subject.kind.promises(breach.clock).label
    return page(
        request, "incidents/explain.html", title=_("Why was it late?"), form=form, breach=breach, subject=subject,
        label=label,
    )  # fmt: skip


def _read(request) -> tuple[Report, PromisesForm, tuple[datetime, datetime], datetime]:
    now = timezone.now()
    form = PromisesForm(request.GET, now=now)
    if not form.is_valid():  # what is wrong stands beside its field; the rest is shown without it
        form.cleaned_data = {name: form.cleaned_data.get(name) for name in NAMES}
    chosen, (start, end) = form.cleaned_data, form.period(now)
    report = figures.report(
        request.user, start=start, end=end, now=now,
        clock=chosen["clock"] or "", severity=chosen["severity"], team=chosen["team"] or "",
    )  # fmt: skip
    return report, form, (start, end), now


def _linked(rows, key, chosen):
    """Each row with the address that shows it alone."""
    for row in rows:
        own = {"first": row.key, "last": row.key} if key == "month" else {key: row.key}
        yield row, f"?{urlencode(chosen | own)}"


def _sentence(report: Report) -> str:
    total = report.total
    if not total.total:
        return _("No promise was due.")
    if not total.late:
        return ngettext("The one promise was kept.", "All %(n)d promises were kept.", total.total) % {"n": total.total}
    words = {"met": total.met, "total": total.total}
    return (
        ngettext("%(met)d of %(total)d promises was kept.", "%(met)d of %(total)d promises were kept.", total.met)
        % words
    )


def _detail(report: Report) -> str:
    total = report.total
    if not total.late:
        return ""
    if total.late == 1:
        return _("One came late, by %(worst)s.") % {"worst": span(total.worst)}
    words = {"n": total.late, "median": span(total.median), "worst": span(total.worst)}
    return _("%(n)d came late: half of them by %(median)s or more, the worst by %(worst)s.") % words


def _iso(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
