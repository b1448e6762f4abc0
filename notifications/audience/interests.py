"""What somebody wants to hear about, as chosen, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.choices import Audience, SeverityLevel
from incidents.wording import placed
from notifications.choices import Kind
from notifications.models import Subscription

KINDS = (Kind.INCIDENT, Kind.MAINTENANCE, Kind.POSTMORTEM)
OFFERED = KINDS  # the news that there is; forms ask which only where there are several


@dataclass(frozen=True, slots=True)
class Interest:
    """One scope on a page, by primary keys; nothing chosen means all."""

    component: int | None = None
    location: int | None = None
    incident: int | None = None
    kind: Kind = Kind.EVERYTHING
    min_severity: int = SeverityLevel.MINOR
    window: int | None = None

    @property
    def key(self) -> tuple:
        """What is the same row (the unique constraint of subscriptions)."""
        return (self.component, self.location, self.incident, self.window, str(self.kind))


EVERYTHING = Interest()


def key_of(row: Subscription) -> tuple:
    return (row.component_id, row.location_id, row.incident_id, row.window_id, str(row.kind))


def interests_of(
    components: Sequence[int],
    locations: Sequence[int],
    kinds: Iterable[Kind] = (),
    min_severity: int = SeverityLevel.MINOR,
) -> list[Interest]:
    """Every chosen part in every chosen place, for each chosen kind; a row each. No choice, or every kind that is
    offered, is all."""
    wanted = [kind for kind in KINDS if kind in set(kinds)]
    if not wanted or set(wanted) >= set(OFFERED):
        wanted = [Kind.EVERYTHING]
    return [
        Interest(component, location, None, kind, min_severity)
        for component in (components or [None])
        for location in (locations or [None])
        for kind in wanted
    ]


def sentence(row: Subscription, *, everything: str = "") -> str:
    """Such as "SMS in Frankfurt, incidents only, from major on". Its relations should have been selected with it.

    An incident, or maintenance, that is no longer public keeps its title to itself.
    """
    if row.window_id:
        if row.window.is_public:
            return _("The maintenance “%(title)s”") % {"title": row.window.title}
        return _("One maintenance window")
    if row.incident_id:
        if row.incident.audience == Audience.PUBLIC:
            return _("The incident “%(title)s”") % {"title": row.incident.title}
        return _("One incident")
    words = str(row.component) if row.component_id else everything or _("Everything")
    if row.location_id:
        words = placed(words, str(row.location))
    limits = [words]
    if row.kind != Kind.EVERYTHING:
        limits.append({
            Kind.INCIDENT: _("incidents only"),
            Kind.MAINTENANCE: _("maintenance only"),
            Kind.POSTMORTEM: _("post-mortems only"),
        }[Kind(row.kind)])  # fmt: skip
    if row.min_severity > SeverityLevel.MINOR and row.kind != Kind.MAINTENANCE:
        limits.append(severity_words(row.min_severity))
    return ", ".join(limits)


def on_page(row: Subscription) -> str:
    """The sentence with the page that it is about."""
    if not (row.component_id or row.incident_id or row.window_id):
        return sentence(row, everything=_("Everything on %(page)s") % {"page": row.page})
    return _("%(what)s, on %(page)s") % {"what": sentence(row), "page": row.page}


def severity_words(level: int) -> str:
    return {
        SeverityLevel.MINOR: _("of any severity"),
        SeverityLevel.MAJOR: _("major and critical only"),
        SeverityLevel.CRITICAL: _("critical only"),
    }[SeverityLevel(level)]
