"""The composer's form: a stage, a text, a promise and the state of each component, in one act."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from incidents.choices import Status
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
    deliver_notifications = forms.BooleanField(required=False, initial=True, label=gettext_lazy("Tell subscribers"))

    def __init__(self, *args, stages, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [(stage.value, stage.label) for stage in stages]

    def owes_a_next_update(self, data):
        return data.get("status") != Status.RESOLVED
