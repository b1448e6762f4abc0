"""What is affected, and how badly; and putting an impact of the record right."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents import wording
from incidents.choices import Level
from incidents.forms.fields import Clash, ClashingForm, LevelField, not_before
from incidents.forms.moments import MomentField
from incidents.forms.picker import ComponentsField, LocationsField, places
from incidents.models import Component, Impact, Incident, Location
from incidents.numbers import is_key
from incidents.scope import Affected, open_impacts
from incidents.wall_times import with_clock

HURT = (Level.DEGRADED, Level.PARTIAL, Level.MAJOR)


class ImpactsForm(ClashingForm):
    """A row for each place that is affected now, and below them what else is affected.

    Rows are named by place (``level_<component>_<location>``) and not by impact: a change of level ends one impact and
    begins another, and the place is still the same.
    """

    components = ComponentsField(label=gettext_lazy("What else is affected?"))
    locations = LocationsField(label=gettext_lazy("Where?"), help_text=gettext_lazy("None chosen: everywhere."))
    level = LevelField(levels=HURT, label=gettext_lazy("How badly?"), required=False, empty_value=None)
    at = MomentField(
        label=gettext_lazy("Since when?"), required=False, help_text=gettext_lazy("Empty: now. Holds for all changes.")
    )

    def __init__(self, data=None, *, incident: Incident, **options):
        self.incident = incident
        rows = open_impacts(incident)
        self.places = {_name(row.component_id, row.location_id): (row.component, row.location) for row in rows}
        current = {_name(row.component_id, row.location_id): Level(row.level) for row in rows}
        self.newcomers: set[str] = set()
        if data is not None:
            data = data.copy()
            self._keep_rows_that_are_gone(data, current)
            self._add_rows_that_came_since(data, current)
        super().__init__(data, current=current, version=incident.version, **options)
        for name, (component, location) in self.places.items():
            label = wording.label(component, location)
            self.fields[name] = LevelField(label=label)
            self.fields[name].show_hidden_initial = True

    def _keep_rows_that_are_gone(self, data, current: dict) -> None:
        """A place that was open when the form was read keeps its row, though somebody has ended it since."""
        keys = {name: _key(name) for name in data if name not in current and _key(name)}
        components = Component.objects.in_bulk([component for component, _location in keys.values()])
        locations = Location.objects.in_bulk([location for _component, location in keys.values() if location])
        for name, (component, location) in keys.items():
            if component in components and (not location or location in locations):
                self.places[name] = (components[component], locations.get(location))
                current[name] = Level.OPERATIONAL

    def _add_rows_that_came_since(self, data, current: dict) -> None:
        for name in current.keys() - data.keys():
            self.newcomers.add(name)
            data[name] = data[f"initial-{name}"] = str(int(current[name]))

    def rows(self):
        return [(self[name], component, location) for name, (component, location) in self.places.items()]

    def clean(self):
        typed = super().clean()
        if typed.get("components") and typed.get("level") is None and "level" not in self.errors:
            self.add_error("level", _("Say how badly it is affected."))
        if not typed.get("components") and (typed.get("locations") or typed.get("level") is not None):
            self.add_error("components", _("Choose at least one component."))
        if typed.get("at"):
            typed["at"] = not_before(typed["at"], self.incident.started_at)
        return typed

    def affected(self) -> list[Affected]:
        """The changed rows, then what was added."""
        changed = [Affected(*self.places[name], level) for name, level in self.typed().items() if name in self.places]
        typed = self.cleaned_data
        return [*changed, *places(typed["components"], typed["locations"], typed["level"])]

    def clashes(self) -> list[Clash]:
        """Also where something was to be added at a place that somebody else has put a level on meanwhile."""
        found = super().clashes()
        typed = self.cleaned_data
        for item in places(typed["components"], typed["locations"], typed["level"]):
            name = _name(*item.place)
            if name in self.newcomers and item.level != self.current[name]:
                label = str(self.fields[name].label)
                found.append(Clash(name, label, self.words(name, self.current[name]), self.words(name, item.level)))
        return found


def _name(component_id: int, location_id: int | None) -> str:
    return f"level_{component_id}_{location_id or 0}"


def _key(name: str) -> tuple[int, int] | None:
    """Component and location of a row's name; nothing for other names."""
    parts = name.split("_")
    if len(parts) != 3 or parts[0] != "level" or not all(map(is_key, parts[1:])):
        return None
    return int(parts[1]), int(parts[2])


class ImpactCorrectionForm(ClashingForm):
    """When it began, when it ended, how bad it was: set right with a reason."""

    started_at = MomentField(label=gettext_lazy("From"))
    ended_at = MomentField(label=gettext_lazy("To"), required=False, help_text=gettext_lazy("Empty: still going on."))
    level = LevelField(levels=HURT, label=gettext_lazy("How bad it was"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=255,
        help_text=with_clock(
            gettext_lazy("Stays on the record. Example: the first failed message was at {at}."), 13, 28
        ),
        error_messages={"required": gettext_lazy("Say why; it stays on the record.")},
    )

    def __init__(self, data=None, *, impact: Impact, version: int, **options):
        current = {"started_at": impact.started_at, "ended_at": impact.ended_at, "level": Level(impact.level)}
        self.impact = impact
        super().__init__(data, current=current, version=version, **options)

    def corrected(self) -> dict:
        """All three; what was not typed stays to the second."""
        typed, start = self.typed(), self.impact.incident.started_at
        times = {name: not_before(typed[name], start) for name in ("started_at", "ended_at") if name in typed}
        return self.current | typed | times


class RemovalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why was it never affected?"),
        max_length=255,
        help_text=gettext_lazy("Stays on the record. Example: the graph belonged to the test system."),
        error_messages={"required": gettext_lazy("Say why; it stays on the record.")},
    )
