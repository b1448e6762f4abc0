"""What readers of a Statuspage expect under ``/api/v2``: their words, their keys, our facts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache

from incidents.choices import ComponentState, SeverityLevel, Status
from statuspage.documents import api_maintenance, api_postmortem, changed
from statuspage.documents.api_components import COMPONENT, components_of, past
from statuspage.documents.document import JSON, Document, RenderError, rendering
from statuspage.documents.state import State, by_component, impacts, known, state_at
from statuspage.documents.times import stamp
from statuspage.documents.words import full_name
from statuspage.snapshot.values import NEWEST, Impact, Incident, Snapshot, Update
from statuspage.snapshot.window import Window
from statuspage.snapshot.windows import of

INDICATOR = {
    ComponentState.OPERATIONAL: ("none", "All Systems Operational"),
    ComponentState.DEGRADED: ("minor", "Partially Degraded Service"),
    ComponentState.PARTIAL: ("major", "Partial System Outage"),
    ComponentState.MAJOR: ("critical", "Major Service Outage"),
    ComponentState.MAINTENANCE: ("maintenance", "Service Under Maintenance"),
    ComponentState.UNKNOWN: ("none", "All Systems Operational"),  # nothing is known to be wrong
}
Json = dict[str, object]


def bodies(snapshot: Snapshot, now: State | RenderError) -> dict[str, Callable[[], Json]]:
    """By name, what each says; what several of them hold is made once."""

    @cache
    def page() -> Json:
        return _page(snapshot, components())

    @cache
    def status() -> Json:
        return _status(known(now))

    @cache
    def components() -> dict[int, Json]:
        return components_of(snapshot, known(now))

    def listed() -> list[Json]:
        return list(components().values())

    @cache
    def newest() -> list[Json]:
        return [_incident(snapshot, components(), each) for each in snapshot.recent[:NEWEST]]

    @cache
    def unresolved() -> list[Json]:
        return [_incident(snapshot, components(), each) for each in snapshot.recent if each.is_open]

    @cache
    def spans() -> dict[int, list[Impact]]:
        return by_component(impacts(snapshot))

    def status_at(pk: int, at: datetime) -> str:
        return COMPONENT[state_at(snapshot.tree, spans(), pk, at)]

    found = of(snapshot)
    drawn: dict[int, Json] = {}  # most stand in several lists

    def windows(shown: list[Window]) -> list[Json]:
        for each in shown:
            if each.pk not in drawn:
                drawn[each.pk] = api_maintenance.body(snapshot, components(), each, status_at)
        return [drawn[each.pk] for each in shown]

    return {
        "summary": lambda: {
            "page": page(),
            "components": listed(),
            "incidents": unresolved(),
            "scheduled_maintenances": windows(found.running + found.soonest),
            "status": status(),
        },
        "status": lambda: {"page": page(), "status": status()},
        "components": lambda: {"page": page(), "components": listed()},
        "incidents": lambda: {"page": page(), "incidents": newest()},
        "incidents/unresolved": lambda: {"page": page(), "incidents": unresolved()},
        "scheduled-maintenances": lambda: {"page": page(), "scheduled_maintenances": windows(found.newest)},
        "scheduled-maintenances/upcoming": lambda: {"page": page(), "scheduled_maintenances": windows(found.soonest)},
        "scheduled-maintenances/active": lambda: {"page": page(), "scheduled_maintenances": windows(found.running)},
    }


def of_incident(snapshot: Snapshot, state: State, incident: Incident) -> Json:
    """As the lists hold it."""
    return _incident(snapshot, components_of(snapshot, state), incident)


def of_window(snapshot: Snapshot, state: State, window: Window) -> Json:
    spans = by_component(impacts(snapshot))

    def status_at(pk: int, at: datetime) -> str:
        return COMPONENT[state_at(snapshot.tree, spans, pk, at)]

    return api_maintenance.body(snapshot, components_of(snapshot, state), window, status_at)


def document(body: Callable[[], Json], path: str) -> Document:
    return Document(path, JSON, _bytes(body()))


def _bytes(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _page(snapshot: Snapshot, components: dict[int, Json]) -> Json:
    page, newest = snapshot.page, {each.pk for each in snapshot.recent[:NEWEST]}
    listed = [each for each in snapshot.recent if each.is_open or each.pk in newest]
    told = [(each.id, changed.incident(snapshot, each)) for each in listed]
    told += [(each.id, changed.window(snapshot, each)) for each in of(snapshot).newest]
    moments = [page.created_at, *(incident.changed_at for incident in snapshot.recent), *(at for _id, at in told)]
    moments += past((at for each in impacts(snapshot) for at in (each.started_at, each.ended_at)), snapshot.now)
    moments += [window.changed_at for window in of(snapshot).recent]
    moments += [component.changed_at for component in snapshot.tree.components.values()]
    return {
        "id": page.id,
        "name": page.title,
        "url": page.url.removesuffix("/"),
        "time_zone": page.zone.key,
        "updated_at": stamp(changed.page(snapshot, moments, told, list(components.values()))),
    }


def _status(state: State) -> Json:
    indicator, description = INDICATOR[state.worst]
    return {"indicator": indicator, "description": description}


def _incident(snapshot: Snapshot, components: dict[int, Json], incident: Incident) -> Json:
    with rendering(f"incident {incident.id}"):
        return _body(snapshot, components, incident)


def _body(snapshot: Snapshot, components: dict[int, Json], incident: Incident) -> Json:
    at_monitoring = [update.at for update in incident.updates if update.status == Status.MONITORING]
    concerned = {impact.component for impact in incident.impacts}
    concerned |= {told.component for update in incident.updates for told in update.told}
    return {
        "id": incident.id,
        "name": incident.title,
        "status": api_postmortem.STATUS if incident.is_reported else incident.status.value,
        "created_at": stamp(incident.published_at),
        "updated_at": stamp(changed.incident(snapshot, incident)),
        "monitoring_at": stamp(at_monitoring[-1]) if at_monitoring else None,
        "resolved_at": stamp(incident.ended_at) if incident.ended_at else None,
        "impact": SeverityLevel(incident.severity).name.lower(),
        "shortlink": f"{snapshot.page.url}incidents/{incident.id}/",
        "started_at": stamp(incident.started_at),
        "page_id": snapshot.page.id,
        "reminder_intervals": None,
        "incident_updates": _updates(snapshot, components, incident),
        "components": [body for pk, body in components.items() if pk in concerned],
        **api_postmortem.keys(snapshot, incident.report),
    }


def _updates(snapshot: Snapshot, components: dict[int, Json], incident: Incident) -> list[Json]:
    """Newest first; the post-mortem among them, where it was published."""
    found = [_update(snapshot, components, incident, at) for at in range(len(incident.said) - 1, -1, -1)]
    if incident.report:
        place = sum(update.at > incident.report.at for update in incident.said)
        found.insert(place, api_postmortem.update(snapshot, incident, incident.report))
    return found


def _update(snapshot: Snapshot, components: dict[int, Json], incident: Incident, index: int) -> Json:
    update = incident.said[index]
    before: dict[int, ComponentState] = {}
    for earlier in incident.said[:index]:
        before |= _told(earlier)
    affected = [
        {
            "code": components[pk]["id"],
            "name": full_name(snapshot, pk),
            "old_status": COMPONENT[before.get(pk, ComponentState.OPERATIONAL)],
            "new_status": COMPONENT[state],
        }
        for pk, state in _told(update).items()
    ]
    return {
        "id": update.id,
        "status": update.status.value,
        "body": update.text,
        "incident_id": incident.id,
        "created_at": stamp(update.at),
        "updated_at": stamp(changed.update(snapshot, update.id, update.changed_at, update.status, update.text)),
        "display_at": stamp(update.at),
        "affected_components": affected or None,
        "deliver_notifications": update.deliver_notifications,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _told(update: Update) -> dict[int, ComponentState]:
    """One state per component: the worst over its places."""
    worst: dict[int, ComponentState] = {}
    for told in update.told:
        worst[told.component] = max(told.state, worst.get(told.component, ComponentState.OPERATIONAL))
    return worst
