"""*New incident*: exactly the five fields of 4-01; everything else is derived and can be changed later."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents import choices
from incidents.models import Severity
from incidents.scope import Affected
from statuspage.composer.forms.notice import PlainText


class NewIncidentForm(forms.Form):
    title = forms.CharField(
        max_length=200,
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("What a customer sees fail. Example: SMS delayed in Frankfurt."),
        error_messages={"required": gettext_lazy("Say in a few words what fails.")},
    )
    status = forms.ChoiceField(
        choices=[(status.value, status.label) for status in choices.PUBLIC],
        initial=choices.Status.INVESTIGATING,
        label=gettext_lazy("Status"),
        error_messages={"required": gettext_lazy("Choose the status.")},
    )
    components = forms.MultipleChoiceField(
        label=gettext_lazy("Affected components"),
        error_messages={
            "required": gettext_lazy("Choose at least one component: customers read what is affected."),
            "invalid_choice": gettext_lazy("One of the components is not on this page; choose again."),
        },
    )
    severity = forms.ModelChoiceField(
        Severity.objects.none(),
        label=gettext_lazy("Severity"),
        error_messages={"required": gettext_lazy("Choose how severe it is.")},
    )
    body = PlainText(
        max_length=25_000,
        label=gettext_lazy("Update"),
        help_text=gettext_lazy("The first text that customers read."),
        error_messages={"required": gettext_lazy("Write what customers should read.")},
    )
    template = forms.CharField(required=False)
    filled = PlainText(required=False, widget=forms.HiddenInput)
    filled_time = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, places, severities, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = places
        self.fields["components"].choices = [(key, places.tree.path(row)) for key, row in places.components.items()]
        self.fields["severity"].queryset = severities

    def clean_title(self):
        title = " ".join(self.cleaned_data["title"].split())
        if not title:
            raise forms.ValidationError(_("Say in a few words what fails."))
        return title

    @property
    def is_unmodified(self):
        data = self.cleaned_data
        return bool(data.get("filled")) and data.get("body") == data["filled"]

    def affected(self):
        """Everywhere, at the level that the severity implies: a screen with five fields asks no more."""
        return [Affected(self.places.components[key]) for key in self.cleaned_data.get("components", [])]
