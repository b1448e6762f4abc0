"""The stage without telling customers, the closure gate, and taking a resolution back at once."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents import choices
from incidents.choices import GateHardness, Status
from incidents.exceptions import GateNotMet
from incidents.models import Incident
from incidents.wall_times import with_clock


class StageForm(forms.Form):
    """``was`` is the stage that the person saw: a choice between stages is only worth something from there."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)
    status = forms.ChoiceField(label=gettext_lazy("Stage"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("What happened"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For the timeline, staff only. Example: the second carrier link holds."),
    )
    override_reason = forms.CharField(
        label=gettext_lazy("Resolve although the gate is not met"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=with_clock(
            gettext_lazy(
                "Leads only, and only with a reason; it stays on the record with what was missing. "
                "Example: the last impact was a false alarm, see the note of {at}."
            ),
            14,
            20,
        ),
    )

    def __init__(self, data=None, *, incident: Incident, may_override: bool, **options):
        super().__init__(data, initial={"was": incident.status, **options.pop("initial", {})}, **options)
        possible = [s for s in choices.PUBLIC if incident.can_become(s)]
        self.fields["status"].choices = [(s.value, s.label) for s in possible]
        if not may_override or incident.severity.gate == GateHardness.NONE or Status.RESOLVED not in possible:
            del self.fields["override_reason"]

    def refuse_at_gate(self, refusal: GateNotMet):
        """What is missing stands in a list of its own; here, what this person can do about it."""
        if "override_reason" in self.fields:
            words = _("Write why it may be resolved all the same; as a lead you may. Or see to what is missing first.")
            self.add_error("override_reason", words)
        else:
            self.add_error(
                "status", _("The closure gate is not met. See to what is missing, or ask a lead, who may override it.")
            )

    def moved_meanwhile(self, incident: Incident) -> bool:
        was = self.data.get("was")
        return bool(was) and was != incident.status


class AttestForm(forms.Form):
    condition = forms.ChoiceField(choices=[("stable", ""), ("fix_time", "")])
    given = forms.ChoiceField(choices=[("yes", ""), ("no", "")], required=False)


class UnresolveForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=255,
        initial=gettext_lazy("Resolved too early."),
        help_text=with_clock(gettext_lazy("For staff, in the timeline. Example: delays are back since {at}."), 16, 5),
        error_messages={"required": gettext_lazy("Say why; it stays on the record.")},
    )
    tell = forms.BooleanField(required=False, label=gettext_lazy("Tell whoever was told of the all-clear"))


def moved(incident: Incident) -> str:
    """What to say when the stage is not the one that the person saw."""
    return _("Somebody moved it to %(stage)s meanwhile. Nothing of yours was saved; choose again.") % {
        "stage": incident.get_status_display()
    }
