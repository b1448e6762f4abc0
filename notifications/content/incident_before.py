"""What programs were told of an incident that its page does not hold any more: it stays the same until the end."""

from __future__ import annotations

from typing import Any

from incidents.models import Incident
from notifications.choices import Kind, Reach
from notifications.models import Announcement
from statuspage.documents.api_components import components_of
from statuspage.documents.state import State
from statuspage.documents.times import stamp
from statuspage.models import Page
from statuspage.snapshot.values import Snapshot

Json = dict[str, Any]


def as_told(page: Page, incident: Incident, shot: Snapshot, state: State, at: str) -> Json:
    """What ``/api/v2`` said of it beside its texts, in the shape of :func:`notifications.content.on_page.seen`: when it
    was published, and its components, which are as the page shows them now. ``at``: when it ended."""
    told = _last_told(page, incident)
    times, components = told.get("times", {}), told.get("v2", {}).get("components", [])
    first = incident.updates.order_by("posted_at", "pk").first()
    created_at = times.get("created_at") or (stamp(first.posted_at) if first else at)
    named = {component["id"] for component in components}
    bodies = [body for body in components_of(shot, state).values() if body["id"] in named]
    return {
        "times": {"monitoring_at": None, "is_backfilled": False, **times, "created_at": created_at, "changed_at": at},
        "v2": {"components": bodies, "updates": {}},
    }


def _last_told(page: Page, incident: Incident) -> Json:
    """What froze of it for this page, the last time that the page held it."""
    told = Announcement.objects.filter(
        kind=Kind.INCIDENT, incident=incident, reach=Reach.SUBSCRIBERS, pages=page, released_at__isnull=False
    )
    for content in told.order_by("-pk").values_list("content", flat=True)[:20]:
        here = content.get("pages", {}).get(page.public_id, {})
        if here.get("v2"):
            return here
    return {}
