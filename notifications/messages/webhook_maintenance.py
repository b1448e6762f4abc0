"""What a webhook holds of a maintenance window, in our shape and as readers of a Statuspage expect an incident."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation

from incidents.maintenance.choices import Expected, State
from notifications import links
from notifications.choices import Event
from notifications.messages.maintenance_words import SPOKEN
from notifications.messages.outgoing import Outgoing
from notifications.messages.webhook_data import Json, here_of, page_of
from statuspage.documents.api_components import COMPONENT

AS_OVER = {State.CANCELLED: State.COMPLETED}  # they have no word for it


def of_maintenance(outgoing: Outgoing) -> Json:
    content, page, here = outgoing.news.content, outgoing.page, here_of(outgoing)
    token = outgoing.recipient.token
    reminder = content.get("reminder")
    return {
        "page": page_of(outgoing),
        "maintenance": {
            "id": content["maintenance"],
            "name": content["title"],
            "status": content["status"],
            "kind": content["kind"],
            "is_emergency": content["is_emergency"],
            "starts_at": content["starts_at"],
            "ends_at": content["ends_at"],
            "old_starts_at": content["old_starts_at"],
            "old_ends_at": content["old_ends_at"],
            "started_at": content["started_at"],
            "ended_at": content["ended_at"],
            "advice": content["advice"],
            "body": content["body"],
            "url": here.get("maintenance_url"),
        },
        "components": [
            {
                "id": state["id"],
                "name": state["name"],
                "location": state["location"],
                "expected": Expected(state["expected"]).name.lower(),
                "status": COMPONENT[Expected(state["expected"]).state],
            }
            for state in here.get("states", [])
        ],
        "reminder": {"minutes": reminder["minutes"]} if reminder else None,
        "update": content["update"],
        "updates": content["updates"],
        "manage_url": links.manage_url(page, token) if page and token else None,
    }


def as_incident(outgoing: Outgoing) -> Json:
    """Under the names that an incident's content has; ``scheduled`` and ``times`` are what it has beside those."""
    content, page = outgoing.news.content, outgoing.page
    is_reminder = outgoing.news.event == Event.MAINTENANCE_REMINDER
    is_off = content["status"] == State.CANCELLED
    with translation.override(page.language if page else settings.LANGUAGE_CODE):
        updates = [
            {
                "id": row["id"],
                "status": _status(row["status"]),
                "body": _text(row, content),
                "posted_at": row["posted_at"],
            }
            for row in content["updates"]
        ]
    return {
        "incident": content["maintenance"],
        "title": content["title"],
        "status": _status(content["status"]),
        "impact": "maintenance",
        "started_at": content["started_at"] or (None if is_off else content["starts_at"]),
        "posted_at": content["posted_at"],
        "resolved_at": content["ended_at"],
        "updates": updates,
        "times": {"created_at": content["announced_at"], "changed_at": content["changed_at"]},
        "scheduled": {
            "scheduled_for": content["starts_at"],
            "scheduled_until": content["ends_at"],
            "scheduled_auto_in_progress": content["is_automatic"],
            "scheduled_auto_completed": content["is_automatic"],
            "scheduled_remind_prior": is_reminder,
            "scheduled_reminded_at": content["posted_at"] if is_reminder else None,
        },
        "url": here_of(outgoing).get("maintenance_url"),
    }


def _status(status: str) -> str:
    return AS_OVER.get(State(status), State(status)).value


def _text(row: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """What somebody wrote; else what was announced, or what happened, in a word."""
    if row["body"]:
        return row["body"]
    return content["body"] if row["kind"] == "posted" and content["body"] else str(SPOKEN.get(row["kind"], ""))
