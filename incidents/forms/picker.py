"""Choosing components and locations: the tree as folded groups of chips, which the script can search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator

from incidents.choices import Level
from incidents.models import Component, Location
from incidents.numbers import is_key
from incidents.scope import Affected
from incidents.tree import Tree, joined


@dataclass(frozen=True)
class Choice:
    """A component in its group: with the names above it, where the tree is deeper than two."""

    component: Component
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Group:
    name: str
    choices: list[Choice]

    @property
    def chosen(self) -> int:
        return sum(choice.is_chosen for choice in self.choices)


class RowsField(forms.ModelMultipleChoiceField):
    """Any number of rows, as tick boxes. A number that no database could hold is refused like any other wrong one."""

    def __init__(self, queryset, **options):
        super().__init__(queryset, required=False, widget=forms.CheckboxSelectMultiple, **options)

    def clean(self, value):
        for pk in value or ():
            if not is_key(str(pk)):
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": pk})
        return super().clean(value)


class ComponentsField(RowsField):
    """Any number of components of the tree; drawn by ``incidents/_picker.html``."""

    def __init__(self, **options):
        super().__init__(Component.objects.all(), **options)


class _TreeChoices(ModelChoiceIterator):
    """Parents above their children, further in with each level."""

    def __iter__(self):
        yield "", self.field.empty_label
        tree = Tree()
        for pk, place in tree.places().items():
            yield self.field.prepare_value(tree.rows[pk]), "\u2003" * place.depth + tree.rows[pk].name


class ComponentField(forms.ModelChoiceField):
    """One component of the tree, as a list to choose from."""

    iterator = _TreeChoices

    def __init__(self, **options):
        super().__init__(Component.objects.all(), **options)


class LocationsField(RowsField):
    """Any number of locations; none is everywhere."""

    def __init__(self, **options):
        super().__init__(Location.objects.all(), **options)


def groups(chosen: Iterable[str] = ()) -> list[Group]:
    """The whole tree, a group for each root, in one query."""
    chosen, tree = {str(pk) for pk in chosen}, Tree()

    def choice(component: Component) -> Choice:
        _root, *names = [each.name for each in [*tree.above(component), component]]
        return Choice(component, joined(names) or component.name, str(component.pk) in chosen)

    return [Group(root.name, [choice(each) for each in (root, *tree.below(root))]) for root in tree.roots]


def places(
    components: Iterable[Component], locations: Iterable[Location], level: Level | None = None
) -> list[Affected]:
    """Every component at every location; without locations, everywhere."""
    wheres: list[Location | None] = list(locations) or [None]
    return [Affected(component, where, level) for component in components for where in wheres]
