"""What severities mean, and what makes an incident."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext, gettext_lazy as _
from unfold.decorators import display

from incidents.admin.base import AnnouncedModelAdmin, StaffModelAdmin
from incidents.choices import RuleKind
from incidents.models import DeclareRule, Severity

LABELS = {
    "first_notice_minutes": _("First public notice"),
    "update_minutes": _("Next update"),
    "suspicion_minutes": _("Confirm or dismiss"),
    "escalation_minutes": _("Leads are told after"),
    "healthy_minutes": _("Healthy, in minutes"),
}


@admin.register(Severity)
class SeverityAdmin(AnnouncedModelAdmin):
    """Three rows, for ever: only what they mean is edited."""

    list_display = ["named", "meaning", "first_notice", "next_update", "suspicion", "healthy", "gate"]
    ordering = ["-level"]
    fieldsets = [
        (_("What it means"), {"fields": ["meaning"]}),
        (
            _("Limits, in minutes"),
            {
                "fields": ["first_notice_minutes", "update_minutes", "suspicion_minutes", "escalation_minutes"],
                "description": _("A clock keeps the limit it started with: what runs now does not change."),
            },
        ),
        (_("Closure gate"), {"fields": ["healthy_minutes", "gate"]}),
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in LABELS:
            kwargs["label"] = LABELS[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @display(description=_("Severity"), ordering="level")
    def named(self, severity):
        return str(severity)

    @display(description=_("First notice"))
    def first_notice(self, severity):
        return _minutes(severity.first_notice_minutes)

    @display(description=_("Next update"))
    def next_update(self, severity):
        return _minutes(severity.update_minutes)

    @display(description=_("Confirm or dismiss"))
    def suspicion(self, severity):
        return _minutes(severity.suspicion_minutes)

    @display(description=_("Healthy for"))
    def healthy(self, severity):
        return _minutes(severity.healthy_minutes)


class DeclareRuleForm(forms.ModelForm):
    class Meta:
        model = DeclareRule
        fields = [
            "label", "kind", "unit", "threshold_percent", "component_kind", "is_data_leak", "is_active", "position",
        ]  # fmt: skip

    def clean(self):
        """What the database demands of a share and of a plain fact, said beside the field."""
        cleaned = super().clean()
        threshold, kind = cleaned.get("threshold_percent"), cleaned.get("kind")
        if kind == RuleKind.SHARE and "threshold_percent" not in self.errors:
            if threshold is None or not 0 < threshold < 100:
                self.add_error("threshold_percent", _("Write the share that has to be exceeded, such as 25."))
            if not cleaned.get("unit"):
                self.add_error("unit", _("Say what is counted, such as merchants."))
        elif kind == RuleKind.FACT and threshold is not None:
            self.add_error("threshold_percent", _("A plain fact has no share: leave this empty."))
        return cleaned


@admin.register(DeclareRule)
class DeclareRuleAdmin(StaffModelAdmin):
    form = DeclareRuleForm
    list_display = ["label", "kind", "unit", "threshold", "is_data_leak", "is_active", "position"]
    list_filter = ["is_active", "kind"]
    search_fields = ["label", "unit"]
    nothing_yet = (
        _("No declare rule"),
        _(
            "A rule says what makes a suspicion an incident, and whoever confirms names the one that is met: without "
            "one nothing can be confirmed. Begin with a share, such as more than 25 % of merchants, and a plain fact, "
            "such as a data leak."
        ),
        _("Leads add rules."),
    )
    refusal = _(
        "“%(name)s” stays: what was declared keeps its rule. Switch it off instead. Only who sees every incident can "
        "tell that none was declared by it, and delete it."
    )
    fieldsets = [
        (None, {"fields": ["label", "kind"]}),
        (
            _("For a share of a number"),
            {
                "fields": ["unit", "threshold_percent", "component_kind"],
                "description": _("It is met by strictly more than this share: 25 % of 400 is 101 and up."),
            },
        ),
        (_("Use"), {"fields": ["is_data_leak", "is_active", "position"]}),
    ]

    @display(description=_("More than"), ordering="threshold_percent")
    def threshold(self, rule):
        return f"{rule.threshold_percent.normalize():f} %" if rule.threshold_percent is not None else "–"


def _minutes(number):
    return gettext("%(n)d min") % {"n": number}
