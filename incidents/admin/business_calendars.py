"""Business calendars and change freezes: what notice of maintenance is counted by (3-05)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from django.contrib import admin
from django.db.models import PROTECT, Q
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _, gettext_lazy
from unfold.decorators import display

from incidents.actions import calendars
from incidents.admin.base import StaffModelAdmin
from incidents.business_calendars import countries, part_names, public_holidays
from incidents.forms.calendars import WEEK, CalendarDayForm, CalendarForm, FreezeForm
from incidents.models import BusinessCalendar, CalendarDay, ChangeFreeze
from incidents.moments import clock
from incidents.staff.model_admin import StrictTabularInline


class ComingDay(NamedTuple):
    """A day that is not as its weekday is: ``mark`` says in which way."""

    day: date
    name: str
    mark: str = ""


def coming_days(calendar: BusinessCalendar, *, first: date) -> tuple[list[ComingDay], int]:
    """Holidays of twelve months as they will count, with days of the calendar's own; and how many business days."""
    last = first + timedelta(days=365)
    names = {day: name for year in (first.year, last.year) for day, name in _public(calendar, year).items()}
    own = {row.day: row for row in calendar.own_days.all()}
    found, worked = [], 0
    for day in (first + timedelta(days=n) for n in range(365)):
        row, is_weekend = own.get(day), day.weekday() in calendar.weekend
        if row is not None and row.is_worked:
            found.append(ComingDay(day, names.get(day) or row.name, _("worked all the same")))
            worked += 1
        elif row is not None or day in names:
            mark = _("a day of your own") if row is not None else ""
            found.append(ComingDay(day, row.name if row else names[day], _("on the weekend") if is_weekend else mark))
        else:
            worked += not is_weekend
    return found, worked


def _public(calendar: BusinessCalendar, year: int) -> dict[date, str]:
    return public_holidays(calendar.country, calendar.subdivision, year)


class OwnDays(StrictTabularInline):
    model = CalendarDay
    form = CalendarDayForm
    extra = 0
    verbose_name = gettext_lazy("day of your own")
    verbose_name_plural = gettext_lazy(
        "Days of your own: holidays that the country does not have, and holidays that are worked"
    )


@admin.register(BusinessCalendar)
class BusinessCalendarAdmin(StaffModelAdmin):
    form = CalendarForm
    inlines = [OwnDays]
    list_display = ["name", "holidays_of", "free", "until", "version"]
    search_fields = ["name"]
    readonly_fields = ["coming", "used_by", "version"]
    held_by_incidents = False  # pages and locations hold it, which everybody may know
    refusal = gettext_lazy("%(name)s stays: it is used. Give those pages and locations another calendar first.")
    nothing_yet = (
        gettext_lazy("No business calendar yet"),
        gettext_lazy(
            "Notice of maintenance is counted in business days. Add the calendar of the country where customers or a "
            "data centre are, and choose it for pages and locations; without one, no holiday is left out."
        ),
        gettext_lazy("Reliability and leads add calendars."),
    )
    fieldsets = [
        (None, {"fields": ["name", "country", "subdivision", "weekend", "cut_off"]}),
        (gettext_lazy("How it counts"), {"fields": ["coming", "used_by", "version"]}),
    ]

    class Media:
        css = {"all": ["incidents/calendars.css"]}
        js = ["incidents/calendars.js"]

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else self.fieldsets[:1]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        days = any(each.has_changed() for formset in formsets for each in formset.forms)
        if change and (days or calendars.COUNTING & set(form.changed_data)):
            calendars.raise_versions([form.instance])

    @display(description=gettext_lazy("Public holidays"), ordering="country")
    def holidays_of(self, calendar):
        country = dict(countries()).get(calendar.country, calendar.country)
        part = part_names(calendar.country).get(calendar.subdivision, calendar.subdivision)
        return ", ".join(filter(None, [country, part])) or "–"

    @display(description=gettext_lazy("Weekend"))
    def free(self, calendar):
        return ", ".join(str(name) for number, name in WEEK if number in calendar.weekend) or "–"

    @display(description=gettext_lazy("Cut-off"), ordering="cut_off")
    def until(self, calendar):
        return clock(calendar.cut_off)

    @display(description=gettext_lazy("The next 12 months"))
    def coming(self, calendar):
        first = timezone.localdate()
        days, worked = coming_days(calendar, first=first)
        holds = Q(calendars=None) | Q(calendars=calendar)
        freezes = ChangeFreeze.objects.between(first, first + timedelta(days=365)).filter(holds)
        months = [(month, list(rows)) for month, rows in groupby(days, key=lambda each: each.day.replace(day=1))]
        found = {"months": months, "worked": worked, "freezes": freezes.order_by("first_day").distinct()}
        return render_to_string("incidents/coming_days.html", found)

    @display(description=gettext_lazy("Used by"))
    def used_by(self, calendar):
        """Of whichever app: pages belong to one above."""
        rows = [
            row
            for relation in calendar._meta.related_objects
            if relation.on_delete is PROTECT
            for row in getattr(calendar, relation.get_accessor_name()).order_by("pk")
        ]
        links = ((_address(row), f"{row._meta.verbose_name.capitalize()}: {row}") for row in rows)
        return format_html_join(
            ", ", "{}", ((format_html('<a class="bw-link" href="{}">{}</a>', *each),) for each in links)
        ) or _("Nothing yet: choose it on the screen of a page or a location.")


