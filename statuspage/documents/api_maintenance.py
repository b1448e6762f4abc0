"""Maintenance as readers of a Statuspage expect it under ``/api/v2``. They know no cancelling: it is completed there,
with a last update that says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from incidents.choices import ComponentState
from incidents.maintenance.choices import State, UpdateKind
from statuspage.documents import changed, window_words
from statuspage.documents.document import rendering
from statuspage.documents.times import stamp
from statuspage.documents.words import full_name
from statuspage.snapshot.values import Snapshot
from statuspage.snapshot.window import INSTANT, Window, WindowUpdate

STATUS = {
    State.SCHEDULED: "scheduled",
    State.IN_PROGRESS: "in_progress",
    State.VERIFYING: "verifying",
    State.COMPLETED: "completed",
    State.CANCELLED: "completed",
}
Json = dict[str, object]
StatusAt = Callable[[int, datetime], str]  # of a component at a moment, in their word, by everything that held then


def body(snapshot: Snapshot, components: dict[int, Json], window: Window, status_at: StatusAt) -> Json:
    """``components``: theirs, by key."""
    with rendering(f"maintenance {window.id}"):
        affected = {hit.component for hit in window.affects}
        return {
            "id": window.id,
            "name": window.title,
            "status": STATUS[window.state],
            "created_at": stamp(window.announced_at),
            "updated_at": stamp(changed.window(snapshot, window)),
            "monitoring_at": None,
            "resolved_at": stamp(window.over_at) if window.over_at else None,
            "impact": "maintenance",
            "shortlink": f"{snapshot.page.url}maintenance/{window.id}/",
            "started_at": _started(window),
            "page_id": snapshot.page.id,
            "reminder_intervals": None,
            "scheduled_for": stamp(window.starts_at),
            "scheduled_until": stamp(window.ends_at),
            "incident_updates": [
                _update(snapshot, window, update, state)
                | {"affected_components": _affected(snapshot, components, window, update, status_at)}
                for update, state in reversed(list(window_words.stages(window)))
            ],
            "components": [found for pk, found in components.items() if pk in affected],
        }


def _started(window: Window) -> str | None:
    """The planned start while it is ahead, as a Statuspage has it; nothing where it was called off before it began."""
    if window.started_at is None and window.is_cancelled:
        return None
    return stamp(window.started_at or window.starts_at)


def _update(snapshot: Snapshot, window: Window, update: WindowUpdate, state: State) -> Json:
    text = window_words.told(snapshot, window, update)
    return {
        "id": update.id,
        "status": STATUS[state],
        "body": text,
        "incident_id": window.id,
        "created_at": stamp(update.at),
        "updated_at": stamp(changed.update(snapshot, update.id, update.at, state, text)),
        "display_at": stamp(update.at),
        "deliver_notifications": update.deliver_notifications,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _affected(
    snapshot: Snapshot, components: dict[int, Json], window: Window, update: WindowUpdate, status_at: StatusAt
) -> list[Json] | None:
    """What components were before and after it began, or was over; none where nothing changes."""
    at = window.started_at
    if update.kind in (UpdateKind.ENDED, UpdateKind.CANCELLED):
        at = window.ended_at
    elif update.kind != UpdateKind.BEGUN:
        at = None
    if at is None:
        return None
    hit = {each.component for each in window.affects if each.expected.state == ComponentState.MAINTENANCE}
    found: list[Json] = [
        {
            "code": each["id"],
            "name": full_name(snapshot, pk),
            "old_status": status_at(pk, at - INSTANT),
            "new_status": status_at(pk, at),
        }
        for pk, each in components.items()
        if pk in hit
    ]
    return found or None
