"""Who would get a message if it were posted now, before it is (DESIGN section 11: it says what will happen).

The scope is the one that the release would use (:func:`notifications.audience.reach.scope_for`), so the number is the
number of messages, but for subscribers who join or leave in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import OperationalError, connection, transaction
from django.db.models import Q

from incidents.maintenance.judging import Affects
from incidents.maintenance.models import Window
from incidents.models import Incident, IncidentUpdate
from notifications.announcements import rate_limit
from notifications.audience import reach
from notifications.choices import Event, Kind, Transport
from notifications.content import maintenance
from notifications.content.incident import incidents_of, scope_of_removal
from notifications.content.maintenance_staff import listeners_of
from notifications.content.maintenance_update import places as maintenance_places
from notifications.content.postmortem import about, scope_of, scope_of_withdrawal
from notifications.content.postmortem_version import places
from notifications.models import Channel, MessageSettings, SendingSwitch
from postmortems.models import Postmortem
from statuspage.models import Page
from statuspage.snapshot import layout

MANY = 100_000
PATIENCE = 3_000  # milliseconds that a person at the composer is made to wait for a number, on PostgreSQL


@dataclass(frozen=True)
class Forecast:
    """How many messages, by transport. ``is_unknown``: too many to count in a moment."""

    numbers: dict[str, int] = field(default_factory=dict)
    is_unknown: bool = False
    channels: Sequence[Channel] = ()
    undo_seconds: int = 0
    held_by: rate_limit.Allowance | None = None  # the limit that is used up: a person will have to release it
    is_paused: bool = False

    @property
    def is_nobody(self) -> bool:
        return not self.numbers and not self.is_unknown

    def is_more(self, transport: str) -> bool:
        return self.numbers.get(transport, 0) > MANY


def forecast_update(
    incident: Incident | None, pages: Sequence[Page], places: Sequence[reach.Place], *, severity: int
) -> Forecast:
    """What one more update would come to; ``incident``: none where it does not exist yet."""
    pages = sorted(pages, key=lambda page: page.pk)
    incidents = incidents_of(incident) if incident else []
    scope = reach.scope_for(pages, places=places, severity=severity, incidents=incidents)
    message_settings = _message_settings(incident, pages)
    about = Q(kind=Kind.INCIDENT, incident=incident)
    allowed = rate_limit.allowance(about, message_settings, with_waiting=True) if incident and pages else None
    channels = inside(incident, [component for component, _location in places], severity=severity)
    return _forecast(scope, message_settings, channels=channels, allowed=allowed)


def forecast_ending(incident: Incident, pages: Sequence[Page], *, of: IncidentUpdate | None = None) -> Forecast:
    """Who would hear that it goes on elsewhere, or that the update ``of`` it is withdrawn: whoever was told of it."""
    pages = sorted(pages, key=lambda page: page.pk)
    scope = reach.scope_for(
        pages, places=[], severity=incident.severity_id, incidents=incidents_of(incident),
        earlier=Q(update=of) if of else None, is_told_only=True, also=() if of else reach.followers(incident),
    )  # fmt: skip
    channels = inside(incident, [], severity=incident.severity_id)
    return _forecast(scope, _message_settings(incident, pages), channels=channels)


def forecast_removal(incident: Incident, pages: Sequence[Page]) -> Forecast:
    """Who would hear that these pages do not show it any more. Our own channels do not."""
    pages = sorted(pages, key=lambda page: page.pk)
    return _forecast(scope_of_removal(incident, pages), list(MessageSettings.objects.filter(page__in=pages)))


def forecast_postmortem(postmortem: Postmortem) -> Forecast:
    """What publishing it and telling would come to: the scope is the one that its release would use."""
    incident = postmortem.incident
    pages = sorted(layout.pages_of(incident), key=lambda page: page.pk)
    scope = scope_of(incident, pages, places=places(incident), severity=incident.severity_id)
    message_settings = _message_settings(incident, pages)
    allowed = None
    if pages:
        allowed = rate_limit.allowance(about(incident, postmortem.pk), message_settings, with_waiting=True)
    return _forecast(scope, message_settings, allowed=allowed)


def forecast_withdrawn_postmortem(postmortem: Postmortem) -> Forecast:
    """Who would hear that it was withdrawn: whoever was told of it. Our own channels do not."""
    incident = postmortem.incident
    pages = sorted(layout.pages_of(incident), key=lambda page: page.pk)
    return _forecast(scope_of_withdrawal(incident, pages, postmortem.pk), _message_settings(incident, pages))


def forecast_window(window: Window | None, pages: Sequence[Page], affects: Iterable[Affects]) -> Forecast:
    """What announcing it on these pages, for these places, would come to, or one more word of it. ``window``: none
    where it does not exist yet."""
    pages, affects = sorted(pages, key=lambda page: page.pk), list(affects)
    pk = window.pk if window else None
    scope = maintenance.scope_of(pk, pages, places=sorted(maintenance_places(affects), key=_in_order))
    message_settings = list(MessageSettings.objects.filter(page__in=pages))
    allowed = rate_limit.allowance(maintenance.about(pk), message_settings, with_waiting=True) if pk and pages else None
    listeners = listeners_of(window, [each.component.pk for each in affects])
    channels = reach.channels_for(Event.STAFF_MAINTENANCE, listeners)
    return _forecast(scope, message_settings, channels=channels, allowed=allowed)


def _forecast(
    scope: reach.Scope,
    message_settings: Sequence[MessageSettings],
    *,
    channels: Sequence[Channel] = (),
    allowed: rate_limit.Allowance | None = None,
) -> Forecast:
    numbers = _count(scope) if scope.pages else {}
    return Forecast(
        numbers=numbers or {},
        is_unknown=numbers is None,
        channels=channels,
        undo_seconds=max((each.undo_seconds for each in message_settings), default=0),
        held_by=allowed if allowed and allowed.is_used_up else None,
        is_paused=SendingSwitch.now().paused_at is not None,
    )


def _in_order(place: reach.Place) -> tuple[int, int]:
    return place[0], place[1] or 0


def _message_settings(incident: Incident | None, pages: Sequence[Page]) -> list[MessageSettings]:
    """Of the pages that it will stand on: those that release will ask."""
    its = Q(page__in=pages)
    if incident is not None and pages:
        its |= Q(page__listed__incident=incident)
    return list(MessageSettings.objects.filter(its).distinct())


def inside(incident: Incident | None, components: Sequence[int], *, severity: int) -> list[Channel]:
    """The internal channels that hear of each update."""
    felt, teams = set(components), set()
    if incident is not None:
        felt |= set(incident.impacts.values_list("component", flat=True))
        teams = {incident.owner.team_id} if incident.owner and incident.owner.team_id else set()
    return reach.listening(Event.STAFF_UPDATE, severity=severity, teams=teams | reach.teams_for(felt))


def _count(scope: reach.Scope) -> dict[str, int] | None:
    """None where the database was not done in time."""
    try:
        if connection.vendor != "postgresql":
            return reach.count(scope, most=MANY + 1)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE:d}")
            found = reach.count(scope, most=MANY + 1)
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
            return found
    except OperationalError:
        return None


def in_order(numbers: dict[str, int]) -> list[tuple[Transport, int]]:
    return [(transport, numbers[transport]) for transport in Transport if numbers.get(transport)]
