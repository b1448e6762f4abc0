"""What a webhook holds, from the frozen content and what the page may name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from incidents.choices import Level
from notifications import links
from notifications.messages.outgoing import Outgoing
from statuspage.documents.api_components import COMPONENT
from statuspage.documents.times import stamp

Json = dict[str, Any]


def of_incident(outgoing: Outgoing) -> Json:
    content, page, here = outgoing.news.content, outgoing.page, here_of(outgoing)
    token = outgoing.recipient.token
    updates = [
        {
            "id": row["id"],
            "status": row["status"],
            "body": row["body"],
            "posted_at": row["posted_at"],
            "next_update_at": row["promised_at"],
        }
        for row in updates_of(outgoing)
    ]
    return {
        "page": page_of(outgoing),
        "incident": {
            "id": content["incident"],
            "name": here.get("title") or content["title"],
            "status": content["status"],
            "impact": content["impact"],
            "started_at": content["started_at"],
            "resolved_at": content["resolved_at"],
            "next_update_at": content["promised_at"],
            "url": here.get("incident_url"),
            "scope": here.get("scope", ""),
            "merged_into": here.get("goes_on", {}).get("id"),
        },
        "components": [
            {
                "id": state["id"],
                "name": state["name"],
                "location": state["location"],
                "status": _component(state["level"]),
                "old_status": _component(state.get("old_level")),
            }
            for state in here.get("states", [])
        ],
        "update": _told(content, here),
        "withdrawn": content.get("withdrawn"),
        "updates": updates,
        "manage_url": links.manage_url(page, token) if page and token else None,
    }


def _told(content: Json, here: Json) -> Json:
    """What this message is about: the update itself; where one was withdrawn, the one that holds in its place."""
    told = here.get("last_word") or {
        "id": content["update"],
        "status": content["status"],
        "body": content["body"],
        "posted_at": content["posted_at"],
    }
    return {name: told[name] for name in ("id", "status", "body", "posted_at")} | {
        "is_correction": bool(content["is_correction"]),
        "reopens": content.get("reopens", False),
    }


def updates_of(outgoing: Outgoing) -> list[Json]:
    """The newest first; before them the word with which it ends on this page, where nobody wrote one."""
    word = here_of(outgoing).get("last_word")
    return [*([word] if word else []), *outgoing.news.content["updates"]]


def of_postmortem(outgoing: Outgoing) -> Json:
    content, page, here = outgoing.news.content, outgoing.page, here_of(outgoing)
    token = outgoing.recipient.token
    return {
        "page": page_of(outgoing),
        "incident": {
            "id": content["incident"],
            "name": content["title"],
            "status": content["status"],
            "impact": content["impact"],
            "started_at": content["started_at"],
            "resolved_at": content["resolved_at"],
            "url": here.get("incident_url"),
        },
        "postmortem": {
            "id": content["postmortem"],
            "version": content["number"],
            "kind": here.get("kind"),
            "body": here.get("body", ""),
            "published_at": here.get("published_at"),
            "updated_at": here.get("updated_at"),
            "url": here.get("postmortem_url"),
            "is_correction": bool(content["is_correction"]),
            "change": content["change"],
            "withdrawn_at": content.get("withdrawn_at"),
            "withdrawal_reason": content.get("withdrawal_reason"),
        },
        "manage_url": links.manage_url(page, token) if page and token else None,
    }


def of_anything(outgoing: Outgoing) -> Json:
    """What froze, and the page with what froze of it alone: other pages name other things."""
    data = {key: value for key, value in outgoing.news.content.items() if key not in ("pages", "places")}
    if page := outgoing.page:
        data["page"] = here_of(outgoing) | {"id": page.id, "name": page.name, "url": page.url}
    return data


def page_of(outgoing: Outgoing) -> Json:
    """The page, and how it stands."""
    page, here = outgoing.page, here_of(outgoing)
    return {
        "id": page.id if page else "",
        "name": here.get("name") or (page.name if page else ""),
        "url": page.url if page else "",
        "indicator": here.get("indicator"),
        "description": here.get("description"),
    }


def here_of(outgoing: Outgoing) -> Json:
    pages = outgoing.news.content.get("pages") or {}
    return pages.get(outgoing.page.id, {}) if outgoing.page else {}


def _component(level: int | None) -> str | None:
    return COMPONENT[Level(level).state] if level in Level.values else None


def at_of(outgoing: Outgoing) -> str:
    """When it happened; else now."""
    return outgoing.news.content.get("posted_at") or outgoing.news.at or stamp(datetime.now(UTC))
