"""An internal channel. Its address is a secret: it is typed, never shown again."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from notifications.choices import Topic, Transport
from notifications.forms.addressing import clean_address
from notifications.models import Channel
from notifications.models.channel import every_topic


def masked(transport: str, address: str) -> str:
    """Enough to tell it from another, too little to post to it. A mailbox is no secret."""
    if transport == Transport.EMAIL:
        return address
    return f"{urlsplit(address).hostname or '?'}/…{address[-4:]}"


class TopicBoxes(forms.CheckboxSelectMultiple):
    template_name = "notifications/widgets/topics.html"


class TopicsField(forms.MultipleChoiceField):
    widget = TopicBoxes


class ChannelForm(forms.ModelForm):
    topics = TopicsField(
        label=gettext_lazy("Hears about"),
        choices=Topic.choices,
        initial=every_topic,
        error_messages={"required": gettext_lazy("Tick at least one, or switch the channel off.")},
    )
    new_address = forms.CharField(  # under a name of its own: what stands in the row never comes back to a browser
        label=gettext_lazy("Address"),
        max_length=2000,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    class Meta:
        model = Channel
        fields = [
            "name", "transport", "team", "min_severity", "topics", "is_security", "time_zone", "is_active",
        ]  # fmt: skip
        labels = {"transport": gettext_lazy("Kind"), "is_active": gettext_lazy("Switched on")}
        help_texts = {
            "name": gettext_lazy("As people call it. Example: #support-incident."),
            "transport": gettext_lazy("A chat room by its incoming webhook, a mailbox, or a program of your own."),
            "team": gettext_lazy(
                "Only incidents that this team leads, or whose components it owns. Empty: those of every team."
            ),
            "min_severity": gettext_lazy("Incidents from this severity up."),
            "time_zone": gettext_lazy("Times in its messages are in this zone. Example: Europe/Berlin."),
            "is_active": gettext_lazy("Switched off, it keeps its settings and hears nothing."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields.get("new_address")
        if field is None:  # only looked at
            return
        example = _("Example: https://hooks.slack.com/services/…, or support@example.com for e-mail.")
        if self.instance.pk:
            field.required = False
            now = masked(self.instance.transport, self.instance.address)
            words = (
                _("Now: %(now)s. Leave this empty to keep it. %(example)s")
                if self.instance.transport == Transport.EMAIL
                else _(
                    "Now at %(now)s. The rest of it is a secret and not shown; leave this empty to keep it. %(example)s"
                )
            )
            field.help_text = words % {"now": now, "example": example}
        else:
            field.help_text = _("The URL of the incoming webhook, or an e-mail address. %(example)s") % {
                "example": example
            }

    def clean(self):
        """The address is judged by what it is the address of, beside its own field."""
        cleaned = super().clean()
        transport, typed = cleaned.get("transport"), cleaned.get("new_address", "")
        if not transport or "new_address" in self.errors:
            return cleaned
        if not typed:
            if self.instance.pk and transport != self.initial.get("transport"):
                self.add_error("new_address", _("Another kind of channel needs another address: type it here."))
            return cleaned
        try:
            cleaned["new_address"] = clean_address(Transport(transport), typed)
        except ValidationError as error:
            self.add_error("new_address", error)
        return cleaned
