"""What every message says of the page that it comes from, in the words of the documents of the same snapshot."""

from __future__ import annotations

from typing import Any

from statuspage.documents.api_v2 import INDICATOR, of_incident
from statuspage.documents.state import State
from statuspage.snapshot.values import Snapshot

Json = dict[str, Any]


def whole(shot: Snapshot, state: State) -> Json:
    """How the page as a whole stands."""
    indicator, description = INDICATOR[state.worst]
    return {
        "name": shot.page.title,
        "url": shot.page.url,
        "time_zone": shot.page.zone.key,
        "indicator": indicator,
        "description": description,
    }


def seen(shot: Snapshot, state: State, incident: int | None) -> Json:
    """What ``/api/v2`` says of an incident, by its key; nothing where it does not stand on the page."""
    its = next((each for each in shot.incidents if each.pk == incident), None)
    if its is None:
        return {}
    body = of_incident(shot, state, its)
    times = {
        "created_at": body["created_at"],
        "changed_at": body["updated_at"],
        "monitoring_at": body["monitoring_at"],
        "is_backfilled": its.is_backfilled,
    }
    return {"times": times, "v2": as_v2(body)}


def as_v2(body: Json) -> Json:
    """What ``/api/v2`` says of it and a webhook in that shape says too: its components, and of each update what it did
    to them and whether it told anybody."""
    keys = ("affected_components", "custom_tweet", "deliver_notifications", "tweet_id")
    updates = {each["id"]: {key: each[key] for key in keys} for each in body["incident_updates"]}
    return {"components": body["components"], "updates": updates}
