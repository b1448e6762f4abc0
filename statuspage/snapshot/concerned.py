"""Whose permanent pages some incidents stand on or ever stood: what to draw, what may say too much, what must go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incidents import models as incident_models
from statuspage.snapshot import uptime
from statuspage.snapshot.values import (
    COMPONENT,
    INCIDENT,
    MONTH,
    Concerned,
    Impact,
    Incident,
    Month,
    Tree,
    month_id,
    month_of,
)

Known = dict[int, set[tuple[str, datetime]]]  # public id and start of each incident, as they are and ever were


def known(touched: Collection[int] | None) -> Known:
    """Public id and every start that a touched incident has or ever had: its pages may have to go."""
    found = defaultdict(set)
    for rows in (incident_models.Incident.objects.all(), incident_models.Incident.history.order_by()):
        if touched is not None:
            rows = rows.filter(id__in=list(touched))
        for pk, public_id, started_at in rows.values_list("id", "public_id", "started_at").distinct():
            found[pk].add((public_id, started_at))
    return found


def months(found: Known, zone: ZoneInfo) -> set[Month]:
    return {month_of(started_at, zone) for rows in found.values() for _id, started_at in rows}


def components(
    tree: Tree,
    incidents: Iterable[Incident],
    pins: Iterable[Impact],
    *,
    touched: Collection[int] | None,
    fresh: Collection[int],
    due: datetime | None,
    now: datetime,
    zone: ZoneInfo,
) -> frozenset[int]:
    """Components whose own page may have changed: by a touched incident, now or ever, or by time since ``due``."""
    if touched is None or due is None or uptime.next_midnight(due - timedelta(microseconds=1), zone) <= now:
        return frozenset(tree.components)
    seeds = _ever_named(touched, tree)
    for incident in incidents:
        for impact in incident.impacts:
            if incident.pk in fresh or _turned(impact, due, now):
                seeds.add(impact.component)
    seeds |= {pin.component for pin in pins if _turned(pin, due, now)}
    return around(seeds, tree)


def around(seeds: Iterable[int], tree: Tree) -> frozenset[int]:
    """With all below and all above: an impact shows on each of their pages."""
    return frozenset(pk for seed in seeds for pk in (*tree.below(seed), *tree.above(seed)))


def taken_back(
    pks: Collection[int], found: Known, tree: Tree, incidents: Iterable[Incident], zone: ZoneInfo
) -> Concerned:
    """The permanent pages that may still say what was taken back."""
    if not pks:
        return Concerned()
    said = months({pk: found[pk] for pk in pks}, zone)
    named = {impact.component for incident in incidents if incident.pk in pks for impact in incident.impacts}
    return Concerned(frozenset(pks), frozenset(said), around(_ever_named(pks, tree) | named, tree))


def gone(
    found: Known, standing: Collection[int], empty: Iterable[Month], tree: Tree, *, everything: bool
) -> dict[str, frozenset[str]]:
    """By kind, the ids of what may no longer stand. ``empty``: months in which nothing stands any more."""
    ids = {
        INCIDENT: frozenset(public_id for pk, rows in found.items() if pk not in standing for public_id, _at in rows),
        MONTH: frozenset(map(month_id, empty)),
    }
    if everything:
        ids[COMPONENT] = tree.catalogue - {component.id for component in tree.components.values()}
    return ids


def _ever_named(incidents: Collection[int], tree: Tree) -> set[int]:
    """Where the components show that these incidents concern, or ever did."""
    ever = (
        incident_models.Impact.history.filter(incident_id__in=list(incidents))
        .order_by()
        .values_list("component_id", flat=True)
    )
    return {anchor for component in ever.distinct() for anchor in tree.anchors.get(component, ())}


def _turned(impact: Impact, due: datetime, now: datetime) -> bool:
    return due <= impact.started_at <= now or (impact.ended_at is not None and due <= impact.ended_at <= now)
