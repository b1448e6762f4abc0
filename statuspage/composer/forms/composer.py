"""The composer's form: a stage, a text, a promise and the state of each component, in one act."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import Status
from incidents.forms.moments import MomentField
from incidents.wall_times import with_clock
from statuspage.composer.forms.notice import NoticeForm, PlainText

MINE, THEIRS = "mine", "theirs"


class ComposerForm(NoticeForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    read_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    status = forms.ChoiceField(
        label=gettext_lazy("Stage"),
        error_messages={
            "required": gettext_lazy("Choose the stage."),
            "invalid_choice": gettext_lazy("This stage is not possible now; choose one of those shown."),
        },
    )
    override_reason = PlainText(required=False, max_length=2_000, label=gettext_lazy("Why resolve without the gate?"))
    end_impacts = forms.BooleanField(required=False, label=gettext_lazy("Everything works again: end all impacts"))
    tried = PlainText(required=False, max_length=2_000, label=gettext_lazy("Tried so far"))
    next_step = PlainText(required=False, max_length=2_000, label=gettext_lazy("What comes next"))
    report = forms.BooleanField(required=False, label=gettext_lazy("Promise a post-mortem"))
    report_by = MomentField(
        required=False,
        label=gettext_lazy("Post-mortem by"),
        error_messages={
            "invalid": with_clock(gettext_lazy("Write a date and a time, such as 2026-11-22 {at}."), 14, 30)
        },
    )
    tell_removal = forms.BooleanField(required=False)
    tell_removal_shown = forms.BooleanField(required=False)
    deliver_notifications = forms.BooleanField(required=False, initial=True, label=gettext_lazy("Tell subscribers"))

    def __init__(self, *args, stages, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [(stage.value, stage.label) for stage in stages]

    def clean(self):
        """With the all-clear only: ``report_by`` is none where no post-mortem is promised; ``report_typed`` stays.
        ``tell_removal`` is none where nobody was asked."""
        data = super().clean()
        data["report_typed"] = data.get("report_by")
        if not data.get("tell_removal_shown"):
            data["tell_removal"] = None
        if data.get("status") != Status.RESOLVED or not data.get("report"):
            data["report_by"] = None
        elif "report_by" not in self.errors and data.get("report_by") is None:
            self.add_error("report_by", _("Choose until when the post-mortem is promised."))
        elif data.get("report_by") and data["report_by"] <= timezone.now():
            self.add_error("report_by", _("This time has passed. Choose a later one."))
        return data

    def owes_a_next_update(self, data):
        return data.get("status") != Status.RESOLVED
