"""Which windows the report is of: months, a page, a team."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents.forms.months import PeriodForm
from incidents.maintenance.models import Window
from incidents.models import Team


class ReportForm(PeriodForm):
    """Read from the address, so that a choice can be kept as a bookmark."""

    page = forms.ChoiceField(label=gettext_lazy("Page"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)

    def __init__(self, data, *, now: datetime):
        super().__init__(data, now=now)
        names = Window.objects.announced().values_list("listed__page__name", "listed__page__label").distinct()
        pages = sorted({f"{name} {label}".strip() for name, label in names if name})
        self.fields["page"].choices = [("", _("All")), *((page, page) for page in pages)]
        teams = Team.objects.order_by("name").values_list("pk", "name")
        self.fields["team"].choices = [("", _("All")), *((str(pk), name) for pk, name in teams), ("none", _("No team"))]
