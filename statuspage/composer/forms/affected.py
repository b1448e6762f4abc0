"""Rows of component, location and level: what is affected, as it is published."""

from __future__ import annotations

from typing import cast

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import Level
from incidents.models import Location
from incidents.scope import Affected
from incidents.tree import Tree

ROWS_AT_MOST = 300


class Places:
    """The components and locations to choose from, read once for all rows of a form. Two queries."""

    def __init__(self, *, only=None):
        """``only``: primary keys of components; none = all."""
        self.tree = Tree()
        rows = [row for pk, row in self.tree.rows.items() if only is None or pk in only]
        self.components = {row.public_id: row for row in rows}
        self.locations = {row.public_id: row for row in Location.objects.all()}

    def component_choices(self):
        return [("", _("Choose a component")), *((key, self.tree.path(row)) for key, row in self.components.items())]

    def location_choices(self):
        return [("", _("Everywhere")), *((key, row.name) for key, row in self.locations.items())]


class AffectedForm(forms.Form):
    """One place and how bad it is there. Without a component the row is empty and says nothing."""

    component = forms.ChoiceField(required=False, label=gettext_lazy("Component"))
    location = forms.ChoiceField(required=False, label=gettext_lazy("Location"))
    level = forms.TypedChoiceField(
        choices=Level.choices,
        coerce=lambda value: Level(int(value)),
        empty_value=None,
        required=False,
        label=gettext_lazy("State"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the four states.")},
    )

    def __init__(self, *args, places, component_choices, location_choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = places
        self.fields["component"].choices = component_choices
        self.fields["location"].choices = location_choices

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
        choices = {
            "places": places,
            "component_choices": places.component_choices(),
            "location_choices": places.location_choices(),
        }
        super().__init__(data, initial=initial, form_kwargs=choices, prefix="rows", **kwargs)

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


# The factory derives from the class that it is given; its hint names only Django's own.
AffectedFormSet = cast(
    type[BaseAffectedFormSet],
    forms.formset_factory(
        AffectedForm,
        formset=BaseAffectedFormSet,
        extra=1,
        max_num=ROWS_AT_MOST,
        absolute_max=ROWS_AT_MOST,
        validate_max=True,
    ),
)


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
