"""Putting a public update right, and taking it back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from statuspage.forms.telling import PlainText


class CorrectionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    body = PlainText(
        max_length=25_000,
        label=gettext_lazy("What customers read"),
        error_messages={"required": gettext_lazy("Write what customers should read, or withdraw the update.")},
    )
    tried = PlainText(required=False, max_length=2_000, label=gettext_lazy("Tried so far"))
    next_step = PlainText(required=False, max_length=2_000, label=gettext_lazy("What comes next"))
    reason = forms.CharField(
        required=False,
        max_length=255,
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("For staff, in the timeline. Example: wrong location named."),
    )
    tell_again = forms.BooleanField(
        required=False,
        label=gettext_lazy("Tell subscribers again"),
        help_text=gettext_lazy(
            "Only where the old text misled people. Nobody can subscribe yet; the wish is kept with the update."
        ),
    )

    def refuse(self, error, field):
        self.add_error(field if field in self.fields else None, str(error))


class WithdrawalForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        max_length=255,
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("For staff, in the timeline. Example: posted on the wrong incident."),
        error_messages={"required": gettext_lazy("Say why; it stays on the record.")},
    )

    def refuse(self, error, field):
        self.add_error(field if field in self.fields else None, str(error))
