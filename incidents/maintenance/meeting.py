"""What a window would meet: other windows and open incidents on the same components, at the same places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q

from incidents import tree
from incidents.maintenance.choices import AHEAD, State
from incidents.maintenance.judging import Affects
from incidents.maintenance.models import Window, WindowImpact
from incidents.models import Impact, Incident, User

SHOWN = 5  # of each
BEFORE = timedelta(days=1)  # what ended longer before has caused nothing


@dataclass(frozen=True)
class Met:
    """``windows`` overlap in time, drafts of others included; ``incidents`` are open now. The first of each."""

    windows: tuple[Window, ...] = ()
    incidents: tuple[Incident, ...] = ()


def met(
    affects: Iterable[Affects], starts_at: datetime, ends_at: datetime, *, user: User, but: int | None = None
) -> Met:
    """Of what ``user`` may see, without the window ``but``. Three queries, whatever there is."""
    affects = list(affects)
    if not affects:
        return Met()
    same = _same_places(affects)
    impacts = Prefetch("impacts", WindowImpact.objects.select_related("component", "location"))
    hit = WindowImpact.objects.filter(same).values("window")
    windows = Window.objects.visible_to(user).overlapping(starts_at, ends_at).exclude(pk=but)
    windows = windows.filter(state__in=[State.DRAFT, *AHEAD], pk__in=hit).prefetch_related(impacts)
    open_impacts = Impact.objects.open().filter(same).values("incident")
    incidents = Incident.objects.visible_to(user).open().filter(pk__in=open_impacts)
    return Met(tuple(windows.order_by("starts_at", "pk")[:SHOWN]), tuple(incidents.order_by("-started_at")[:SHOWN]))


def around(incident: Incident, *, user: User, now: datetime) -> list[Window]:
    """Windows that began before now and ran while the incident did, or in the day before it, at the same places: one of
    them may have caused it. Three queries, and those of its impacts."""
    if not user.has_perm("maintenance.view_window"):
        return []
    hit = incident.impacts.select_related("component", "location")
    began = Window.objects.visible_to(user).filter(started_at__lte=incident.resolved_at or now)
    lately = began.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=incident.started_at - BEFORE))
    same = WindowImpact.objects.filter(_same_places(hit)).values("window")
    return list(lately.filter(pk__in=same).order_by("-started_at", "-pk")[:SHOWN])


def _same_places(affects: Iterable[Affects | Impact]) -> Q:
    """Impacts on the components, on what they are part of and on what is below them; everywhere meets any place."""
    parents = tree.parents()
    children = tree.children()
    found = Q(pk__in=[])
    for each in affects:
        related = {*tree.line(each.component.pk, parents), *tree.below({each.component.pk: True}, children)}
        place = Q(component__in=related)
        if each.location is not None:
            place &= Q(location=each.location) | Q(location=None)
        found |= place
    return found
