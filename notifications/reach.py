"""Whom an event reaches: subscribers by their scopes, internal channels by team, severity and topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from incidents.choices import Audience
from incidents.models import Component, Incident
from notifications.choices import TOPIC_OF, DeliveryState, Event, Kind, Transport
from notifications.models import Announcement, Channel, Delivery, Muted, Subscriber, Subscription

Place = tuple[int, int | None]  # component and location (none: everywhere), by primary key


@dataclass(frozen=True)
class Scope:
    """What a subscription is held against. ``pages`` in their order: the first that matches dresses the message."""

    pages: Sequence[int]
    places: Sequence[Place]
    severity: int
    kind: Kind = Kind.INCIDENT
    incidents: Sequence[int] = ()  # it, and what was merged into it
    earlier: Sequence[int] = field(default=())  # announcements that told of it before

    @property
    def wanted(self) -> Q:
        """The subscriptions that match now."""
        return (
            Q(page__in=self.pages, confirmed_at__isnull=False, kind__in=[Kind.EVERYTHING, self.kind])
            & Q(min_severity__lte=self.severity)
            & (Q(incident__isnull=True) | Q(incident__in=self.incidents))
            & self._places
        )

    @property
    def _places(self) -> Q:
        """A component means whatever is below it too; component and location must meet in one affected place."""
        above = ancestors()
        parts: dict[int | None, set[int]] = {}
        for component, location in self.places:
            parts.setdefault(location, set()).update(above.get(component, {component}))
        everywhere = parts.pop(None, set())
        some = everywhere.union(*parts.values())
        found = Q(component__isnull=True, location__isnull=True) | Q(component__in=some, location__isnull=True)
        if everywhere:
            found |= Q(component__in=everywhere) | Q(component__isnull=True, location__isnull=False)
        for location, components in parts.items():
            found |= Q(location=location) & (Q(component__isnull=True) | Q(component__in=components))
        return found


def ancestors() -> dict[int, set[int]]:
    """Each component with all above it. One query."""
    parents = dict(Component.objects.order_by().values_list("pk", "parent_id"))
    found: dict[int, set[int]] = {}
    for pk in parents:
        chain: set[int] = set()
        above: int | None = pk
        while above is not None and above not in chain:
            chain.add(above)
            above = parents.get(above)
        found[pk] = chain
    return found


def incidents_of(incident: Incident) -> list[int]:
    """The incident and all that were merged into it, by primary key: whoever heard of those hears of it."""
    found, waiting = {incident.pk}, [incident.pk]
    while waiting:
        waiting = list(
            Incident.objects.filter(merged_into__in=waiting).exclude(pk__in=found).values_list("pk", flat=True)
        )
        found.update(waiting)
    return sorted(found)


def recipients(scope: Scope) -> QuerySet[Subscriber]:
    """Mail and chat: each address once, with ``dress``, the page that its message comes from."""
    rows = Subscriber.objects.active().exclude(transport=Transport.WEBHOOK).filter(_not_muted(scope))
    dress = [Subquery(_first_page(Subscription.objects.filter(scope.wanted, subscriber=OuterRef("pk"))))]
    if scope.earlier:
        dress.append(Subquery(_first_page(_told_earlier(scope))))
    return rows.annotate(dress=Coalesce(*dress) if len(dress) > 1 else dress[0]).filter(dress__isnull=False)


def endpoints(scope: Scope, page: int) -> QuerySet[Subscriber]:
    """Webhooks: each that is to hear of it from this page."""
    rows = Subscriber.objects.active().filter(_not_muted(scope), transport=Transport.WEBHOOK)
    reached = Exists(Subscription.objects.filter(scope.wanted, subscriber=OuterRef("pk"), page=page))
    if scope.earlier:
        reached = reached | Exists(_told_earlier(scope).filter(page=page))
    return rows.filter(reached)


def _first_page(rows: QuerySet) -> QuerySet:
    return rows.order_by("page__position", "page__name", "page").values("page")[:1]


def _told_earlier(scope: Scope) -> QuerySet[Delivery]:
    """Whoever heard the alarm hears the all-clear, unless they left the page since."""
    still = Subscription.objects.confirmed().filter(subscriber=OuterRef("subscriber"), page=OuterRef("page"))
    return Delivery.objects.filter(
        Exists(still), subscriber=OuterRef("pk"), announcement__in=scope.earlier, page__in=scope.pages
    ).exclude(state=DeliveryState.CANCELLED)


def _not_muted(scope: Scope) -> Q:
    return ~Exists(Muted.objects.filter(subscriber=OuterRef("pk"), incident__in=scope.incidents))


def count(scope: Scope) -> dict[str, int]:
    """How many messages there would be, by transport."""
    rows = recipients(scope).order_by().values("transport").annotate(n=Count("pk")).values_list("transport", "n")
    found = dict(rows)
    if webhooks := sum(endpoints(scope, page).count() for page in scope.pages):
        found[Transport.WEBHOOK] = webhooks
    return found


def channels_for(announcement: Announcement) -> list[Channel]:
    """The internal channels that are to hear of it (1-06, 1-21). Of a restricted incident: those of security only."""
    incident = announcement.incident
    if announcement.event == Event.STAFF_RESTRICTED or (incident and incident.audience == Audience.RESTRICTED):
        return list(Channel.objects.active().filter(is_security=True))
    rows = Channel.objects.active()
    if incident is not None:
        rows = rows.filter(
            Q(team__isnull=True) | Q(team__in=teams_of(incident)), min_severity__lte=incident.severity.level
        )
    topic = TOPIC_OF.get(Event(announcement.event))
    return [channel for channel in rows if topic is None or topic in channel.topics]


def teams_of(incident: Incident) -> set[int]:
    """The owner's team, and of each affected component the team that owns it or the nearest part above it."""
    teams = {incident.owner.team_id} if incident.owner and incident.owner.team_id else set()
    rows = {
        pk: (parent, team)
        for pk, parent, team in Component.objects.order_by().values_list("pk", "parent_id", "team_id")
    }
    for component in incident.impacts.values_list("component", flat=True).distinct():
        at: int | None = component
        while at is not None:
            at, team = rows.get(at, (None, None))
            if team is not None:
                teams.add(team)
                break
    return teams
