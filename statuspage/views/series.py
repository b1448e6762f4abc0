"""Maintenance that recurs: the list, the form with its next starts, and what leaves one out or stops it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from incidents import moments, refusing
from incidents.exceptions import DomainError, StaleVersion
from incidents.maintenance import actions
from incidents.maintenance.actions.series import current
from incidents.maintenance.actions.series_facts import comes_after
from incidents.maintenance.models import Series, Window
from incidents.permissions import may
from incidents.views.incident import REFUSED, around, for_those_who_may, page as staff_page
from statuspage.actions import write_series
from statuspage.composer import series as beside, window_forms
from statuspage.composer.forms.expected import BaseExpectedFormSet, ExpectedFormSet
from statuspage.composer.forms.places import Places
from statuspage.composer.forms.window import SeriesForm
from statuspage.models import Page

SEE, CHANGE = "maintenance.view_series", "maintenance.change_series"
FACTS = (
    "title", "kind", "audience", "body", "advice", "plan", "roll_back", "owner", "team", "is_automatic", "rule",
    "time_zone", "announce_days",
)  # fmt: skip
SECOND_TUESDAY = "FREQ=MONTHLY;BYDAY=2TU"
RULES = {
    "FREQ=WEEKLY": gettext_lazy("every week, on the weekday of the first start"),
    "FREQ=WEEKLY;INTERVAL=2": gettext_lazy("every second week"),
    "FREQ=MONTHLY;BYDAY=1SU": gettext_lazy("each first Sunday of a month"),
    SECOND_TUESDAY: gettext_lazy("each second Tuesday of a month"),
    "FREQ=YEARLY": gettext_lazy("once a year"),
}


def series_or_404(request, public_id: str) -> Series:
    found = Series.objects.select_related("owner", "team").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def of_series(*rights: str):
    """A view around one series, which is given the row."""
    return around(series_or_404, *rights, see=SEE)


@for_those_who_may(SEE)
def listing(request):
    """Every series with when it recurs and the next window that was made of it."""
    coming = Window.objects.filter(series=OuterRef("pk"), starts_at__gte=timezone.now()).order_by("starts_at", "pk")
    found = Series.objects.select_related("owner", "team").order_by("-is_active", "title", "pk")
    rows = list(found.annotate(coming=Subquery(coming.values("pk")[:1])))
    following = Window.objects.in_bulk([row.coming for row in rows if row.coming])
    empty = {*Series.objects.without_components().values_list("pk", flat=True)}
    shown = [
        (
            row,
            beside.in_words(row.rule, row.first_at, row.time_zone)[0],
            following.get(row.coming),
            row.pk in empty,
        )
        for row in rows
    ]
    return staff_page(
        request, "statuspage/staff/window/series_list.html", title=_("Maintenance that recurs"), rows=shown,
        may_change=may(request.user, CHANGE),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_those_who_may(SEE, CHANGE)
def new(request):
    return _write(request, None)


@require_http_methods(["GET", "POST"])
@of_series()
def series(request, series: Series):
    """Who may not change it reads it."""
    if request.method == "POST" and not may(request.user, CHANGE):
        return _screen(request, series, *_forms(request, series))
    return _write(request, series)


@require_POST
@for_those_who_may(SEE, CHANGE)
def count(request):
    """The next starts as the form stands: a fragment for its script."""
    form, rows = _forms(request, None, data=request.POST)
    form.is_valid()
    series = Series.objects.filter(public_id=request.POST.get("series", "")).first()
    return TemplateResponse(request, "statuspage/staff/window/_series_slots.html", _beside(request, series, form, rows))


@require_POST
@of_series(CHANGE)
def act(request, series: Series):
    """Leave an occurrence out, stop the series, or let it go on."""
    verb, reason = request.POST.get("act"), request.POST.get("reason", "")
    with refusing.in_messages(request) as tried:
        if verb == "skip":
            occurrence = moments.read(request.POST.get("occurrence", ""))
            if occurrence is None:
                raise DomainError(_("The series has no start then."))
            actions.skip_occurrence(series, occurrence=occurrence, reason=reason, by=request.user)
            done = _("It is left out.")
        elif verb == "stop":
            actions.stop_series(series, reason=reason, by=request.user)
            done = _("The series is stopped. What is announced takes place.")
        elif verb == "resume":
            actions.resume_series(series, by=request.user)
            done = _("The series goes on.")
        else:
            raise DomainError(_("Nothing was done."))
    if tried.is_done:
        messages.success(request, done)
    return HttpResponseRedirect(reverse("statuspage_staff:series", args=[series.public_id]))


def _forms(request, series: Series | None, *, data=None) -> tuple[SeriesForm, BaseExpectedFormSet]:
    choosing = {"zones": window_forms.zones(request.user), "owners": window_forms.owners()}
    if data is not None:
        return SeriesForm(data, **choosing), ExpectedFormSet(data, places=Places())
    if series is None:
        pages = list(Page.objects.filter(is_default=True))
        zone = window_forms.first_zone(pages)
        start = window_forms.typical_start(Window(time_zone=zone), pages=pages, zone=zone, now=timezone.now())
        times = window_forms.initial_times(start, start + timedelta(hours=2), zone)
        initial = {"pages": pages, "owner": request.user, "rule": SECOND_TUESDAY, "announce_days": 21} | times
        return SeriesForm(initial=initial, **choosing), ExpectedFormSet(places=Places())
    initial = window_forms.initial_of(series) | {
        "pages": list(Page.objects.filter(listed_series__series=series)), "rule": series.rule,
        "announce_days": series.announce_days, "version": series.version,
    }  # fmt: skip
    ends_at = series.first_at + timedelta(minutes=series.minutes)
    initial |= window_forms.initial_times(series.first_at, ends_at, series.time_zone)
    return SeriesForm(initial=initial, **choosing), ExpectedFormSet(places=Places(), opened=current(series))


def _write(request, series: Series | None) -> HttpResponse:
    if request.method != "POST":
        return _screen(request, series, *_forms(request, series))
    form, rows = _forms(request, series, data=request.POST)
    if not (form.is_valid() & rows.is_valid()):
        return _screen(request, series, form, rows, status=REFUSED)
    given = form.cleaned_data
    with refusing.in_form(form, names={"minutes": "length", "first_at": "date"}) as tried:
        written = write_series(
            series, by=request.user, affects=rows.affects(), pages=list(given["pages"]), version=given["version"],
            first_at=given["starts_at"], minutes=form.minutes, **{name: given[name] for name in FACTS},
        )  # fmt: skip
    if tried.is_done:
        if written.is_active and comes_after(written, timezone.now()):
            words = _("Saved. Its windows are announced by themselves: those that are due now within five minutes.")
            messages.success(request, words)
        else:
            messages.success(request, _("Saved. No window is made of it any more."))
        return HttpResponseRedirect(reverse("statuspage_staff:series", args=[written.public_id]))
    if isinstance(tried.refusal, StaleVersion):
        version = Series.objects.values_list("version", flat=True).get(pk=series.pk)
        form.data = window_forms.typed_again(request.POST, version=str(version))
    return _screen(request, series, form, rows, status=tried.status)


def _beside(request, series: Series | None, form: SeriesForm, rows: BaseExpectedFormSet) -> dict:
    data = form.cleaned_data if form.is_bound else form.initial
    times = form.times if form.is_bound else (form.initial["starts_at"], form.initial["ends_at"])
    rule, zone, days = data.get("rule"), data.get("time_zone"), data.get("announce_days")
    if not (rule and zone and times and days):
        return {"words": "", "refused": "", "upcoming": [], "left_behind": []}
    affects = rows.affects() if rows.is_bound else rows.opened
    found = beside.upcoming(
        rule, times=times, zone=zone, announce_days=days, affects=affects, audience=data.get("audience") or "",
        pages=[page.pk for page in data.get("pages") or ()], now=timezone.now(), series=series,
    )  # fmt: skip
    left = beside.left_behind(series, rule, first_at=times[0], zone=zone, now=timezone.now()) if series else []
    words, refused = beside.in_words(rule, times[0], zone)
    return {"words": words, "refused": refused, "upcoming": found, "series": series, "left_behind": left}


def _screen(request, series, form, rows, *, status: int = 200) -> HttpResponse:
    return staff_page(
        request, "statuspage/staff/window/series.html", status=status, form=form, rows=rows, series=series,
        title=series.title if series else _("New series"), rules=RULES, may_change=may(request.user, CHANGE),
        is_empty=series is not None and series.is_active and not series.impacts.exists(),
        **{key: value for key, value in _beside(request, series, form, rows).items() if key != "series"},
    )  # fmt: skip
