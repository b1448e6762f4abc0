"""An address that staff add by hand."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import SeverityLevel
from incidents.forms.picker import ComponentField
from incidents.models import Location
from notifications.audience.interests import Interest
from notifications.choices import Transport
from notifications.forms.addressing import LONGEST_URL, clean_address
from notifications.forms.choosing import SEVERITIES
from statuspage.models import Page
from statuspage.snapshot import layout


class AddSubscriberForm(forms.Form):
    """``curating.add``, asked in words."""

    page = forms.ModelChoiceField(Page.objects.all(), label=gettext_lazy("Page"), empty_label=None)
    transport = forms.ChoiceField(choices=Transport, widget=forms.RadioSelect, label=gettext_lazy("By"))
    address = forms.CharField(
        max_length=LONGEST_URL,
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("An e-mail address, or the URL of the incoming webhook. Example: ops@example.com."),
    )
    component = ComponentField(
        required=False,
        label=gettext_lazy("About"),
        empty_label=gettext_lazy("Everything on the page"),
        help_text=gettext_lazy("A part means whatever is added below it, too."),
    )
    location = forms.ModelChoiceField(
        Location.objects.all(), required=False, label=gettext_lazy("Where"), empty_label=gettext_lazy("Everywhere")
    )
    min_severity = forms.TypedChoiceField(
        coerce=int, choices=SEVERITIES, initial=SeverityLevel.MINOR.value, label=gettext_lazy("Which incidents")
    )
    has_agreed = forms.BooleanField(
        required=False,
        label=gettext_lazy("They have agreed elsewhere"),
        help_text=gettext_lazy(
            "By contract, or in writing: messages begin at once, and your name is kept with it. Without the tick a "
            "message asks them to confirm first."
        ),
    )

    def clean(self):
        facts = super().clean()
        if facts.get("address") and facts.get("transport"):
            try:
                facts["address"] = clean_address(Transport(facts["transport"]), facts["address"])
            except ValidationError as error:
                self.add_error("address", error)
        component, page = facts.get("component"), facts.get("page")
        if component and page and component.pk not in layout.component_ids([page])[page.pk]:
            self.add_error("component", _("%(page)s does not show this part. Choose another.") % {"page": page})
        return facts

    @property
    def wanted(self) -> list[Interest]:
        component, location = self.cleaned_data["component"], self.cleaned_data["location"]
        return [
            Interest(
                component.pk if component else None,
                location.pk if location else None,
                min_severity=self.cleaned_data["min_severity"],
            )
        ]
