"""What an incident affects: component, location, level. The one shape in which doors hand it to actions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.choices import Level
from incidents.models import Component, Impact, Incident, Location
from incidents.wording import listing, placed, what_where

NAMED = 3  # components in the line that says what is affected


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
    """Without repeats; where a place stands twice, the last entry holds."""
    return list({item.place: item for item in affected}.values())


def in_words(incident: Incident) -> str:
    """SMS partial outage in Frankfurt and Singapore, WhatsApp degraded. From the impacts that are open."""
    pairs = []
    for impact in sorted(incident.impacts.all(), key=lambda impact: -impact.level):
        if impact.ended_at is None:
            words = {"component": impact.component.name, "level": Level(impact.level).label.lower()}
            what = _("%(component)s %(level)s") % words
            pairs.append((what, impact.location.name if impact.location else ""))
    found = [(name, where) for names, where in what_where(pairs) for name in names]
    parts = [placed(name, listing(where, most=None)) for name, where in found[:NAMED]]
    if len(found) > NAMED:
        parts.append(_("%(n)d more") % {"n": len(found) - NAMED})
    return ", ".join(parts)
