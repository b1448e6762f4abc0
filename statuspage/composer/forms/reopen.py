"""Reopening an incident: why it is not over, what is affected again, and what customers read with it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents.wall_times import with_clock
from statuspage.composer.forms.notice import NoticeForm, PlainText


class ReopenForm(NoticeForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = PlainText(
        label=gettext_lazy("Why is it not over?"),
        max_length=2_000,
        help_text=with_clock(
            gettext_lazy("For staff, stays on the record. Example: delays are back on the first route since {at}."),
            16,
            5,
        ),
        error_messages={"required": gettext_lazy("Say why; it stays on the record.")},
    )
    publish = forms.BooleanField(required=False, label=gettext_lazy("Tell customers now that it is back"))

    def clean(self):
        data = super().clean()
        if data.get("publish") and not data.get("body"):
            self.add_error("body", _("Write what customers should read, or take away the tick."))
        return data

    def owes_a_next_update(self, data):
        return bool(data.get("publish"))
