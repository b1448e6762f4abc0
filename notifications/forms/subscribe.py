"""The public forms: one field and one button for the common case, everything else folded."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from incidents.models.public_id import validate_time_zone
from notifications import addresses
from notifications.choices import Transport, WebhookFormat
from notifications.forms.addressing import LONGEST_URL, AddressField
from notifications.forms.choosing import SEVERITIES, ChoosingForm
from statuspage.models import Page

TRAP = "reason"  # people do not see it; programs that fill every field do


class Trapped(forms.Form):
    reason = forms.CharField(required=False)

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get(TRAP))


class SubscribeForm(Trapped, ChoosingForm):
    """An address, and if one likes, what to hear about. ``only``: follow this one incident, and nothing else."""

    address = AddressField(error_messages={"required": gettext_lazy("Write where the messages should go.")})
    only = forms.BooleanField(required=False)
    time_zone = forms.CharField(required=False, max_length=64)

    def __init__(self, *args, page: Page, transport: Transport, **kwargs):
        super().__init__(*args, page=page, **kwargs)
        self.transport = transport
        self.fields["address"].transport = transport

    def clean_time_zone(self):
        """The script's guess; what it is not sure of is left out."""
        name = self.cleaned_data["time_zone"]
        try:
            validate_time_zone(name)
        except ValidationError:
            return ""
        return name


class LostLinkForm(Trapped):
    """Where was it sent to?"""

    address = forms.CharField(
        max_length=LONGEST_URL, error_messages={"required": gettext_lazy("Write the address that gets the messages.")}
    )

    def clean_address(self):
        typed = self.cleaned_data["address"].strip()
        if ("://" not in typed and "@" not in typed) or not addresses.can_be(typed):
            raise ValidationError(
                _("Write an e-mail address such as ops@example.com, or the whole URL of a room or a webhook.")
            )
        return typed


class DetailsForm(forms.Form):
    """How messages read for this address."""

    time_zone = forms.CharField(required=False, max_length=64, strip=True)
    format = forms.ChoiceField(required=False, choices=WebhookFormat)

    def clean_time_zone(self):
        name = self.cleaned_data["time_zone"]
        if name:
            validate_time_zone(name)
        return name

    def clean_format(self):
        return self.cleaned_data["format"] or WebhookFormat.STANDARD


class KeepForm(forms.Form):
    """The scopes that stay: their boxes, and from which severity on each."""

    def __init__(self, data, *, rows):
        super().__init__(data)
        self.rows = list(rows)

    def clean(self):
        known = {str(row.pk): row for row in self.rows}
        levels = {str(level) for level, _words in SEVERITIES}
        keep = {}
        for pk in self.data.getlist("keep"):
            if row := known.get(pk):
                level = self.data.get(f"severity-{pk}")
                keep[row.pk] = int(level) if level in levels else row.min_severity
        return {"keep": keep}
