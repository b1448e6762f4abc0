"""What people say around a draft and its review: short forms, each with its own screen."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.exceptions import DomainError
from incidents.forms.moments import MomentField
from incidents.forms.picker import RowsField
from incidents.forms.sharing import staff
from incidents.models import User
from postmortems.choices import Way


class VersionedForm(forms.Form):
    """Holds the version that the person read, so that nothing is decided about another one."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AskForm(VersionedForm):
    change = forms.CharField(
        label=_("What is different from the version before?"),
        required=False,
        max_length=255,
        help_text=_("Those who sign read it, and of a correction customers too. Example: cause 4 has an action."),
    )


class ReasonForm(VersionedForm):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why; it stays on the record.")},
    )

    def __init__(self, *args, example="", **options):
        super().__init__(*args, **options)
        self.fields["reason"].help_text = _("Stays on the record. Example: %(example)s") % {"example": example}


class WithdrawForm(ReasonForm):
    tell = forms.BooleanField(required=False, label=_("Tell whoever was told of this post-mortem"))


class PublishForm(AskForm):
    notify = forms.BooleanField(
        label=_("Tell subscribers"),
        required=False,
        initial=True,
        help_text=_("Those who asked for reports, and those who were told of the incident."),
    )

    def __init__(self, *args, asks_change: bool, **options):
        """``asks_change``: a version is made by this, and there is one before it."""
        super().__init__(*args, **options)
        if asks_change:
            self.fields["change"].help_text = _(
                "Customers read it with the new version. Example: 63 customers, not 62."
            )
        else:
            del self.fields["change"]


class WayForm(VersionedForm):
    way = forms.ChoiceField(
        label=_("Which form?"),
        choices=[(way.value, way.label) for way in (Way.SHORT, Way.FULL)],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("If it is less than the policy asks for: why?"),
        required=False,
        max_length=100,
        help_text=_("Decided by those who may sign; stays on the record. Example: the same fault as last week’s."),
    )

    def __init__(self, *args, asked: Way, **options):
        super().__init__(*args, **options)
        if asked != Way.FULL:  # nothing is less than a short one
            del self.fields["reason"]


class LeadForm(forms.Form):
    lead = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who sees to it?"),
        required=False,
        empty_label=_("Nobody yet"),
        help_text=_("It stands on their home until it is published."),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["lead"].queryset = staff()


class MeetingForm(forms.Form):
    """2-24."""

    at = MomentField(label=_("When"))
    minutes = forms.IntegerField(
        label=_("How long, in minutes"), required=False, min_value=1, max_value=1440, help_text=_("Example: 40")
    )
    attendees = RowsField(User.objects.none(), label=_("Who was there"))
    others = forms.CharField(
        label=_("Others who were there"),
        required=False,
        max_length=255,
        help_text=_("Names, with commas between. Example: Ada Novak of the carrier"),
    )
    text = forms.CharField(
        label=_("What was said and decided"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Staff read it, customers do not. Example: one region a day, from December."),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["attendees"].queryset = staff()


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Comment"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what you have to say.")},
    )


class SettleForm(forms.Form):
    question = forms.CharField(widget=forms.HiddenInput)
    chosen = forms.CharField(required=False, max_length=200)
    reason = forms.CharField(label=_("Why, in a sentence"), required=False, max_length=255)

    def said(self) -> dict[str, str]:
        """What was chosen and typed; refuses in the sentence of a field."""
        if not self.is_valid():
            name, errors = next(iter(self.errors.items()))
            raise DomainError(str(errors[0]), field=name)
        return self.cleaned_data
