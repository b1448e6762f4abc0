"""Which incidents need which post-mortem, and until when (3-43, 4-11, 2-18, 4-08)."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from incidents.admin.base import StaffModelAdmin
from postmortems.choices import Way
from postmortems.models import ReviewPolicy
from postmortems.templatetags.postmortem_words import minutes

LIMITS = ["record_minutes", "publish_minutes"]
STEPS = ["detect_minutes", "mitigate_minutes", "resolve_minutes", "catch_up_minutes"]


class ReviewPolicyForm(forms.ModelForm):
    class Meta:
        model = ReviewPolicy
        fields = ["way", *LIMITS, *STEPS]

    def clean(self):
        """Records are asked for only where there are any."""
        cleaned = super().clean()
        if cleaned.get("way") != Way.FULL and cleaned.get("record_minutes") is not None:
            self.add_error("record_minutes", _("Only a full RCA has incident records: leave this empty."))
        return cleaned


@admin.register(ReviewPolicy)
class ReviewPolicyAdmin(StaffModelAdmin):
    """One row for each origin and severity, for ever: what it asks for is edited."""

    form = ReviewPolicyForm
    list_display = ["named", "way", "records", "published"]
    list_display_links = ["named"]
    fieldsets = [
        (_("What is asked for"), {"fields": ["way"]}),
        (
            _("Until when, in minutes from the resolution"),
            {
                "fields": LIMITS,
                "description": _("1440 is a day. What is owed already keeps the limit that it began with."),
            },
        ),
        (_("Limits of the steps, in minutes"), {"fields": STEPS}),
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @display(description=_("Incident"), ordering="severity")
    def named(self, policy):
        return str(policy)

    @display(description=_("Records in"))
    def records(self, policy):
        return minutes(policy.record_minutes) or "–"

    @display(description=_("Published"))
    def published(self, policy):
        return minutes(policy.publish_minutes) or "–"
