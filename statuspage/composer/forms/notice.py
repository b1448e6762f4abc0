"""What every form has that writes to customers: the text with its template, the promise, the pages."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from incidents.forms.moments import MomentField
from incidents.plain_text import plain
from incidents.wall_times import with_clock
from statuspage.models import Page

QUICK_PICKS = (15, 30, 60)
CUSTOM = "custom"


class PlainText(forms.CharField):
    """Many lines, without the characters that no page can carry."""

    widget = forms.Textarea

    def to_python(self, value):
        value = super().to_python(value)
        return plain(value).strip() if value else value


def picks(minutes):
    """The promises to choose from; the limit of the severity is always among them."""
    every = sorted({*QUICK_PICKS, minutes})
    return [*((str(n), _("%(n)d min") % {"n": n}) for n in every), (CUSTOM, _("Custom"))]


class NoticeForm(forms.Form):
    """A text for customers. ``filled`` is what the template put there, so that what a person wrote is known."""

    template = forms.CharField(required=False)
    body = PlainText(
        required=False,
        max_length=25_000,
        label=gettext_lazy("What customers read"),
        error_messages={"max_length": gettext_lazy("This is longer than 25,000 characters; say it in fewer.")},
    )
    filled = PlainText(required=False, widget=forms.HiddenInput)
    filled_time = forms.CharField(required=False, widget=forms.HiddenInput)
    next = forms.ChoiceField(required=False, label=gettext_lazy("We speak next in"))
    promised_at = MomentField(
        required=False,
        label=gettext_lazy("Next update by"),
        error_messages={
            "invalid": with_clock(gettext_lazy("Write a date and a time, such as 2026-11-20 {at}."), 14, 30)
        },
    )
    pages = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Pages"),
        error_messages={"invalid_choice": gettext_lazy("One of the pages is gone; choose again.")},
    )

    def __init__(self, *args, minutes, every_page, **kwargs):
        super().__init__(*args, **kwargs)
        self.every_page: dict[str, Page] = {page.public_id: page for page in every_page}
        self.fields["next"].choices = picks(minutes)
        self.fields["next"].initial = str(minutes)
        self.minutes = minutes
        self.fields["pages"].choices = [(key, str(page)) for key, page in self.every_page.items()]

    def clean_pages(self):
        return [self.every_page[key] for key in self.cleaned_data["pages"]]

    def clean(self):
        data = super().clean()
        choice = data.get("next") or str(self.minutes)
        if choice == CUSTOM:
            data["promise"] = data.get("promised_at")
            if data["promise"] is None and "promised_at" not in self.errors and self.owes_a_next_update(data):
                self.add_error("promised_at", _("Choose when customers hear from you next."))
        else:
            data["promise"] = in_minutes(int(choice))
        return data

    def owes_a_next_update(self, data):
        return True

    @property
    def is_unmodified(self):
        """Whether the text still is the template's, as it was filled in (1-19)."""
        data = self.cleaned_data
        return bool(data.get("filled")) and data.get("body") == data["filled"]


def in_minutes(minutes, *, now=None):
    """A promise in whole minutes, never later than was said."""
    return ((now or timezone.now()) + timedelta(minutes=max(minutes, 1))).replace(second=0, microsecond=0)
