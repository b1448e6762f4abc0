"""Notice compliance of a period: drawn, by month, page and team, with every emergency and every overrun; and as CSV."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from incidents import spreadsheet
from incidents.maintenance import explaining, notice_report
from incidents.maintenance.forms.report import ReportForm
from incidents.maintenance.judging import frozen_of
from incidents.maintenance.notice_report import NoticeReport
from incidents.maintenance.places import url_of
from incidents.maintenance.views.base import SEE
from incidents.moments import period
from incidents.views.incident import for_those_who_may, page

NAMES = ("first", "last", "page", "team")


@for_those_who_may(SEE)
def report(request):
    """The figures, and what they are made of."""
    found, form, (start, end), _now = _read(request)
    chosen = {name: form.data[name] for name in NAMES if form.data.get(name)}
    return page(
        request,
        "maintenance/report.html",
        title=_("Notice of maintenance"),
        form=form,
        report=found,
        sentence=_sentence(found),
        detail=_detail(found),
        period=period(start, end),
        groups=[
            (_("By month"), found.by_month()),
            (_("By page"), found.by_page()),
            (_("By team"), found.by_team()),
        ],
        export=f"{reverse('maintenance_staff:report_export')}?{urlencode(chosen)}",
    )


@for_those_who_may(SEE)
def export(request):
    """One window on each line, with its arithmetic in words."""
    found, _form, (start, end), now = _read(request)
    header = [
        "window", "title", "kind", "pages", "team", "announced_at", "starts_at", "ends_at", "class", "notice_days",
        "asked_days", "reason", "author", "approved_by", "started_at", "ended_at", "overran_minutes", "early_minutes",
        "state", "arithmetic", "link",
    ]  # fmt: skip
    rows = (
        [
            row.window.public_id,
            row.window.title,
            row.window.kind,
            ", ".join(row.pages),
            row.window.team or "",
            _iso(row.window.announced_at),
            _iso(row.window.starts_at),
            _iso(row.window.ends_at),
            "planned" if row.is_planned else "emergency",
            row.days,
            row.asked,
            row.window.reason,
            row.window.author or "",
            row.window.approved_by or "",
            _iso(row.window.started_at),
            _iso(row.window.ended_at),
            _minutes(row.window.overran_by(now)),
            _minutes(row.window.ended_early_by()),
            row.window.state,
            explaining.in_full(frozen_of(row.window), is_emergency=bool(row.window.is_emergency)),
            settings.PUBLIC_URL + url_of(row.window),
        ]
        for row in found.rows
    )
    return spreadsheet.answer(spreadsheet.name("maintenance-notice", start, end), header, rows)


def _read(request) -> tuple[NoticeReport, ReportForm, tuple[datetime, datetime], datetime]:
    now = timezone.now()
    form = ReportForm(request.GET, now=now)
    if not form.is_valid():  # what is wrong stands beside its field; the rest is shown without it
        form.cleaned_data = {name: form.cleaned_data.get(name) for name in NAMES}
    chosen, (start, end) = form.cleaned_data, form.period(now)
    found = notice_report.report(
        request.user, start=start, end=end, now=now, page=chosen["page"] or "", team=chosen["team"] or ""
    )
    return found, form, (start, end), now


def _sentence(report: NoticeReport) -> str:
    total = report.total
    if not total.total:
        return _("No maintenance was announced.")
    if not total.emergencies:
        return ngettext("The one window was planned.", "All %(n)d windows were planned.", total.total) % {
            "n": total.total
        }
    words = {"planned": total.planned, "total": total.total}
    return _("%(planned)d of %(total)d windows were planned.") % words


def _detail(report: NoticeReport) -> str:
    if not report.total.total:
        return ""
    words = {"days": f"{report.total.typical:g}", "asked": report.asked}
    return _("Typically announced %(days)s business days ahead; %(asked)d are asked for.") % words


def _minutes(length: timedelta) -> float:
    return round(length / timedelta(minutes=1), 1)


def _iso(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
