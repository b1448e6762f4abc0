"""When what a page says of its subjects changed last: ``updated_at`` of programs and feeds (DESIGN section 8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from statuspage.snapshot.changes import ENTRY, FEED, NEWS, PAGE, UPDATE
from statuspage.snapshot.values import COMPONENT, INCIDENT, WINDOW, Component, Incident, Snapshot
from statuspage.snapshot.window import Window


def incident(snapshot: Snapshot, each: Incident) -> datetime:
    """Anything that readers see of it, silent corrections included."""
    report = each.report and (each.report.at, each.report.changed_at, each.report.change, each.report.content)
    return snapshot.changes.at(
        INCIDENT, each.id, each.changed_at, each.title, each.severity, each.status, each.started_at, each.ended_at,
        each.updates, each.impacts, each.merged, report, each.report_promised_at,
    )  # fmt: skip


def window(snapshot: Snapshot, each: Window) -> datetime:
    """Its words name what is affected."""
    names = [(snapshot[hit.component].name, snapshot.places.get(hit.location)) for hit in each.affects]
    return snapshot.changes.at(WINDOW, each.id, each.changed_at, each, names)


def update(snapshot: Snapshot, public_id: str, moment: datetime, *shown: object) -> datetime:
    """Of an incident or a window. The words of some follow from what is true of their subject by now."""
    return snapshot.changes.at(UPDATE, public_id, moment, *shown)


def component(snapshot: Snapshot, each: Component, turned: Iterable[datetime], *shown: object) -> datetime:
    """Its entry in the catalogue, or what it shows."""
    return snapshot.changes.at(COMPONENT, each.id, max([each.changed_at, *turned]), each, *shown)


def page(snapshot: Snapshot, moments: Iterable[datetime], *shown: object) -> datetime:
    """Anything on it. What is touched beyond its lists, in the history, counts as changed now."""
    listed = {each.pk for each in snapshot.recent}
    beyond = not snapshot.is_whole and any(pk not in listed for pk in snapshot.touched)
    moments = [*moments, *([snapshot.now] if beyond else [])]
    facts = snapshot.page
    return snapshot.changes.at(
        PAGE, facts.id, max(moments), facts.title, facts.url, facts.zone.key, facts.language, facts.brand_color,
        facts.links, *shown,
    )  # fmt: skip


def news(snapshot: Snapshot, each: Incident) -> datetime:
    """The last news of it, for people: silent corrections are none."""
    return snapshot.changes.at(NEWS, each.id, each.updated_at)


def entry(snapshot: Snapshot, each: Incident) -> datetime:
    """The same for programs that compare texts: a post-mortem that was corrected is another text, announced or not, for
    what was read of it may be wrong."""
    moment = max(each.updated_at, each.report.changed_at) if each.report else each.updated_at
    return snapshot.changes.at(ENTRY, each.id, moment)


def feed(
    snapshot: Snapshot, component: Component | None, entries: list[tuple[str, datetime]], began_at: datetime
) -> datetime:
    """Of a component, or of the page. An entry that goes is a change as well."""
    moment = max((at for _tag, at in entries), default=began_at)
    return snapshot.changes.at(FEED, component.id if component else "", moment, entries)
