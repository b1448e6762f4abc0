"""Report a suspicion in 20 seconds; say why it was nothing, or why it was not."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import DetectionSource, SeverityLevel
from incidents.forms.fields import SeverityField
from incidents.forms.moments import MomentField
from incidents.forms.picker import ComponentsField, LocationsField, places
from incidents.models import Severity
from incidents.wall_times import with_clock

SINCE = [
    ("0", gettext_lazy("Now")),
    ("5", gettext_lazy("5 min")),
    ("15", gettext_lazy("15 min")),
    ("earlier", gettext_lazy("Earlier")),
]


class ReportForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("What looks wrong?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True}),
        help_text=gettext_lazy("As a customer would say it. Example: SMS to German numbers arrive late."),
        error_messages={"required": gettext_lazy("Say in a few words what fails, such as: SMS arrive late.")},
    )
    components = ComponentsField(
        label=gettext_lazy("Where do you see it?"),
        help_text=gettext_lazy("Not sure? Leave it empty; whoever confirms fills it in. Example: SMS outbound."),
    )
    locations = LocationsField(
        label=gettext_lazy("In which locations?"),
        help_text=gettext_lazy("None chosen means everywhere. Example: only Frankfurt."),
    )
    since = forms.ChoiceField(
        label=gettext_lazy("Since when?"), choices=SINCE, initial="0", widget=forms.RadioSelect, required=False
    )
    started_at = MomentField(
        label=gettext_lazy("Began at"),
        required=False,
        help_text=with_clock(
            gettext_lazy("In your own time zone; roughly is enough. Example: the first ticket came at {at}."), 13, 33
        ),
    )
    detection_source = forms.ChoiceField(
        label=gettext_lazy("How do you know?"),
        choices=[
            (DetectionSource.CUSTOMER, gettext_lazy("Customers told us")),
            (DetectionSource.MONITORING, gettext_lazy("An alert")),
            (DetectionSource.INTERNAL, gettext_lazy("Somebody here noticed")),
        ],
        initial=DetectionSource.INTERNAL,
        widget=forms.RadioSelect,
    )
    severity = SeverityField(
        label=gettext_lazy("How bad does it look?"),
        help_text=gettext_lazy("A first guess is enough; whoever confirms decides. Example: one region slow is minor."),
    )
    summary = forms.CharField(
        label=gettext_lazy("What else do you know?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=with_clock(
            gettext_lazy("For staff only. Example: 14 tickets since {at}, all about one-time codes."), 13, 33
        ),
    )
    is_data_leak = forms.BooleanField(
        label=gettext_lazy("Data may have leaked"),
        required=False,
        help_text=gettext_lazy("Restricts it at once: only you and Security see that it exists, on every screen."),
    )
    is_drill = forms.BooleanField(
        label=gettext_lazy("This is a drill"),
        required=False,
        help_text=gettext_lazy("Practice for the team. It never leaves the building: no page, no customer, no figure."),
    )

    def __init__(self, data=None, **options):
        super().__init__(data, **options)
        self.fields["severity"].initial = Severity.objects.filter(level=SeverityLevel.MINOR).first()

    def typed(self) -> dict:
        """What was sent, as it was."""
        return {bound.name: bound.data for bound in self}

    def clean(self):
        facts = super().clean()
        if facts.get("locations") and not facts.get("components") and "components" not in self.errors:
            self.add_error("components", _("Choose what is affected there, or leave the locations empty too."))
        if facts.get("since") == "earlier" and not facts.get("started_at") and "started_at" not in self.errors:
            self.add_error("started_at", _("Say when, roughly; it can be corrected later."))
        return facts

    def facts(self) -> dict:
        """What the action is given."""
        typed = self.cleaned_data
        since = typed["since"] or "0"
        started_at = typed["started_at"] if since == "earlier" else None
        if since in ("5", "15"):
            started_at = timezone.now() - timedelta(minutes=int(since))
        names = ("title", "summary", "severity", "detection_source", "is_data_leak", "is_drill")
        return {name: typed[name] for name in names} | {
            "started_at": started_at,
            "affected": places(typed["components"], typed["locations"]),
        }


class DismissForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is it nothing?"),
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Stays on the record. Example: a test account of ours, not a customer."),
        error_messages={"required": gettext_lazy("Say why; it stays on the record.")},
    )


class ReconsiderForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What changed?"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("For the timeline, staff only. Example: three more customers wrote."),
    )
