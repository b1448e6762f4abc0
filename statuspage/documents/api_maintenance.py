"""Maintenance as readers of a Statuspage expect it under ``/api/v2``. They know no cancelling: it is completed there,
with a last update that says so."""

from __future__ import annotations

from incidents.choices import ComponentState
from incidents.maintenance.choices import State, UpdateKind
from statuspage.documents import window_words
from statuspage.documents.document import rendering
from statuspage.documents.times import stamp
from statuspage.documents.words import full_name
from statuspage.snapshot.values import Snapshot
from statuspage.snapshot.window import Window, WindowUpdate

STATUS = {
    State.SCHEDULED: "scheduled",
    State.IN_PROGRESS: "in_progress",
    State.VERIFYING: "verifying",
    State.COMPLETED: "completed",
    State.CANCELLED: "completed",
}
WELL, WORKED_ON = "operational", "under_maintenance"
Json = dict[str, object]


def body(snapshot: Snapshot, components: dict[int, Json], window: Window) -> Json:
    """``components``: theirs, by key."""
    with rendering(f"maintenance {window.id}"):
        affected = {hit.component for hit in window.affects}
        return {
            "id": window.id,
            "name": window.title,
            "status": STATUS[window.state],
            "created_at": stamp(window.announced_at),
            "updated_at": stamp(window.changed_at),
            "monitoring_at": None,
            "resolved_at": stamp(window.over_at) if window.over_at else None,
            "impact": "maintenance",
            "shortlink": f"{snapshot.page.url}maintenance/{window.id}/",
            "started_at": _started(window),
            "page_id": snapshot.page.id,
            "scheduled_for": stamp(window.starts_at),
            "scheduled_until": stamp(window.ends_at),
            "incident_updates": [
                _update(snapshot, components, window, update, state)
                for update, state in reversed(list(window_words.stages(window)))
            ],
            "components": [found for pk, found in components.items() if pk in affected],
        }


def _started(window: Window) -> str | None:
    """The planned start while it is ahead, as a Statuspage has it; nothing where it was called off before it began."""
    if window.started_at is None and window.is_cancelled:
        return None
    return stamp(window.started_at or window.starts_at)


def _update(
    snapshot: Snapshot, components: dict[int, Json], window: Window, update: WindowUpdate, state: State
) -> Json:
    return {
        "id": update.id,
        "status": STATUS[state],
        "body": window_words.told(snapshot, window, update),
        "incident_id": window.id,
        "created_at": stamp(update.at),
        "updated_at": stamp(update.at),
        "display_at": stamp(update.at),
        "affected_components": _affected(snapshot, components, window, update),
        "deliver_notifications": update.deliver_notifications,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _affected(
    snapshot: Snapshot, components: dict[int, Json], window: Window, update: WindowUpdate
) -> list[Json] | None:
    """What the beginning and the end make of components; none where nothing changes."""
    if update.kind == UpdateKind.BEGUN:
        old, new = WELL, WORKED_ON
    elif update.kind in (UpdateKind.ENDED, UpdateKind.CANCELLED) and window.started_at:
        old, new = WORKED_ON, WELL
    else:
        return None
    hit = {each.component for each in window.affects if each.expected.state == ComponentState.MAINTENANCE}
    found: list[Json] = [
        {"code": each["id"], "name": full_name(snapshot, pk), "old_status": old, "new_status": new}
        for pk, each in components.items()
        if pk in hit
    ]
    return found or None
