"""Rows of a form that each name a component at one place; forms of their own say what is, or is expected, there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents.models import Location
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

    def of_rows(self) -> dict[str, Any]:
        """What each :class:`PlaceForm` is made with: the choices are drawn up once for all of them."""
        return {
            "places": self,
            "component_choices": self.component_choices(),
            "location_choices": self.location_choices(),
        }


class PlaceForm(forms.Form):
    """One component at one place. Without a component the row is empty and says nothing."""

    component = forms.ChoiceField(required=False, label=gettext_lazy("Component"))
    location = forms.ChoiceField(required=False, label=gettext_lazy("Location"))

    def __init__(self, *args, places, component_choices, location_choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = places
        self.fields["component"].choices = component_choices
        self.fields["location"].choices = location_choices


def rows_of(form: type[PlaceForm], formset: type[forms.BaseFormSet]) -> Any:
    """The formset of such rows, with an empty one to add. The factory derives from ``formset``; its hint names only
    Django's own."""
    return forms.formset_factory(
        form, formset=formset, extra=1, max_num=ROWS_AT_MOST, absolute_max=ROWS_AT_MOST, validate_max=True
    )
