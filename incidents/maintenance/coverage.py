"""What runs where: whether a component is under maintenance at a place and a time.

A window covers its components with all below them, at its location (none: everywhere), from its real beginning to its
real end. Where it says that nothing is noticed, it covers nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, F, Func

from incidents import tree
from incidents.choices import Audience
from incidents.maintenance.choices import Expected
from incidents.maintenance.models import Window, WindowImpact
from incidents.models import Component, Impact, Location

Place = tuple[int, int | None]  # the keys of a component and of a location, none: everywhere


def covers(component: Component, location: Location | None, at: datetime) -> Window | None:
    """The announced window that ran there then; of several the one that began first. Two queries, as for many."""
    place = (component.pk, location.pk if location else None)
    return covered([place], at)[place]


def covered(places: Iterable[Place], at: datetime) -> Mapping[Place, Window | None]:
    """The same for many places: two queries, whatever their number, the depth of the tree and the past."""
    impacts: dict[int, list[WindowImpact]] = defaultdict(list)
    rows = WindowImpact.objects.filter(window__in=Window.objects.running_at(at)).exclude(expected=Expected.NOTHING)
    for row in rows.select_related("window").order_by("window__started_at", "window__pk", "pk"):
        impacts[row.component_id].append(row)
    parents = tree.parents()
    found: dict[Place, Window | None] = {}
    for component, location in places:
        there = [
            row
            for pk in tree.line(component, parents)
            for row in impacts.get(pk, ())
            if row.location_id in (None, location)
        ]
        first = min(there, key=lambda row: (row.window.started_at, row.window.pk), default=None)
        found[component, location] = first.window if first else None
    return found


class IncidentIsCovered(Func):
    """Of a row of incidents: each of its impacts lies within a public window that was announced and ran when it was
    detected; so customers had read of it. The tree is walked by the database, since a query is asked for every list."""

    output_field = BooleanField()

    def __init__(self) -> None:
        super().__init__(F("pk"), F("detected_at"))

    def as_sql(self, compiler: Any, connection: Any, *unused: Any, **also: Any) -> tuple[str, tuple[Any, ...]]:
        """The two expressions are columns: they bring no values along."""
        incident, at = (compiler.compile(each)[0] for each in self.source_expressions)
        names = {
            "incident": incident, "at": at, "nothing": Expected.NOTHING.value, "public": Audience.PUBLIC.value,
            "impact": Impact._meta.db_table, "component": Component._meta.db_table, "window": Window._meta.db_table,
            "affected": WindowImpact._meta.db_table,
        }  # fmt: skip
        return SQL.format(ran=RAN.format(**names), **names), ()


RAN = """told.audience = '{public}' AND told.announced_at <= {at} AND told.started_at <= {at}
        AND (told.ended_at IS NULL OR told.ended_at > {at})"""
# Most incidents met no maintenance at all: that is asked first, before the tree is walked.
SQL = """(
EXISTS (SELECT 1 FROM {window} told WHERE {ran})
AND EXISTS (SELECT 1 FROM {impact} impact WHERE impact.incident_id = {incident})
AND NOT EXISTS (
    WITH RECURSIVE upward(component_id, above_id) AS (
        SELECT id, id FROM {component}
        UNION
        SELECT upward.component_id, parent.parent_id
        FROM upward JOIN {component} parent ON parent.id = upward.above_id WHERE parent.parent_id IS NOT NULL
    )
    SELECT 1 FROM {impact} impact WHERE impact.incident_id = {incident} AND NOT EXISTS (
        SELECT 1 FROM upward
        JOIN {affected} affected ON affected.component_id = upward.above_id
        JOIN {window} told ON told.id = affected.window_id
        WHERE upward.component_id = impact.component_id
        AND (affected.location_id IS NULL OR affected.location_id = impact.location_id)
        AND affected.expected <> {nothing} AND {ran}
    )
))"""
