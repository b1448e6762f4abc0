"""A range of months, read from the address of a screen."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy


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


class PeriodForm(forms.Form):
    """``months``: shown where nobody chose."""

    months = 6

    first = MonthField(label=gettext_lazy("From"), required=False)
    last = MonthField(label=gettext_lazy("To"), required=False)

    def __init__(self, data, *, now: datetime):
        data = data.copy()
        this = timezone.localtime(now)
        if not data.get("first") and not data.get("last"):
            data["first"], data["last"] = f"{months_on(this, 1 - self.months):%Y-%m}", f"{this:%Y-%m}"
        super().__init__(data)

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
        return months_on(first, 0), months_on(last, 1)


def months_on(at: datetime, months: int) -> datetime:
    """The first instant of the month that is so many months later."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return timezone.make_aware(datetime(min(max(year, 1), 9998), month + 1, 1))  # noqa: DTZ001
