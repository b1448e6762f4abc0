"""Rows of maintenance windows, and of locations, as the frozen values that a page may show."""

from __future__ import annotations

from collections import defaultdict
from datetime import time
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from incidents import models as incident_models
from incidents.maintenance import models
from incidents.maintenance.choices import Expected, Kind, State, UpdateKind
from incidents.plain_text import plain
from statuspage.snapshot.values import Tree
from statuspage.snapshot.window import Affected, Brief, Place, Window, WindowUpdate

UPDATE = (
    "public_id", "kind", "body", "posted_at", "starts_at", "ends_at", "old_starts_at", "old_ends_at",
    "deliver_notifications", "is_late", "is_emergency",
)  # fmt: skip
BRIEF = (
    "pk", "public_id", "title", "state", "starts_at", "ends_at", "announced_at", "started_at", "ended_at",
    "cancelled_at", "changed_at",
)  # fmt: skip
IN_FULL = (
    *BRIEF, "kind", "is_emergency", "arithmetic", "body", "advice", "verifying_at", "sequence",
)  # fmt: skip
Hits = dict[int, dict[tuple[int, int | None], Affected]]  # by window


def briefs(rows: QuerySet[models.Window], tree: Tree) -> tuple[Brief, ...]:
    """Earliest start first. Two queries."""
    hits = _affected(rows, tree)
    return tuple(
        Brief(pk, public_id, plain(title), State(state), *times, affects=tuple(hits[pk].values()))
        for pk, public_id, title, state, *times in rows.order_by("starts_at", "pk").values_list(*BRIEF)
    )


def windows(rows: QuerySet[models.Window], tree: Tree) -> tuple[Window, ...]:
    """Earliest start first. Three queries."""
    affects, updates = _affected(rows, tree), defaultdict(list)
    told = models.WindowUpdate.objects.filter(window__in=rows.order_by().values("pk"))
    for update in told.order_by("posted_at", "pk").values_list("window", *UPDATE, named=True):
        updates[update.window].append(_update(update))
    found = rows.order_by("starts_at", "pk").values_list(*IN_FULL, named=True)
    return tuple(_window(row, tuple(updates[row.pk]), tuple(affects[row.pk].values())) for row in found)


def _affected(rows: QuerySet[models.Window], tree: Tree) -> Hits:
    """Worst first, each component and location of the page once."""
    found: Hits = defaultdict(dict)
    hits = models.WindowImpact.objects.filter(window__in=rows.order_by().values("pk")).order_by("-expected", "pk")
    for window, item, location, expected in hits.values_list("window", "component", "location", "expected"):
        for component in tree.anchors.get(item, ()):
            found[window].setdefault((component, location), Affected(component, location, Expected(expected)))
    return found


def _update(row) -> WindowUpdate:
    return WindowUpdate(
        id=row.public_id,
        kind=UpdateKind(row.kind),
        text=plain(row.body),
        at=row.posted_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        old_starts_at=row.old_starts_at,
        old_ends_at=row.old_ends_at,
        deliver_notifications=row.deliver_notifications,
        is_late=row.is_late,
        is_emergency=row.is_emergency,
    )


def _window(row, updates: tuple[WindowUpdate, ...], affects: tuple[Affected, ...]) -> Window:
    return Window(
        pk=row.pk,
        id=row.public_id,
        title=plain(row.title),
        kind=Kind(row.kind),
        state=State(row.state),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        announced_at=row.announced_at,
        is_emergency=bool(row.is_emergency),
        notice_days=min(count["given"] for count in row.arithmetic["counts"]),
        body=plain(row.body),
        advice=plain(row.advice),
        started_at=row.started_at,
        verifying_at=row.verifying_at,
        ended_at=row.ended_at,
        cancelled_at=row.cancelled_at,
        sequence=row.sequence,
        changed_at=row.changed_at,
        updates=updates,
        affects=affects,
    )


def places() -> tuple[Place, ...]:
    rows = incident_models.Location.objects.all()
    return tuple(Place(row.pk, row.public_id, plain(row.name), ZoneInfo(row.time_zone), _off_peak(row)) for row in rows)


def _off_peak(row: incident_models.Location) -> tuple[time, time] | None:
    found = row.off_peak_from, row.off_peak_until
    return None if None in found else found
