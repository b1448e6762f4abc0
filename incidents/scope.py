"""What an incident affects: component, location, level. The one shape in which doors hand it to actions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from incidents.choices import Level
from incidents.models import Component, Impact, Incident, Location


@dataclass(frozen=True)
class Affected:
    """One component at one location (none = all). ``level`` empty: the level that the severity implies."""

    component: Component
    location: Location | None = None
    level: Level | None = None

    @property
    def place(self) -> tuple[int, int | None]:
        return self.component.pk, self.location.pk if self.location else None


def open_impacts(incident: Incident) -> list[Impact]:
    return list(incident.impacts.open().select_related("component", "location"))


def current(incident: Incident) -> list[Affected]:
    """What is affected now, from the open impacts."""
    return [Affected(i.component, i.location, Level(i.level)) for i in open_impacts(incident)]


def one_for_each_place(affected: Iterable[Affected]) -> list[Affected]:
    """Without repeats; where a place stands twice, the last word holds."""
    return list({item.place: item for item in affected}.values())
