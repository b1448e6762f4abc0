"""How a page tells its subscribers: delays, limits, sender, and texts in a language that can do no harm (1-18)."""

from __future__ import annotations

from django import forms
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _, gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from incidents import mailing
from notifications.forms.before_start import BeforeStartField
from notifications.messages import message_templates
from notifications.models import MessageSettings, MessageText
from notifications.models.message_settings import OF_INCIDENTS
from statuspage.plain_templates import BrokenText


def checked(text: str) -> str:
    try:
        message_templates.check(text)
    except BrokenText as error:
        raise forms.ValidationError(str(error)) from error
    return text


class NoticeForm(forms.ModelForm):
    maintenance_reminders = BeforeStartField(
        required=False,
        label=gettext_lazy("Reminders of maintenance"),
        help_text=gettext_lazy(
            "How long before the start subscribers are reminded, in d, h or min; up to five. Empty: never. Example: "
            "24 h, 1 h."
        ),
        widget=UnfoldAdminTextInputWidget(),
    )

    class Meta:
        model = MessageSettings
        fields = ["undo_seconds", "storm_limit", "maintenance_reminders", "sender_name", "reply_to", "header", "footer"]
        labels = {
            "undo_seconds": gettext_lazy("Undo delay, in seconds"),
            "sender_name": gettext_lazy("Mails come from"),
            "reply_to": gettext_lazy("Answers go to"),
            "header": gettext_lazy("Above each mail’s text"),
            "footer": gettext_lazy("Below each mail’s text"),
        }
        help_texts = {
            "undo_seconds": gettext_lazy(
                "For so long a message can be called back before it leaves. The page itself does not wait. 0: they "
                "leave at once. Example: 30."
            ),
            "storm_limit": gettext_lazy(
                "What goes beyond it is held back until a person releases it; of maintenance too. 0: no limit. "
                "Example: 12."
            ),
            "header": gettext_lazy(
                "Optional. Markdown, with variables in double braces. Example: Hello from {{ page }}."
            ),
            "footer": gettext_lazy(
                "Optional, above why the mail came and how to stop it. Example: Questions? {{ support_url }}"
            ),
        }
        widgets = {
            "header": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
            "footer": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        }

    def clean_reply_to(self):
        return mailing.checked(self.cleaned_data["reply_to"])

    def clean_header(self):
        return checked(self.cleaned_data["header"])

    def clean_footer(self):
        return checked(self.cleaned_data["footer"])

    def clean_sender_name(self):
        return " ".join(self.cleaned_data["sender_name"].split())


class StageTextForm(forms.ModelForm):
    class Meta:
        model = MessageText
        fields = ["event", "subject", "intro"]
        labels = {"event": gettext_lazy("Mail"), "intro": gettext_lazy("First line")}
        widgets = {"intro": UnfoldAdminTextareaWidget(attrs={"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["event"].disabled = True  # the four kinds stand there; only their words are edited
        name = dict(MessageText._meta.get_field("event").choices).get(self["event"].value(), "")
        for field in ("event", "subject", "intro"):
            self.fields[field].widget.attrs["aria-label"] = f"{self.fields[field].label}: {name}"

    def clean_subject(self):
        subject = " ".join(self.cleaned_data["subject"].split())
        if "manage_url" in subject:
            raise forms.ValidationError(
                _("A subject is the same for everybody; take this address into the first line.")
            )
        return checked(subject)

    def clean_intro(self):
        return checked(self.cleaned_data["intro"])


class StageTextFormSet(BaseInlineFormSet):
    """One row for each of the four kinds, whether or not its words were ever edited."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        there = {row.event for row in self.get_queryset()}
        missing = [event.value for event in OF_INCIDENTS if event.value not in there]
        self.extra = len(missing)
        self.initial_extra = [{"event": event} for event in missing]
