"""An action item changed by itself, and several changed together."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy as _

from incidents.forms.fields import ClashingForm
from incidents.forms.moments import DayField
from incidents.forms.sharing import staff
from incidents.models import User
from postmortems.actions.tracking import LENGTH
from postmortems.choices import ActionState, Priority
from postmortems.models import ActionItem

NOBODY = "none"


def reason_field(help_text) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LENGTH,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"max_length": _("Write at most 100 characters.")},
    )


class ActionItemForm(ClashingForm):
    """Only what was typed is written; what somebody else changed meanwhile comes back as a choice."""

    state = forms.ChoiceField(label=_("State"), choices=ActionState.choices, widget=forms.RadioSelect)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), required=False, empty_label=_("No owner"))
    due_on = DayField(label=_("Due"), required=False, help_text=_("At the end of this day, where the owner is."))
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=Priority.choices, coerce=lambda value: Priority(int(value)),
        widget=forms.RadioSelect,
    )  # fmt: skip
    proof = forms.CharField(
        label=_("What proves it"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("How somebody else can tell that it is done. Example: the drill in January ends under 10 minutes."),
    )
    ticket = forms.URLField(
        label=_("Ticket"), required=False, max_length=500, assume_scheme="https",
        help_text=_("Where the work is tracked: an address."),
        error_messages={"invalid": _("Write an address such as https://tickets.example.com/1234.")},
    )  # fmt: skip
    reason = reason_field(_("Asked for when it is dropped, due later, or done and something has to prove it."))

    def __init__(self, data=None, *, item: ActionItem):
        current = {name: getattr(item, name) for name in ("state", "owner", "due_on", "priority", "proof", "ticket")}
        super().__init__(data, current=current, version=item.postmortem.version)
        self.fields["owner"].queryset = staff() | User.objects.filter(pk=item.owner_id)

    def words(self, name: str, value) -> str:
        return date_format(value, "D j M Y") if isinstance(value, date) else super().words(name, value)


class BulkForm(forms.Form):
    """What several rows get; what is left alone stays as it is in each."""

    state = forms.ChoiceField(label=_("State"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    due_on = DayField(label=_("Due"), required=False)
    reason = reason_field(_("Stays in the history of each."))

    def __init__(self, data=None):
        super().__init__(data)
        as_it_is = ("", _("As it is"))
        self.people = {str(person.pk): person for person in staff()}
        self.fields["state"].choices = [as_it_is, *ActionState.choices]
        people = [(pk, str(person)) for pk, person in self.people.items()]
        self.fields["owner"].choices = [as_it_is, (NOBODY, _("No owner")), *people]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.facts():
            raise forms.ValidationError(gettext("Choose what to change: the state, the owner or the due day."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        found = {name: self.cleaned_data[name] for name in ("state", "due_on") if self.cleaned_data.get(name)}
        if owner := self.cleaned_data.get("owner"):
            found["owner"] = self.people.get(owner)
        return found
