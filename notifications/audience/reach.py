"""Whom an event reaches: subscribers by their scopes, internal channels by team, severity and topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from incidents import tree
from incidents.models import Component, Incident
from notifications.choices import TOPIC_OF, DeliveryState, Kind, Reach, Topic, Transport
from notifications.models import Announcement, Channel, Delivery, Muted, Subscriber, Subscription
from statuspage.models import Page

Place = tuple[int, int | None]  # component and location (none: everywhere), by primary key


@dataclass(frozen=True)
class Scope:
    """What a subscription is held against. ``pages`` in their order: the first that matches dresses the message."""

    pages: Sequence[int]
    places: Sequence[Place]
    severity: int
    kind: Kind = Kind.INCIDENT
    incidents: Sequence[int] = ()  # it, and what was merged into it
    window: int | None = None
    earlier: Sequence[int] = field(default=())  # announcements of it before
    is_told_only: bool = False  # nobody but recipients of those, and
    also: Sequence[int] = ()  # these subscribers
    ended: Sequence[int] | None = None  # announcements that it is over: not whoever has one of these after those

    @property
    def wanted(self) -> Q:
        """The subscriptions that match now."""
        if self.is_told_only:
            return Q(page__in=self.pages, confirmed_at__isnull=False, subscriber__in=self.also)
        return (
            Q(page__in=self.pages, confirmed_at__isnull=False, kind__in=[Kind.EVERYTHING, self.kind])
            & Q(min_severity__lte=self.severity)
            & self._subject
            & self._places
        )

    @property
    def _subject(self) -> Q:
        """Those of everything, and those that follow just this one."""
        found = Q(incident__isnull=True, window__isnull=True) | Q(incident__in=self.incidents)
        return found | Q(window=self.window) if self.window else found

    @property
    def _places(self) -> Q:
        """A component means whatever is below it too; component and location must meet in one affected place."""
        parents = tree.parents()
        parts: dict[int | None, set[int]] = {}
        for component, location in self.places:
            parts.setdefault(location, set()).update(tree.line(component, parents))
        everywhere = parts.pop(None, set())
        some = everywhere.union(*parts.values())
        found = Q(component__isnull=True, location__isnull=True) | Q(component__in=some, location__isnull=True)
        if everywhere:
            found |= Q(component__in=everywhere) | Q(component__isnull=True, location__isnull=False)
        for location, components in parts.items():
            found |= Q(location=location) & (Q(component__isnull=True) | Q(component__in=components))
        return found


@dataclass(frozen=True)
class Listeners:
    """Which internal channels are to hear of something: those of ``teams`` (none: whatever their team) from
    ``severity`` on, or, where it is closed, those of security only. Where it is the teams' own, theirs and no other."""

    severity: int | None = None
    topic: Topic | None = None  # none: that of the event
    teams: frozenset[int] = frozenset()
    is_closed: bool = False
    is_own: bool = False


def scope_for(
    pages: Sequence[Page],
    *,
    places: Sequence[Place],
    severity: int,
    kind: Kind = Kind.INCIDENT,
    incidents: Sequence[int] = (),
    window: int | None = None,
    earlier: Q | None = None,
    is_told_only: bool = False,
    also: Sequence[int] = (),
    ended: Q | None = None,
    but: int | None = None,
) -> Scope:
    """Whom something reaches: subscribers who want it now, and recipients of an announcement before, of ``incidents``
    or of what ``earlier`` says; where ``is_told_only``, those recipients and the subscribers ``also``. Of recipients
    nobody who has heard since, by an announcement that ``ended`` describes, that it is over."""
    before = Announcement.objects.filter(earlier or Q(kind=kind, incident__in=incidents))
    before = before.filter(reach=Reach.SUBSCRIBERS, released_at__isnull=False).exclude(pk=but)
    over = list(before.filter(ended).values_list("pk", flat=True)) if ended else None
    return Scope(
        pages=[page.pk for page in pages],
        places=places,
        severity=severity,
        kind=kind,
        incidents=incidents,
        window=window,
        earlier=list(before.exclude(pk__in=over or []).values_list("pk", flat=True)),
        is_told_only=is_told_only,
        also=also,
        ended=over,
    )


def followers(incident: Incident) -> list[int]:
    """Subscribers of just this incident, told of it before or not."""
    rows = Subscription.objects.confirmed().filter(incident=incident)
    return sorted(set(rows.values_list("subscriber", flat=True)))


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
    reached = Q(Exists(Subscription.objects.filter(scope.wanted, subscriber=OuterRef("pk"), page=page)))
    if scope.earlier:
        reached |= Q(Exists(_told_earlier(scope).filter(page=page)))
    return rows.filter(reached)


def _first_page(rows: QuerySet) -> QuerySet:
    return rows.order_by("page__position", "page__name", "page").values("page")[:1]


