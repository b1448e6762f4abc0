"""Confirming a suspicion: by which rule, how bad, for whom, and the first notice (1-01 to 1-09, 2-14)."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import Audience
from incidents.models import DeclareRule, Severity, User
from statuspage.composer.forms.notice import NoticeForm

LARGEST = 2_147_483_647


class CountField(forms.IntegerField):
    """A number as people write it: 1,240 or 1 240."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value):
        if isinstance(value, str):
            value = re.sub(r"(?<=\d)[\s,.’'](?=\d{3}(?:\D|$))", "", value.strip())
        return super().to_python(value)


def count_field(label):
    return CountField(
        required=False,
        min_value=0,
        max_value=LARGEST,
        label=label,
        error_messages={"invalid": gettext_lazy("Write a whole number, such as 1,240.")},
    )


class ConfirmForm(NoticeForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(
        max_length=200,
        label=gettext_lazy("Title, as customers read it"),
        help_text=gettext_lazy("What a customer sees fail. Example: SMS delayed in Frankfurt."),
        error_messages={"required": gettext_lazy("Say in a few words what fails.")},
    )
    title_was = forms.CharField(required=False, widget=forms.HiddenInput)
    rule = forms.ModelChoiceField(
        DeclareRule.objects.none(),
        label=gettext_lazy("Which rule is met?"),
        error_messages={"required": gettext_lazy("Choose the rule that is met, or dismiss the suspicion.")},
    )
    rule_affected = count_field(gettext_lazy("Affected"))
    rule_total = count_field(gettext_lazy("Of how many"))
    note = forms.CharField(required=False, max_length=200, label=gettext_lazy("Counted how?"))
    judged_by = forms.ModelChoiceField(User.objects.none(), required=False, label=gettext_lazy("Who judged?"))
    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, label=gettext_lazy("Who leads?"), empty_label=gettext_lazy("Nobody yet")
    )
    severity = forms.ModelChoiceField(
        Severity.objects.none(),
        label=gettext_lazy("How severe?"),
        error_messages={"required": gettext_lazy("Choose how severe it is.")},
    )
    audience = forms.ChoiceField(required=False, label=gettext_lazy("Who may know?"))
    publish = forms.BooleanField(required=False, label=gettext_lazy("Publish the first notice now"))

    AUDIENCES = (Audience.PUBLIC, Audience.INTERNAL, Audience.RESTRICTED)

    def __init__(self, *args, rules, severities, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rule"].queryset = rules
        self.fields["severity"].queryset = severities
        self.fields["judged_by"].queryset = self.fields["owner"].queryset = people
        self.fields["audience"].choices = [(kind.value, kind.label) for kind in self.AUDIENCES]

    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())

    def clean_audience(self):
        return Audience(self.cleaned_data["audience"] or Audience.PUBLIC)

    def clean(self):
        data = super().clean()
        rule = data.get("rule")
        if data.get("audience") != Audience.PUBLIC or (rule and rule.is_data_leak):
            data["publish"] = False  # whatever was ticked, this is not for customers
        if data.get("publish") and not data.get("body"):
            self.add_error("body", _("Write what customers should read, or take away the tick."))
        return data

    def owes_a_next_update(self, data):
        return bool(data.get("publish"))
