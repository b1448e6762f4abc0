"""Rows of component, location and what is expected there while maintenance runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents.maintenance.choices import Expected
from incidents.maintenance.judging import Affects
from statuspage.composer.forms.affected import ROWS_AT_MOST, Places


class ExpectedForm(forms.Form):
    """One component at one place and what is expected there. Without a component the row says nothing."""

    component = forms.ChoiceField(required=False, label=gettext_lazy("Component"))
    location = forms.ChoiceField(required=False, label=gettext_lazy("Location"))
    expected = forms.TypedChoiceField(
        choices=Expected.choices,
        coerce=lambda value: Expected(int(value)),
        required=False,
        initial=Expected.DEGRADED,
        label=gettext_lazy("While it runs"),
    )

    def __init__(self, *args, places, component_choices, location_choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = places
        self.fields["component"].choices = component_choices
        self.fields["location"].choices = location_choices

    @property
    def chosen(self) -> str:
        """The value of what is expected, as the list of it is drawn."""
        value = self["expected"].value()
        return str(int(value)) if isinstance(value, int) else str(value or "")

    def affects(self) -> Affects | None:
        data = getattr(self, "cleaned_data", {})
        component = self.places.components.get(data.get("component") or "")
        if component is None or self.errors:
            return None
        expected = data["expected"] if data["expected"] != "" else Expected.DEGRADED
        return Affects(component, self.places.locations.get(data.get("location") or ""), expected)


class BaseExpectedFormSet(forms.BaseFormSet):
    def __init__(self, data=None, *, places: Places, opened: Iterable[Affects] = (), **kwargs):
        """``opened``: what it affects as the form is opened."""
        choices = {
            "places": places,
            "component_choices": places.component_choices(),
            "location_choices": places.location_choices(),
        }
        self.opened: list[Affects] = list(opened)
        initial = [_row(item) for item in self.opened]
        super().__init__(data, initial=initial, form_kwargs=choices, prefix="rows", **kwargs)

    def clean(self):
        """Each place stands once: the last row would silently win."""
        seen = set()
        for form in self.forms:
            item = form.affects()
            if item is not None and item.place in seen:
                form.add_error("component", _("This place stands above already; change it there."))
            elif item is not None:
                seen.add(item.place)

    def affects(self) -> list[Affects]:
        """What all rows say."""
        self.is_valid()
        return [item for form in self.forms if (item := form.affects())]


ExpectedFormSet = cast(
    type[BaseExpectedFormSet],
    forms.formset_factory(
        ExpectedForm,
        formset=BaseExpectedFormSet,
        extra=1,
        max_num=ROWS_AT_MOST,
        absolute_max=ROWS_AT_MOST,
        validate_max=True,
    ),
)


def _row(item: Affects) -> dict[str, object]:
    return {
        "component": item.component.public_id,
        "location": item.location.public_id if item.location else "",
        "expected": item.expected.value,
    }
