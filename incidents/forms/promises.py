"""Which promises to look at: a range of months, and what else narrows it."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import SeverityLevel
from incidents.clocks.promises import KINDS
from incidents.models import Team

MONTHS = 6  # shown where nobody chose


class MonthField(forms.Field):
    """A month, as the first instant of it in the person's zone."""

    def __init__(self, **options):
        super().__init__(widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"}), **options)

    def to_python(self, value):
        if not value:
            return None
        try:
            return timezone.make_aware(datetime.strptime(value, "%Y-%m"))  # noqa: DTZ007
        except (ValueError, OverflowError):
            raise ValidationError(_("Write a year and a month, such as 2026-11.")) from None


class ExplainForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("One sentence, for whoever reads the figures. Example: the carrier answered on Monday."),
        error_messages={"required": gettext_lazy("Say why; it stays on the record.")},
    )


class PromisesForm(forms.Form):
    """Read from the address, so that a choice can be kept as a bookmark."""

    first = MonthField(label=gettext_lazy("From"), required=False)
    last = MonthField(label=gettext_lazy("To"), required=False)
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"), coerce=int, empty_value=None, required=False,
        choices=[("", gettext_lazy("All")), *reversed(SeverityLevel.choices)],
    )  # fmt: skip
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    clock = forms.ChoiceField(label=gettext_lazy("Promise"), required=False)

    def __init__(self, data, *, now: datetime):
        data = data.copy()
        this = timezone.localtime(now)
        if not data.get("first") and not data.get("last"):
            data["first"], data["last"] = f"{_months_on(this, 1 - MONTHS):%Y-%m}", f"{this:%Y-%m}"
        super().__init__(data)
        promises = [(kind.clock_key(clock), clock.label) for kind in KINDS.values() for clock in kind.promises]
        self.fields["clock"].choices = [("", _("All")), *promises]
        teams = Team.objects.order_by("name").values_list("pk", "name")
        self.fields["team"].choices = [("", _("All")), *((str(pk), name) for pk, name in teams), ("none", _("No team"))]

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("first", _("The first month comes after the last; swap them."))
        return cleaned

    def period(self, now: datetime) -> tuple[datetime, datetime]:
        """From the first instant of the first month to that after the last."""
        last = self.cleaned_data.get("last") or timezone.localtime(now)
        first = self.cleaned_data.get("first") or last
        return _months_on(first, 0), _months_on(last, 1)


def _months_on(at: datetime, months: int) -> datetime:
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return timezone.make_aware(datetime(min(max(year, 1), 9998), month + 1, 1))  # noqa: DTZ001
