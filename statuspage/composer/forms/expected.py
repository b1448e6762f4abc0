"""Rows of component, location and what is expected there while maintenance runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents.maintenance.choices import Expected
from incidents.maintenance.judging import Affects
from statuspage.composer.forms.places import PlaceForm, Places, rows_of


class ExpectedForm(PlaceForm):
    """One place and what is expected there."""

    expected = forms.TypedChoiceField(
        choices=Expected.choices,
        coerce=lambda value: Expected(int(value)),
        required=False,
        initial=Expected.DEGRADED,
        label=gettext_lazy("While it runs"),
    )

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
        self.opened: list[Affects] = list(opened)
        initial = [_row(item) for item in self.opened]
        super().__init__(data, initial=initial, form_kwargs=places.of_rows(), prefix="rows", **kwargs)

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


ExpectedFormSet = cast(type[BaseExpectedFormSet], rows_of(ExpectedForm, BaseExpectedFormSet))


def _row(item: Affects) -> dict[str, object]:
    return {
        "component": item.component.public_id,
        "location": item.location.public_id if item.location else "",
        "expected": item.expected.value,
    }
