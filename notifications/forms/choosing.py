"""What to hear about: parts of the page in its own order, places, kinds, and from which severity on."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import SeverityLevel
from incidents.models import Location
from notifications.audience import interests
from notifications.audience.interests import Interest
from notifications.choices import Kind
from statuspage.models import Page
from statuspage.snapshot import layout
from statuspage.snapshot.values import Tree

MOST_ROWS = 200
SEVERITIES = [
    (SeverityLevel.MINOR.value, gettext_lazy("All, small ones too")),
    (SeverityLevel.MAJOR.value, gettext_lazy("Major and critical")),
    (SeverityLevel.CRITICAL.value, gettext_lazy("Critical only")),
]


@dataclass(frozen=True)
class TreeOption:
    """A line of the tree with its box."""

    id: str
    name: str
    is_chosen: bool
    below: list[TreeOption]

    @property
    def is_open(self) -> bool:
        """Something below it is chosen: the fold must not hide it."""
        return any(part.is_chosen or part.is_open for part in self.below)


class ChoosingForm(forms.Form):
    """Nothing chosen means all. Four queries to make one, whatever the size of the page."""

    component = forms.MultipleChoiceField(required=False, label=gettext_lazy("Parts"))
    location = forms.MultipleChoiceField(required=False, label=gettext_lazy("Places"))
    kind = forms.MultipleChoiceField(
        required=False, label=gettext_lazy("News"), choices=[(kind.value, kind.label) for kind in interests.KINDS]
    )
    min_severity = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=SeverityLevel.MINOR.value,  # type: ignore[arg-type]  # the stub knows texts; it is any value
        choices=SEVERITIES,
        label=gettext_lazy("Incidents"),
    )

    def __init__(self, *args, page: Page, **kwargs):
        super().__init__(*args, **kwargs)
        self.page = page
        self.tree: Tree = layout.load(page)
        self.locations = {row.public_id: row for row in Location.objects.all()}
        self.ids = {component.id: pk for pk, component in self.tree.components.items()}
        self.fields["component"].choices = [(id, id) for id in self.ids]
        self.fields["location"].choices = [(id, row.name) for id, row in self.locations.items()]
        for name, words in {
            "component": _("One of these parts is no longer on the page. Choose again."),
            "location": _("One of these places is no longer served. Choose again."),
        }.items():
            self.fields[name].error_messages["invalid_choice"] = words

    def clean(self):
        facts = super().clean()
        if not self.errors and len(self.wanted) > MOST_ROWS:
            words = _("These are too many parts in too many places. Choose a group instead of everything in it.")
            raise ValidationError({"component": words})
        return facts

    @property
    def wanted(self) -> list[Interest]:
        """Of what was chosen; a part within a chosen part adds nothing to it."""
        facts = self.cleaned_data
        chosen = {self.ids[id] for id in facts.get("component", [])}
        tops = [pk for pk in self.tree.components if pk in chosen and not chosen & set(self._above(pk))]
        places = [self.locations[id].pk for id in facts.get("location", [])]
        kinds = [Kind(kind) for kind in facts.get("kind", [])]
        return interests.interests_of(tops, places, kinds, facts.get("min_severity") or SeverityLevel.MINOR)

    @property
    def is_narrowed(self) -> bool:
        """Something was chosen, rightly or not: then it must be seen."""
        names = ("component", "location", "kind")
        severity = self.data.get("min_severity") or str(SeverityLevel.MINOR.value)
        return any(self._given(name) for name in names) or severity != str(SeverityLevel.MINOR.value)

    def parts(self) -> list[TreeOption]:
        given = set(self._given("component"))

        def part(pk: int) -> TreeOption:
            row = self.tree.components[pk]
            return TreeOption(row.id, row.name, row.id in given, [part(child) for child in row.children])

        return [part(pk) for pk in self.tree.roots]

    def places(self) -> list[tuple[str, str, bool]]:
        given = set(self._given("location"))
        return [(id, row.name, id in given) for id, row in self.locations.items()]

    def kinds(self) -> list[tuple[str, str, bool]]:
        """None where there is nothing to choose."""
        if len(interests.OFFERED) < 2:
            return []
        given = set(self._given("kind"))
        return [(kind.value, str(kind.label), kind.value in given) for kind in interests.OFFERED]

    def severities(self) -> list[tuple[int, str, bool]]:
        given = self.data.get("min_severity") or str(SeverityLevel.MINOR.value)
        return [(level, str(words), str(level) == given) for level, words in SEVERITIES]

    def _given(self, name: str) -> list[str]:
        return self.data.getlist(name) if self.is_bound else self.initial.get(name, [])

    def _above(self, pk: int) -> list[int]:
        return [each for each in self.tree.above(pk) if each != pk]
