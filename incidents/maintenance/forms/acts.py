"""The forms of what is done to a window: each a word to readers, and whether they get a message."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from incidents.forms.moments import MomentField
from incidents.maintenance.actions import Message
from incidents.maintenance.choices import Outcome
from incidents.maintenance.models import Window


class VersionForm(forms.Form):
    """``version`` is the one that was read. ``is_public``: whether customers know of the window."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, is_public: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_public = is_public

    def facts(self) -> dict[str, object]:
        """What the verb takes beside who and version."""
        return {}


class MessageFields(forms.Form):
    """Whether subscribers get a message with an act, and why not."""

    deliver = forms.BooleanField(required=False, initial=True, label=gettext_lazy("Tell subscribers"))
    silence_reason = forms.CharField(
        required=False,
        max_length=255,
        label=gettext_lazy("Why nobody is told"),
        help_text=gettext_lazy("It stays on the record. The page shows the window all the same."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["silence_reason"].is_asked_for = True  # where it is shown

    def clean(self):
        data = super().clean()
        if not data.get("deliver") and not (data.get("silence_reason") or "").strip():
            self.add_error("silence_reason", _("Say why; it stays on the record."))
        return data

    def message(self, body: str = "") -> Message:
        """As verbs take it."""
        data = self.cleaned_data
        return Message(body=body, deliver=data["deliver"], silence_reason=data["silence_reason"])


def as_before(window: Window) -> dict[str, object]:
    """What :class:`MessageFields` begins with: nobody is told of what nobody was told of so far."""
    why_not = window.silence()
    return {"deliver": False, "silence_reason": why_not} if why_not else {}


class ActForm(MessageFields, VersionForm):
    """``body`` for readers, beside what the act says by itself."""

    needs_body = False
    body = forms.CharField(
        required=False,
        max_length=25_000,
        label=gettext_lazy("A word to customers"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    field_order = ["body"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.needs_body:
            self.fields["body"].required = True
            self.fields["body"].error_messages["required"] = _("Write what customers should read.")
        self.fields["silence_reason"].help_text = _("Only where subscribers are not told. It stays on the record.")
        if not self.is_public:
            self.fields["body"].label = _("A word to staff")
            self.fields["deliver"].label = _("Tell internal channels")

    def facts(self):
        return {"message": self.message(self.cleaned_data["body"])}


class UpdateForm(ActForm):
    needs_body = True


class ExtendForm(ActForm):
    ends_at = MomentField(
        label=gettext_lazy("New end"), error_messages={"required": gettext_lazy("Choose until when it takes now.")}
    )
    field_order = ["ends_at", "body", "deliver", "silence_reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = {"zone": timezone.get_current_timezone_name()}
        self.fields["ends_at"].help_text = _("In %(zone)s, your zone.") % words

    def facts(self):
        ends_at: datetime = self.cleaned_data["ends_at"]
        return super().facts() | {"ends_at": ends_at}


class EndForm(ActForm):
    outcome = forms.ChoiceField(choices=Outcome.choices, label=gettext_lazy("How it went"), initial=Outcome.DONE)
    result = forms.CharField(
        required=False,
        label=gettext_lazy("What came of it, for staff"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    field_order = ["outcome", "result", "body", "deliver", "silence_reason"]

    def facts(self):
        data = self.cleaned_data
        return super().facts() | {"outcome": Outcome(data["outcome"]), "result": data["result"]}


class CancelForm(ActForm):
    reason = forms.CharField(
        max_length=500,
        label=gettext_lazy("Why, for staff"),
        error_messages={"required": gettext_lazy("Say why; it stays on the record.")},
    )
    field_order = ["reason", "body", "deliver", "silence_reason"]

    def facts(self):
        return super().facts() | {"reason": self.cleaned_data["reason"]}


class ResultForm(VersionForm):
    """How it went, found out afterwards. Nobody is told."""

    outcome = EndForm.base_fields["outcome"]
    result = EndForm.base_fields["result"]

    def facts(self):
        data = self.cleaned_data
        return {"outcome": Outcome(data["outcome"]), "result": data["result"]}
