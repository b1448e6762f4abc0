"""Putting a public update right, and taking it back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from incidents.forms.moments import MomentField
from incidents.wall_times import with_clock
from statuspage.composer.forms.notice import PlainText


class CorrectionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    body = PlainText(
        max_length=25_000,
        label=gettext_lazy("What customers read"),
        error_messages={"required": gettext_lazy("Write what customers should read, or withdraw the update.")},
    )
    tried = PlainText(required=False, max_length=2_000, label=gettext_lazy("Tried so far"))
    next_step = PlainText(required=False, max_length=2_000, label=gettext_lazy("What comes next"))
    promised_at = MomentField(
        label=gettext_lazy("Next update by"),
        help_text=gettext_lazy("Only while customers still wait for it. A changed promise needs a reason."),
        error_messages={
            "required": gettext_lazy("Choose when customers hear from you next."),
            "invalid": with_clock(gettext_lazy("Write a date and a time, such as 2026-11-20 {at}."), 14, 30),
        },
    )
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
            "Only where the old text misled people. Whoever was told of the update gets one message more, marked as "
            "a correction. Where its messages have not left yet, they leave corrected anyway."
        ),
    )

    def __init__(self, *args, was_promised=None, **kwargs):
        """``was_promised``: the time that customers wait for, if they still do."""
        super().__init__(*args, **kwargs)
        self.was_promised = was_promised
        if was_promised is None:
            del self.fields["promised_at"]

    def clean_promised_at(self):
        """Typed to the minute: the minute that it was is no change."""
        at, was = self.cleaned_data["promised_at"], self.was_promised
        return was if at == was.replace(second=0, microsecond=0) else at


class WithdrawalForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        max_length=255,
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("For staff, in the timeline. Example: posted on the wrong incident."),
        error_messages={"required": gettext_lazy("Say why; it stays on the record.")},
    )
    tell = forms.BooleanField(required=False, label=gettext_lazy("Tell whoever was told of this update"))
