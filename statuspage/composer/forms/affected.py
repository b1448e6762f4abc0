"""Rows of component, location and level: what is affected, as it is published."""

from __future__ import annotations

from typing import cast

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import Level
from incidents.scope import Affected
from statuspage.composer.forms.places import PlaceForm, rows_of


class AffectedForm(PlaceForm):
    """One place and how bad it is there."""

    level = forms.TypedChoiceField(
        choices=Level.choices,
        coerce=lambda value: Level(int(value)),
        empty_value=None,
        required=False,
        label=gettext_lazy("State"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the four states.")},
    )

    @property
    def named(self):
        """The component and location that the row stands for, for its heading."""
        component = self.places.components.get(self["component"].value() or "")
        location = self.places.locations.get(self["location"].value() or "")
        return component, location

    @property
    def chosen_level(self):
        value = self["level"].value()
        return str(int(value)) if isinstance(value, Level) else str(value if value is not None else "")

    def affected(self):
        """What the row says, if it says anything and is right."""
        data = getattr(self, "cleaned_data", {})
        component = self.places.components.get(data.get("component") or "")
        if component is None or "level" in self.errors or "location" in self.errors:
            return None
        return Affected(component, self.places.locations.get(data.get("location") or ""), data.get("level"))


class BaseAffectedFormSet(forms.BaseFormSet):
    def __init__(self, data=None, *, places, initial=None, **kwargs):
        if data is not None and "rows-TOTAL_FORMS" not in data:  # a form without rows, such as after the all-clear
            data, initial = {"rows-TOTAL_FORMS": "0", "rows-INITIAL_FORMS": "0"}, []
        super().__init__(data, initial=initial, form_kwargs=places.of_rows(), prefix="rows", **kwargs)

    def clean(self):
        """Each place stands once: the last row would silently win."""
        seen = set()
        for form in self.forms:
            item = form.affected()
            if item is None:
                continue
            if item.place in seen:
                form.add_error("component", _("This place stands above already; choose its state there."))
            seen.add(item.place)

    def affected(self):
        """What all rows say."""
        self.is_valid()
        return [item for form in self.forms if (item := form.affected())]

    @property
    def known(self):
        return self.forms[: self.initial_form_count()]

    @property
    def added(self):
        return self.forms[self.initial_form_count() :]

    @property
    def shows_more(self):
        """Whether the rows to add are laid open: somebody used one, or there is no other."""
        used = (form.is_bound and (form["component"].value() or form.errors) for form in self.added)
        return not self.known or any(used)


AffectedFormSet = cast(type[BaseAffectedFormSet], rows_of(AffectedForm, BaseAffectedFormSet))


def initial_rows(affected):
    """Rows for what is affected now."""
    return [
        {
            "component": item.component.public_id,
            "location": item.location.public_id if item.location else "",
            "level": item.level,
        }
        for item in affected
    ]