def _address(row) -> str:
    try:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""


RUNNING, COMING, PAST = "running", "coming", "past"
STATES = {RUNNING: gettext_lazy("Running"), COMING: gettext_lazy("Coming"), PAST: gettext_lazy("Past")}


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return list(STATES.items())

    def queryset(self, request, queryset):
        today = timezone.localdate()
        asked = {
            RUNNING: Q(first_day__lte=today, last_day__gte=today),
            COMING: Q(first_day__gt=today),
            PAST: Q(last_day__lt=today),
        }
        return queryset.filter(asked.get(self.value(), Q()))


@admin.register(ChangeFreeze)
class ChangeFreezeAdmin(StaffModelAdmin):
    class Media:
        css = {"all": ["incidents/calendars.css"]}

    form = FreezeForm
    list_display = ["name", "state", "first_day", "last_day", "where"]
    list_filter = [StateFilter]
    search_fields = ["name"]
    nothing_yet = (
        gettext_lazy("No change freeze"),
        gettext_lazy(
            "In a freeze nothing is changed unless somebody approves it. No planned start is proposed in it; its days "
            "count as business days."
        ),
        gettext_lazy("Reliability and leads add freezes."),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("calendars")

    def save_related(self, request, form, formsets, change):
        """Where it held and where it holds from now on, days are counted otherwise."""
        before = _where(form.instance) if change else []
        super().save_related(request, form, formsets, change)
        if form.has_changed():
            after = _where(form.instance)
            calendars.raise_versions(None if None in (before, after) else {*before, *after})

    def delete_model(self, request, obj):
        where = _where(obj)
        super().delete_model(request, obj)
        calendars.raise_versions(where)

    def delete_queryset(self, request, queryset):
        for row in queryset:
            self.delete_model(request, row)

    @display(description=gettext_lazy("State"))
    def state(self, freeze):
        today = timezone.localdate()
        key = COMING if freeze.first_day > today else PAST if freeze.last_day < today else RUNNING
        return STATES[key]

    @display(description=gettext_lazy("Where"))
    def where(self, freeze):
        return ", ".join(calendar.name for calendar in freeze.calendars.all()) or _("Everywhere")


def _where(freeze: ChangeFreeze) -> list[BusinessCalendar] | None:
    """The calendars in which it holds; none: in all."""
    return list(freeze.calendars.all()) or None