def _told_earlier(scope: Scope) -> QuerySet[Delivery]:
    """Recipients of the alarm get the all-clear, unless they left the page since."""
    return _heard(scope).filter(subscriber=OuterRef("pk"))


def _heard(scope: Scope) -> QuerySet[Delivery]:
    still = Subscription.objects.confirmed().filter(subscriber=OuterRef("subscriber"), page=OuterRef("page"))
    missed = [DeliveryState.CANCELLED, DeliveryState.FAILED] if scope.is_told_only else [DeliveryState.CANCELLED]
    rows = Delivery.objects.filter(Exists(still), announcement__in=scope.earlier, page__in=scope.pages)
    rows = rows.exclude(state__in=missed)
    if scope.ended is None:
        return rows
    over = Delivery.objects.filter(
        subscriber=OuterRef("subscriber"), page=OuterRef("page"), announcement__in=scope.ended,
        announcement__gt=OuterRef("announcement"),
    ).exclude(state__in=missed)  # fmt: skip
    return rows.filter(~Exists(over)).exclude(state=DeliveryState.DUE)  # what waits is called back


def anybody_heard(scope: Scope) -> bool:
    """Whether there is a recipient of an announcement before."""
    return _heard(scope).exists()


def _not_muted(scope: Scope) -> Q:
    of_it = Q(incident__in=scope.incidents) | (Q(window=scope.window) if scope.window else Q(pk__in=[]))
    return ~Q(Exists(Muted.objects.filter(of_it, subscriber=OuterRef("pk"))))


def count(scope: Scope, *, most: int | None = None) -> dict[str, int]:
    """How many messages there would be, by transport; of very many, the first ``most``.

    The same people as :func:`recipients` and :func:`endpoints`, asked for from the subscriptions that match: the time
    follows their number, and not that of all subscribers.
    """
    rows = Subscriber.objects.active().filter(_not_muted(scope))
    addresses = rows.exclude(transport=Transport.WEBHOOK).filter(pk__in=_reached(scope, webhooks=False))
    found: Counter[str] = Counter(dict(_by_transport(addresses, most)))
    for page in scope.pages:
        only = replace(scope, pages=[page])
        webhooks = rows.filter(transport=Transport.WEBHOOK, pk__in=_reached(only, webhooks=True))
        found.update(dict(_by_transport(webhooks, most)))
    return {transport: n for transport, n in found.items() if n}


def _by_transport(rows: QuerySet[Subscriber], most: int | None) -> QuerySet:
    if most is not None:
        rows = Subscriber.objects.filter(pk__in=rows.order_by().values("pk")[:most])
    return rows.order_by().values("transport").annotate(n=Count("pk")).values_list("transport", "n")


def _reached(scope: Scope, *, webhooks: bool) -> QuerySet:
    """Subscribers who want it now, or got earlier ones; with others among them, whom the caller leaves out."""
    wanted = Subscription.objects.filter(scope.wanted).order_by().values("subscriber")
    if not scope.earlier:
        return wanted
    of_kind = Q(transport=Transport.WEBHOOK)  # in the form of the index that leads to them
    told = _heard(scope).filter(of_kind if webhooks else ~of_kind, subscriber__isnull=False)
    return wanted.union(told.order_by().values("subscriber"))


def channels_for(event: str, listeners: Listeners) -> list[Channel]:
    """The internal channels that are to hear of it (1-06, 1-21)."""
    if listeners.is_closed:
        return list(Channel.objects.active().filter(is_security=True))
    if listeners.is_own:
        return list(Channel.objects.active().filter(team__in=listeners.teams))
    if listeners.severity is not None:
        return listening(event, severity=listeners.severity, teams=listeners.teams, topic=listeners.topic)
    topic = listeners.topic or TOPIC_OF.get(event)
    return [channel for channel in Channel.objects.active() if topic is None or topic in channel.topics]


def listening(event: str, *, severity: int, teams: Iterable[int], topic: Topic | None = None) -> list[Channel]:
    """The channels of these teams, and of every team, that hear of such an event from this severity on."""
    topic = topic or TOPIC_OF.get(event)
    rows = Channel.objects.active().filter(Q(team__isnull=True) | Q(team__in=teams), min_severity__lte=severity)
    return [channel for channel in rows if topic is None or topic in channel.topics]


def teams_for(components: Iterable[int]) -> set[int]:
    """Of each component the team that owns it or the nearest part above it."""
    teams: set[int] = set()
    rows = {
        pk: (parent, team)
        for pk, parent, team in Component.objects.order_by().values_list("pk", "parent_id", "team_id")
    }
    for component in components:
        at: int | None = component
        while at is not None:
            at, team = rows.get(at, (None, None))
            if team is not None:
                teams.add(team)
                break
    return teams
