"""How long recovery takes, drawn and as a table; and each month with each severity on a line of a CSV (2-25)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from incidents import spreadsheet
from incidents.choices import SeverityLevel
from incidents.moments import period, span
from incidents.views.incident import for_those_who_may, page
from postmortems.choices import Metric
from postmortems.forms.learning import RecoveryForm, chosen, period_of
from postmortems.learning.chart import chart
from postmortems.learning.recovery import STEPS, Figure, Group, Recovery, recovery as read
from postmortems.views.learning import RIGHTS


@require_safe
@for_those_who_may(*RIGHTS)
def recovery(request):
    found, form, (start, end) = _read(request)
    asked = chosen(form)
    return page(
        request,
        "postmortems/learning/recovery.html",
        title=_("Recovery"),
        form=form,
        found=found,
        sentence=_sentence(found),
        period=period(start, end),
        panels=[_panel(step, found) for step in STEPS],
        steps=list(STEPS.values()),
        tables=[
            ("month", _("By month"), _linked(reversed(found.by_month), asked, "month")),
            ("severity", _("By severity"), _linked(found.by_severity, asked, "severity")),
        ],
        export=f"{reverse('postmortems_staff:recovery_export')}?{urlencode(asked)}",
    )


@require_safe
@for_those_who_may(*RIGHTS)
def export(request):
    """``incidents``: of how many the step is known."""
    found, _form, (start, end) = _read(request)
    header = ["month", "severity", "step", "incidents", "mean_minutes", "median_minutes"]
    rows = (
        [month.key, SeverityLevel(int(group.key)).name.lower(), step.value, *_numbers(figure)]
        for month, group in found.by_both()
        for step, figure in group.in_order
    )
    return spreadsheet.answer(spreadsheet.name("recovery", start, end), header, rows)


def _read(request):
    now = timezone.now()
    form = RecoveryForm(request.GET, now=now)
    start, end = period_of(form, now)
    severity = form.cleaned_data.get("severity")
    return read(request.user, start=start, end=end, severity=severity), form, (start, end)


def _panel(step: Metric, found: Recovery) -> dict:
    months = [(group.short, group.figures[step].median, group.figures[step].mean) for group in found.by_month]
    drawn = chart(months)
    return {"title": STEPS[step], "figure": found.total.figures[step], "chart": drawn, "key": step.value}


def _linked(groups: Iterable[Group], asked: dict[str, str], key: str) -> list[tuple[Group, str]]:
    """Those that hold any, each with the address that shows it alone."""
    found = []
    for group in groups:
        own = {"first": group.key, "last": group.key} if key == "month" else {key: group.key}
        if group.incidents:
            found.append((group, f"?{urlencode(asked | own)}"))
    return found


def _numbers(figure: Figure) -> list:
    pair = (figure.mean, figure.median)
    return [figure.count, *(None if value is None else round(value, 1) for value in pair)]


def _sentence(found: Recovery) -> str:
    figure = found.total.figures[Metric.RESOLVE]
    if not figure.count:
        return _("Nothing was resolved.")
    words = {"median": span(figure.median_length), "mean": span(figure.mean_length)}
    return _("Half of the incidents were resolved within %(median)s; the mean is %(mean)s.") % words
