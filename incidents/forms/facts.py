"""The facts of an incident and its times, whole or one part of them."""

from __future__ import annotations

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from incidents import numbers
from incidents.choices import DetectionSource, IncidentType, Origin
from incidents.forms.fields import ClashingForm, SeverityField, YesNoField, not_before
from incidents.forms.moments import MomentField
from incidents.models import Incident
from incidents.wall_times import with_clock

GROUPS = [  # heading, what it is for, fields
    (
        _("What it is"),
        _("The title is what customers read first. Everything else here is for staff."),
        ["title", "severity", "type", "origin", "detection_source", "bridge_url", "summary"],
    ),
    (
        _("Who feels it"),
        _("Estimates are welcome: say what you know now and correct it later."),
        ["customers_affected", "volume", "volume_unit", "customer_impact"],
    ),
    (
        _("Before it is closed"),
        _("Three of the conditions of the closure gate."),
        [
            "workflow_impact", "workflow_impact_note", "data_impact", "data_impact_note", "catch_up_eta",
        ],
    ),
    (
        _("When it happened"),
        _("Clocks and figures are counted from these. A time that was set already is corrected with a reason."),
        [
            "started_at", "detected_at", "declared_at", "confirmed_at", "first_notice_at", "identified_at",
            "monitoring_at", "mitigated_at", "resolved_at", "caught_up_at", "reason",
        ],
    ),
]  # fmt: skip

PARTS = {  # one question of the workspace, answered where it is asked
    "workflow_impact": ["workflow_impact", "workflow_impact_note"],
    "data_impact": ["data_impact", "data_impact_note"],
    "catch_up_eta": ["catch_up_eta"],
    "severity": ["severity"],
    "bridge": ["bridge_url"],
    "title": ["title"],
}

STAMPED = ["declared_at", "confirmed_at", "first_notice_at", "identified_at", "monitoring_at", "resolved_at"]


class FactsForm(ClashingForm):
    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("What a customer sees fail. Example: SMS delayed in Frankfurt.")
    )
    severity = SeverityField(
        label=_("Severity"), help_text=_("Changing it sets the limits of the running clocks anew, from the same start.")
    )
    type = forms.ChoiceField(
        label=_("Type"), choices=IncidentType, help_text=_("Stopped, slower than agreed, or worse in quality?")
    )
    origin = forms.ChoiceField(
        label=_("Origin"), choices=Origin, help_text=_("Inside our platform, or at an operator or supplier.")
    )
    detection_source = forms.ChoiceField(
        label=_("How we learned of it"), choices=DetectionSource, help_text=_("Who or what noticed it first.")
    )
    bridge_url = forms.URLField(
        label=_("Bridge link"),
        required=False,
        assume_scheme="https",
        validators=[URLValidator(["https", "http"])],
        help_text=_("The call or chat where people join. Example: https://meet.example.org/bridge"),
    )
    summary = forms.CharField(
        label=_("What is known"),
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For staff, in a few sentences. Customers never see it."),
    )
    customers_affected = forms.IntegerField(
        label=_("Customers affected"),
        required=False,
        min_value=0,
        max_value=numbers.largest(Incident._meta.get_field("customers_affected")),
        help_text=_("An estimated number. Example: 1240"),
    )
    volume = forms.IntegerField(
        label=_("Volume"),
        required=False,
        min_value=0,
        max_value=numbers.largest(Incident._meta.get_field("volume")),
        help_text=_("How much was hit. Example: 1900000"),
    )
    volume_unit = forms.CharField(label=_("of what"), required=False, max_length=40, help_text=_("Example: messages"))
    customer_impact = forms.CharField(
        label=_("What customers notice"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In their words. Example: one-time codes arrive after they have run out."),
    )
    workflow_impact = YesNoField(label=_("Workflow impact"), help_text=_("Did customers’ workflows stop or go wrong?"))
    workflow_impact_note = forms.CharField(
        label=_("Which workflows"), required=False, max_length=255, help_text=_("Example: delivery receipts came late.")
    )
    data_impact = YesNoField(label=_("Data impact"), help_text=_("Is data lost, late or wrong?"))
    data_impact_note = forms.CharField(
        label=_("Which data"), required=False, max_length=255, help_text=_("Example: none lost; 40,000 receipts late.")
    )
    catch_up_eta = MomentField(
        label=_("Catch-up ETA"),
        required=False,
        help_text=_("When processing has caught up. Needed if either impact is yes."),
    )
    started_at = MomentField(label=_("Started"), help_text=_("When it began to fail."))
    detected_at = MomentField(
        label=_("Detected"), help_text=_("When we first knew; the first-notice clock starts here.")
    )
    declared_at = MomentField(label=_("Reported"), help_text=_("Stamped when it was written down here."))
    confirmed_at = MomentField(label=_("Confirmed"), help_text=_("Stamped when it was judged to be an incident."))
    first_notice_at = MomentField(label=_("First public notice"), help_text=_("Stamped with the first public update."))
    identified_at = MomentField(label=_("Identified"), help_text=_("Stamped when the cause was found."))
    monitoring_at = MomentField(label=_("Monitoring"), help_text=_("Stamped when it was last set to Monitoring."))
    mitigated_at = MomentField(label=_("Mitigated"), required=False, help_text=_("When customers stopped noticing."))
    resolved_at = MomentField(label=_("Resolved"), help_text=_("Stamped when it was closed."))
    caught_up_at = MomentField(
        label=_("Caught up"), required=False, help_text=_("When the last waiting work was done.")
    )
    reason = forms.CharField(
        label=_("Reason for a corrected time"),
        required=False,
        max_length=255,
        help_text=with_clock(
            _("Stays on the record. Example: the monitor’s log shows the first error at {at}."), 13, 31
        ),
    )

    def __init__(self, data=None, *, incident: Incident, part: str = "", **options):
        self.incident = incident
        names = PARTS.get(part) or [n for n in self.base_fields if n not in ("version", "reason")]
        names = [n for n in names if n not in STAMPED or getattr(incident, n) is not None]
        current = {name: getattr(incident, name) for name in names}
        super().__init__(data, current=current, version=incident.version, **options)
        keep = {"version", *names} | (set() if part in PARTS else {"reason"})
        self.fields = {name: field for name, field in self.fields.items() if name in keep}

    def typed(self) -> dict:
        changes = super().typed()
        start = changes.get("started_at") or self.incident.started_at
        times = {name: value for name, value in changes.items() if name.endswith("_at") and name != "started_at"}
        return changes | {name: not_before(value, start) for name, value in times.items()}

    def groups(self):
        """Heading, sentence and bound fields, in the order in which they are asked."""
        for heading, sentence, names in GROUPS:
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                yield heading, sentence, fields
