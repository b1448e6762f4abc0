"""What to look for, and which causes and figures to look at: read from the address, so that it can be kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import SeverityLevel
from incidents.forms.months import MonthField, PeriodForm, months_on
from incidents.models import Location
from incidents.tree import Tree
from postmortems.choices import CauseKind
from postmortems.learning.search import Wanted
from postmortems.learning.words import LONGEST_SEARCH, MOST_WORDS, wanted

DEEPER = "\u2003"  # before the name of a component, for each level
LONGEST_PERIOD = 5 * 12  # months


def severity_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=gettext_lazy("Severity"), coerce=int, empty_value=None, required=False,
        choices=[("", gettext_lazy("All")), *reversed(SeverityLevel.choices)],
    )  # fmt: skip


def kind_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Kind of cause"), required=False, choices=[("", gettext_lazy("All")), *CauseKind.choices]
    )


class SearchForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Search incidents and post-mortems"),
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": False}),
        error_messages={
            "max_length": gettext_lazy("Write up to %(limit_value)d characters; these are %(show_value)d.")
        },
    )
    component = forms.ChoiceField(label=gettext_lazy("Component"), required=False)
    location = forms.ChoiceField(label=gettext_lazy("Location"), required=False)
    kind = kind_field()
    severity = severity_field()
    first = MonthField(label=gettext_lazy("From"), required=False)
    last = MonthField(label=gettext_lazy("To"), required=False)
    postmortem = forms.BooleanField(label=gettext_lazy("Only with a post-mortem"), required=False)

    def __init__(self, data):
        super().__init__(data)
        self._tree = Tree()
        places, rows = self._tree.places(), self._tree.rows
        everywhere = [("", _("All"))]
        self.fields["component"].choices = everywhere + [
            (rows[pk].public_id, DEEPER * place.depth + rows[pk].name) for pk, place in places.items()
        ]
        self._locations = {row.public_id: row for row in Location.objects.all()}
        self.fields["location"].choices = everywhere + [(key, row.name) for key, row in self._locations.items()]

    def clean_q(self):
        typed = self.cleaned_data["q"]
        if len(typed.split()) > MOST_WORDS:
            raise ValidationError(_("Write up to %(n)d words.") % {"n": MOST_WORDS})
        if typed and not wanted(typed):
            raise ValidationError(_("There is no word in it. Letters and digits are looked for, such as queue."))
        return typed

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("first", _("The first month comes after the last; swap them."))
        return cleaned

    def wanted(self) -> Wanted:
        """Of what is wrong in it, nothing."""
        chosen = self.cleaned_data
        location = self._locations.get(chosen.get("location", ""))
        last = chosen.get("last")
        return Wanted(
            words=wanted(chosen.get("q", "")),
            components=self._with_all_below(chosen.get("component", "")),
            location=location.pk if location else None,
            severity=chosen.get("severity"),
            kind=chosen.get("kind", ""),
            start=chosen.get("first"),
            end=months_on(last, 1) if last else None,
            with_postmortem=chosen.get("postmortem", False),
        )

    def _with_all_below(self, public_id: str) -> frozenset[int]:
        row = next((row for row in self._tree.rows.values() if row.public_id == public_id), None)
        return frozenset(each.pk for each in (row, *self._tree.below(row))) if row else frozenset()


class LongPeriodForm(PeriodForm):
    """A year, where nobody chose; and not so many months that nobody could read them."""

    months = 12

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last - first > timedelta(days=31 * LONGEST_PERIOD):
            self.add_error("first", _("Choose five years at most."))
        return cleaned


class CausesForm(LongPeriodForm):
    kind = kind_field()


class RecoveryForm(LongPeriodForm):
    severity = severity_field()


def chosen(form: forms.Form) -> dict[str, str]:
    """What was chosen, as it stands in the address."""
    return {name: form.data[name] for name in form.fields if form.data.get(name)}


def period_of(form: PeriodForm, now: datetime) -> tuple[datetime, datetime]:
    """Its period; what is wrong in it stands beside its field, and the rest is shown without it."""
    if not form.is_valid():
        form.cleaned_data = {name: form.cleaned_data.get(name) for name in form.fields}
    return form.period(now)
