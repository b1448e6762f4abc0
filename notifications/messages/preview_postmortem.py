"""A made-up post-mortem, for messages that are shown before there is one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from notifications.choices import Event
from notifications.messages.outgoing import PageDress
from statuspage.documents.times import stamp

INCIDENT = "inc_preview00000"
_ADMIN = "https://status.example.com/admin/"
REVIEW: dict[Event, tuple[str, list[list[Any]], dict[str, Any]]] = {  # line, fields, and what else is said
    Event.STAFF_REVIEW: (
        "Ana Kovač asks you to read and sign version 2", [["What changed", "Cause 4 has an action"]],
        {"next_step": "Sign it, or send it back with a reason", "action": {"label": "Read and sign it", "url": _ADMIN}},
    ),
    Event.STAFF_SENT_BACK: (
        "Ben Osei sends version 1 back", [["Why", "Cause 4 has no action."]],
        {"next_step": "Put it right, and ask for review again",
         "action": {"label": "Open the post-mortem", "url": _ADMIN}},
    ),
    Event.STAFF_APPROVED: (
        "Every role has signed version 2", [["Signed by", "Mira Lindqvist and Ben Osei"]],
        {"next_step": "Publish it", "action": {"label": "Open the post-mortem", "url": _ADMIN}},
    ),
    Event.STAFF_HANDED_IN: (
        "Mira Lindqvist hands in their incident record", [["Records", "2 of 3 in"]],
        {"next_step": "Fill in what is missing: Messaging core", "action": {"label": "Read it", "url": _ADMIN}},
    ),
}  # fmt: skip


def published(page: PageDress, now: datetime) -> dict[str, Any]:
    end = now - timedelta(hours=26)
    start = end - timedelta(minutes=106)
    what = _("SMS through Frankfurt and Singapore arrived up to 1 h 28 min late. All were delivered, none twice.")
    why = _(
        "A release changed the pacing value from “per connection” to “per location”; two locations kept the old one."
    )
    return {
        "title": _("SMS delayed in Frankfurt and Singapore"),
        "incident": INCIDENT,
        "postmortem": "rca_preview00000",
        "number": 1,
        "status": "postmortem",
        "severity": 2,
        "impact": "major",
        "posted_at": stamp(now),
        "started_at": stamp(start),
        "resolved_at": stamp(end),
        "is_correction": False,
        "change": "",
        "updates": [
            {
                "id": "upd_preview00000",
                "status": "resolved",
                "body": _("All messages that were late have been delivered."),
                "posted_at": stamp(end),
                "promised_at": None,
            }
        ],
        "places": [],
        "pages": {
            page.id: {
                "name": page.name,
                "url": page.url,
                "time_zone": page.time_zone,
                "indicator": "none",
                "description": "All Systems Operational",
                "incident_url": f"{page.url}incidents/{INCIDENT}/",
                "postmortem_url": f"{page.url}postmortems/rca_preview00000/",
                "update": "upd_preview00001",
                "published_at": stamp(now),
                "updated_at": stamp(now),
                "kind": _("Root cause analysis"),
                "answers": [
                    [_("What happened"), what],
                    [
                        _("Who, how long"),
                        _("1,310 of 4,780 customers (27.4 %). Affected: SMS in Frankfurt and Singapore."),
                    ],
                    [_("Why"), why],
                    [_("What prevents it"), _("The unit stands in the name of the field; the old name is refused.")],
                ],
                "gist": what,
                "body": f"## {_('Summary')}\n\n{what}\n\n## {_('Root cause')}\n\n{why}",
            }
        },
    }


def withdrawn(page: PageDress, now: datetime) -> dict[str, Any]:
    told = published(page, now)
    here = {name: value for name, value in told["pages"][page.id].items() if name not in ("answers", "gist", "body")}
    return told | {
        "status": "resolved",
        "withdrawn_at": stamp(now),
        "withdrawal_reason": _("The number of customers is wrong. A new version follows."),
        "published_at": stamp(now - timedelta(days=3)),
        "pages": {page.id: here},
    }


def corrected(page: PageDress, now: datetime) -> dict[str, Any]:
    change = _("The number of customers is 1,310, not 1,301.")
    return published(page, now) | {"number": 2, "is_correction": True, "change": change}
