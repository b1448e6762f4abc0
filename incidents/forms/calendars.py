"""Business calendars and change freezes as people fill them in; off-peak hours of a location."""

from __future__ import annotations

import json

from django import forms
from django.utils.translation import gettext as _, gettext_lazy
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget

from incidents.business_calendars import countries, part_names, subdivisions
from incidents.forms import moments, time_inputs
from incidents.forms.accounts import RightsWidget
from incidents.forms.fields import RowsField
from incidents.models import BusinessCalendar, CalendarDay, ChangeFreeze, Location
from incidents.wall_times import with_clock

WEEK = [
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
]
WHOLE = ("", gettext_lazy("The whole country"))


def parts(country: str) -> list[tuple[str, str]]:
    """As options: the name, and the code where that is another word."""
    return [(code, name if name == code else f"{name} ({code})") for code, name in part_names(country).items()]


class PartSelect(UnfoldAdminSelectWidget):
    """Parts of the country that is chosen; a script offers those of another one (``calendars.js``)."""

    def get_context(self, name, value, attrs):
        known = {code: parts(code) for code, _name in countries() if subdivisions(code)}
        return super().get_context(name, value, {"data-parts": json.dumps(known)} | (attrs or {}))


class ClockInput(time_inputs.ClockInput):
    """A time of day in the dress of an admin form."""

    def __init__(self, attrs=None):
        super().__init__({"class": " ".join(INPUT_CLASSES)} | (attrs or {}))


class DayInput(time_inputs.DayInput):
    def __init__(self, attrs=None):
        super().__init__({"class": " ".join(INPUT_CLASSES)} | (attrs or {}))


class CalendarForm(forms.ModelForm):
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("Its public holidays are no business days. Example: Germany. Empty: none are."),
        error_messages={"invalid_choice": gettext_lazy("Choose a country from the list.")},
    )
    subdivision = forms.CharField(
        label=gettext_lazy("Part of the country"),
        required=False,
        widget=PartSelect,
        help_text=gettext_lazy("Where a part has holidays of its own. Example: Hessen."),
    )
    weekend = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Weekend"),
        choices=WEEK,
        coerce=int,
        required=False,
        widget=RightsWidget,
        help_text=gettext_lazy("Days that are no business days. Example: Saturday and Sunday."),
        error_messages={"invalid_choice": gettext_lazy("Choose days of the week.")},
    )

    class Meta:
        model = BusinessCalendar
        fields = ["name", "country", "subdivision", "weekend", "cut_off"]
        widgets = {"cut_off": ClockInput}
        field_classes = {"cut_off": moments.ClockField}
        help_texts = {
            "name": gettext_lazy("As people choose it for pages and locations. Example: Germany, Hessen."),
            "cut_off": with_clock(
                gettext_lazy(
                    "What is published after it counts from the next business day; exactly then is in time. "
                    "Example: {at}."
                ),
                17,
            ),
        }
        error_messages = {"name": {"unique": gettext_lazy("Another calendar has this name; choose another one.")}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "country" not in self.fields:  # who may only read gets no fields
            return
        self.fields["country"].choices = [("", _("No public holidays")), *countries()]
        chosen = self.data.get("country", "") if self.is_bound else self.instance.country
        self.fields["subdivision"].widget.choices = [WHOLE, *parts(chosen)]

    def clean(self):
        cleaned = super().clean()
        country, part = cleaned.get("country"), cleaned.get("subdivision")
        if not part:
            return cleaned
        if not country:
            if "country" not in self.errors:
                self.add_error("subdivision", _("Choose the country first."))
        elif part not in subdivisions(country):
            name = dict(countries())[country]
            self.add_error("subdivision", _("This is no part of %(country)s; choose another.") % {"country": name})
        return cleaned


class CalendarDayForm(forms.ModelForm):
    """In a row there is no room for labels; a screen reader is told them all the same."""

    class Meta:
        model = CalendarDay
        fields = ["day", "name", "is_worked"]
        widgets = {"day": DayInput}
        field_classes = {"day": moments.DayField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label))


class FreezeForm(forms.ModelForm):
    calendars = RowsField(
        BusinessCalendar.objects.all(),
        label=gettext_lazy("Calendars"),
        required=False,
        widget=RightsWidget,
        help_text=gettext_lazy("Where it holds: pages and locations with these calendars. None: everywhere."),
    )

    class Meta:
        model = ChangeFreeze
        fields = ["name", "first_day", "last_day", "calendars"]
        widgets = {"first_day": DayInput, "last_day": DayInput}
        field_classes = {"first_day": moments.DayField, "last_day": moments.DayField}
        help_texts = {
            "name": gettext_lazy("It stands in every count that meets it. Example: Christmas business."),
            "first_day": gettext_lazy("From its first moment on, in the time of each place. Example: 2026-12-18."),
            "last_day": gettext_lazy("Still part of it, to its end. Example: 2027-01-03."),
        }

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("It ends before it begins; choose a later day."))
        return cleaned


class LocationForm(forms.ModelForm):
    class Meta:
        model = Location
        fields = ["name", "time_zone", "calendar", "off_peak_from", "off_peak_until", "position", "external_ids"]
        widgets = {"off_peak_from": ClockInput, "off_peak_until": ClockInput}
        field_classes = {"off_peak_from": moments.ClockField, "off_peak_until": moments.ClockField}
        help_texts = {
            "name": gettext_lazy("As customers know it. Example: Frankfurt."),
            "time_zone": gettext_lazy("Where it stands; maintenance is counted in its days. Example: Europe/Berlin."),
            "calendar": gettext_lazy(
                "Whose business days notice of maintenance here is counted by. Empty: without holidays."
            ),
            "off_peak_from": with_clock(
                gettext_lazy(
                    "When few customers are busy there, in its own time: maintenance belongs here. Example: {at}."
                ),
                23,
            ),
            "off_peak_until": with_clock(
                gettext_lazy("Earlier than the beginning means on the next day. Example: {at}."), 5
            ),
            "position": gettext_lazy("Lower numbers come first in every list. Example: 10, 20, 30 leave room between."),
        }

    def clean(self):
        """What the database demands, said beside the field."""
        cleaned = super().clean()
        both = ("off_peak_from", "off_peak_until")
        if any(name in self.errors for name in both):
            return cleaned
        begins, ends = (cleaned.get(name) for name in both)
        if begins is None and ends is not None:
            self.add_error("off_peak_from", _("Say when it begins too, or leave both empty."))
        elif ends is None and begins is not None:
            self.add_error("off_peak_until", _("Say when it ends too, or leave both empty."))
        elif begins is not None and begins == ends:
            self.add_error("off_peak_until", _("It ends when it begins; choose another time, or leave both empty."))
        return cleaned

    def _get_validation_exclusions(self):
        """The constraint is said above, beside the field, and not once more over the form."""
        return {*super()._get_validation_exclusions(), "off_peak_from"}
