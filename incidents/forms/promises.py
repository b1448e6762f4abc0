"""Which promises to look at: a range of months, and what else narrows it."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import SeverityLevel
from incidents.clocks.promises import KINDS
from incidents.forms.months import PeriodForm
from incidents.models import Team


class ExplainForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("One sentence, for whoever reads the figures. Example: the carrier answered on Monday."),
        error_messages={"required": gettext_lazy("Say why; it stays on the record.")},
    )


class PromisesForm(PeriodForm):
    """Read from the address, so that a choice can be kept as a bookmark."""

    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"), coerce=int, empty_value=None, required=False,
        choices=[("", gettext_lazy("All")), *reversed(SeverityLevel.choices)],
    )  # fmt: skip
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    clock = forms.ChoiceField(label=gettext_lazy("Promise"), required=False)

    def __init__(self, data, *, now: datetime):
        super().__init__(data, now=now)
        promises = [(kind.clock_key(clock), clock.label) for kind in KINDS.values() for clock in kind.promises]
        self.fields["clock"].choices = [("", _("All")), *promises]
        teams = Team.objects.order_by("name").values_list("pk", "name")
        self.fields["team"].choices = [("", _("All")), *((str(pk), name) for pk, name in teams), ("none", _("No team"))]
