"""A maintenance window as people write it: what, where, when and for how long, and what customers read (4-09)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from incidents.choices import Audience
from incidents.maintenance.choices import Kind
from incidents.maintenance.forms.acts import MessageFields
from incidents.models import Team, User
from statuspage.composer.forms.notice import PlainText
from statuspage.composer.forms.times import TimesForm
from statuspage.models import Page


def lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


class ClassFields(forms.Form):
    """Why it cannot wait and who approves: what an announcement needs where it would be an emergency."""

    reason = forms.CharField(
        required=False, max_length=500, label=gettext_lazy("Why it cannot wait"),
        help_text=gettext_lazy("For whoever approves, and the record. Customers read the class, not the reason."),
    )  # fmt: skip
    approver = forms.ModelChoiceField(
        User.objects.none(), required=False, label=gettext_lazy("Who approves"),
        help_text=gettext_lazy("Not the author. Asked at once, on their home and by mail."),
        empty_label=gettext_lazy("Choose somebody"),
    )  # fmt: skip
    read_as = forms.CharField(required=False, widget=forms.HiddenInput)  # the class that was read when it was posted

    def __init__(self, *args, approvers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["approver"].queryset = approvers
        for name in ("reason", "approver"):
            self.fields[name].is_asked_for = True  # where it is shown

    @property
    def expected(self) -> bool | None:
        """Whether an emergency was read; none where nothing was."""
        return {"emergency": True, "planned": False}.get(self.cleaned_data["read_as"])


class FactsForm(forms.Form):
    """What is done, for whom, and by whom."""

    title = forms.CharField(
        max_length=200,
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("What is done, to what. Customers read it first."),
        error_messages={"required": gettext_lazy("Write what is done, in a line for customers.")},
    )
    kind = forms.ChoiceField(
        choices=Kind.choices,
        label=gettext_lazy("Kind"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the kind.")},
    )
    audience = forms.ChoiceField(
        choices=[
            (Audience.PUBLIC.value, gettext_lazy("Customers")),
            (Audience.INTERNAL.value, gettext_lazy("Staff only")),
        ],
        initial=Audience.PUBLIC,
        label=gettext_lazy("Who may know"),
        widget=forms.RadioSelect,
    )
    pages = forms.ModelMultipleChoiceField(
        Page.objects.all(),
        required=False,
        label=gettext_lazy("Pages"),
        widget=forms.CheckboxSelectMultiple,
        to_field_name="public_id",
    )
    body = PlainText(
        required=False,
        widget=lines(6),
        max_length=25_000,
        label=gettext_lazy("What customers read"),
        help_text=gettext_lazy("What is done and why, and what they will notice. Times and places are added."),
    )
    advice = PlainText(
        required=False, widget=lines(2), max_length=2_000, label=gettext_lazy("What they have to do"),
        help_text=gettext_lazy("Stands first on the page and in mails. Leave it empty where there is nothing to do."),
    )  # fmt: skip
    plan = PlainText(required=False, widget=lines(4), max_length=25_000, label=gettext_lazy("Plan"))
    roll_back = PlainText(required=False, widget=lines(3), max_length=25_000, label=gettext_lazy("Roll-back"))
    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, label=gettext_lazy("Owner"), empty_label=gettext_lazy("Nobody yet")
    )
    team = forms.ModelChoiceField(
        Team.objects.all(), required=False, label=gettext_lazy("Team"), empty_label=gettext_lazy("None")
    )
    ticket = forms.CharField(required=False, max_length=200, label=gettext_lazy("Change ticket"))
    is_automatic = forms.BooleanField(
        required=False, initial=True, label=gettext_lazy("Begins and ends by itself"),
        help_text=gettext_lazy("At its times. Otherwise somebody begins and ends it by hand."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners
        self.fields["body"].is_asked_for = True  # of what customers are told; a draft may do without

    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())


class WindowForm(TimesForm, MessageFields, ClassFields, FactsForm):
    """A window that is not announced yet."""


class MoveForm(TimesForm, MessageFields, ClassFields):
    """An announced window is moved."""

    body = PlainText(
        required=False, widget=lines(6), max_length=25_000, label=gettext_lazy("A word to customers"),
        help_text=gettext_lazy("Both times are said by themselves."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AmendForm(MessageFields, FactsForm):
    """What readers see of an announced window is changed, except its times."""

    note = PlainText(
        required=False, widget=lines(3), max_length=25_000, label=gettext_lazy("What is different"),
        help_text=gettext_lazy("For whoever was told before."),
    )  # fmt: skip


class SeriesForm(TimesForm, FactsForm):
    """Maintenance that recurs: the first start and how often."""

    rule = forms.CharField(
        max_length=255,
        label=gettext_lazy("How often"),
        help_text=gettext_lazy(
            "Such as FREQ=WEEKLY;BYDAY=TU, each Tuesday, or FREQ=MONTHLY;BYDAY=2TU, each second Tuesday of a month: an "
            "RRULE. Once it is saved, single dates can be left out."
        ),
        widget=forms.TextInput(attrs={"list": "rules", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Write how often, such as FREQ=WEEKLY;BYDAY=SU.")},
    )
    announce_days = forms.IntegerField(
        min_value=1,
        max_value=180,
        initial=21,
        label=gettext_lazy("Announced ahead"),
        help_text=gettext_lazy("Days before each start. Enough for the notice that its pages ask for, with holidays."),
    )
    ticket = None

    @property
    def minutes(self) -> int:
        starts_at, ends_at = self.times
        return int((ends_at - starts_at).total_seconds() // 60)
