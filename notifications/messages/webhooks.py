"""Bodies for programs: Standard Webhooks, and Statuspage's shape with its exact keys.

Made from the frozen content: every attempt carries the same bytes under the same webhook-id.
"""

from __future__ import annotations

import json

from django.utils.text import Truncator

from notifications import links
from notifications.choices import Event
from notifications.messages.kinds import kind_of_event
from notifications.messages.outgoing import Outgoing
from notifications.messages.webhook_data import Json, at_of, here_of
from notifications.messages.webhook_maintenance import as_incident

WITH_BODY = ("update", "postmortem", "maintenance")  # parts of a body beside its updates whose text may be long
LARGEST = 19_500  # bytes; Standard Webhooks ask for less than 20 kB
DOCUMENTATION = "https://support.atlassian.com/statuspage/docs/enable-webhook-notifications/"  # of this shape


def standard(outgoing: Outgoing) -> bytes:
    news = outgoing.news
    data = kind_of_event(news.event).data(outgoing)
    body = {"type": news.event, "timestamp": at_of(outgoing), "data": data}
    return _shortened(body, "data", "updates", brief=here_of(outgoing).get("brief", ""))


def statuspage(outgoing: Outgoing) -> bytes:
    """Incidents, maintenance and tests; nothing else of ours has a place in that shape."""
    content, page = outgoing.news.content, outgoing.page
    here = here_of(outgoing)
    page_id = page.id if page else ""
    told = content
    if outgoing.news.event == Event.PAGE_TEST:
        told = _tested(at_of(outgoing))
    elif outgoing.news.event.startswith("maintenance."):
        told = as_incident(outgoing)
    is_report = outgoing.news.event in (Event.POSTMORTEM_PUBLISHED, Event.POSTMORTEM_CORRECTED)
    rows = [_report(content, here), *told["updates"]] if is_report else told["updates"]
    if word := here.get("last_word"):
        rows = [word, *rows]
    at_monitoring = [row["posted_at"] for row in rows if row["status"] == "monitoring"]
    times = told.get("times") or here.get("times", {})
    seen = here.get("v2") or {"components": [], "updates": {}}
    incident = {
        "id": told["incident"],
        "name": here.get("title") or told["title"],
        "status": told["status"],
        "impact": told["impact"],
        "impact_override": None,
        "backfilled": times.get("is_backfilled", False),
        "created_at": times.get("created_at") or told["started_at"],
        "started_at": told["started_at"],
        "updated_at": times.get("changed_at") or told["posted_at"],
        "monitoring_at": times.get("monitoring_at") or (at_monitoring[0] if at_monitoring else None),
        "resolved_at": told["resolved_at"],
        "shortlink": told.get("url") or here.get("incident_url") or (page.url if page else None),
        "postmortem_body": here.get("body") if is_report else None,
        "postmortem_body_last_updated_at": here.get("updated_at") if is_report else None,
        "postmortem_ignored": False,
        "postmortem_notified_subscribers": is_report,
        "postmortem_notified_twitter": False,
        "postmortem_published_at": here.get("published_at") if is_report else None,
        "scheduled_auto_completed": False,
        "scheduled_auto_in_progress": False,
        "scheduled_for": None,
        "scheduled_remind_prior": False,
        "scheduled_reminded_at": None,
        "scheduled_until": None,
        **told.get("scheduled", {}),
        "page_id": page_id,
        "reminder_intervals": None,
        "components": seen["components"],
        "incident_updates": [
            {
                "id": row["id"],
                "incident_id": told["incident"],
                "status": row["status"],
                "body": row["body"],
                "created_at": row["posted_at"],
                "updated_at": row.get("changed_at") or row["posted_at"],
                "display_at": row["posted_at"],
                "affected_components": None,
                "custom_tweet": None,
                "deliver_notifications": True,
                "tweet_id": None,
                "wants_twitter_update": False,
                "twitter_updated_at": None,
                **seen["updates"].get(row["id"], {}),
            }
            for row in rows
        ],
    }
    body = {
        "meta": {
            "unsubscribe": links.manage_url(page, outgoing.recipient.token)
            if page and outgoing.recipient.token
            else None,
            "documentation": DOCUMENTATION,
            "generated_at": told["posted_at"],
        },
        "page": {
            "id": page_id,
            "status_indicator": here.get("indicator", "none"),
            "status_description": here.get("description", "All Systems Operational"),
        },
        "incident": incident,
    }
    return _shortened(body, "incident", "incident_updates", brief=here.get("brief", "") if is_report else "")


def _report(content: Json, here: Json) -> Json:
    """The post-mortem among the updates of its incident, as ``/api/v2`` has it."""
    at = here.get("published_at") or content["posted_at"]
    return {
        "id": here.get("update", ""),
        "status": content["status"],
        "body": here.get("body", ""),
        "posted_at": at,
        "changed_at": here.get("updated_at") or at,
    }


def _tested(at: str) -> Json:
    """A test has to look like an incident, or the receiver's own test shows nothing. It is over as it begins."""
    update = {"id": "upd_test00000000", "status": "resolved", "body": "This is a test.", "posted_at": at}
    return {
        "incident": "inc_test00000000",
        "title": "Test from Bridgewatch",
        "status": "resolved",
        "impact": "none",
        "started_at": at,
        "posted_at": at,
        "resolved_at": at,
        "updates": [update],
    }


def _shortened(body: Json, part: str, updates: str, *, brief: str = "") -> bytes:
    """Below the limit: a post-mortem is told in ``brief``, then the oldest updates go, then the ends of long texts,
    then components. The brief one ends with the address of the whole: nobody takes it for all there is."""
    written = _written(body)
    data = body[part]
    if brief:
        written = _told_briefly(body, data, updates, brief, written)
    rows, states = data.get(updates) or [], data.get("components") or []
    while len(written) > LARGEST and len(rows) > 1:
        rows.pop()
        written = _written(body)
    most = 4_000
    while len(written) > LARGEST and most >= 100:
        bodies = [(row, "body") for row in (*rows, *map(data.get, WITH_BODY))]
        for row, name in (*bodies, (data.get("maintenance"), "advice"), (data, "postmortem_body")):
            if isinstance(row, dict) and row.get(name):
                row[name] = Truncator(row[name]).chars(most)
        del states[most // 20 :]
        most //= 2
        written = _written(body)
    return written


def _told_briefly(body: Json, data: Json, updates: str, brief: str, written: bytes) -> bytes:
    """The text that stands there twice is whole once, if it fits like that."""
    for holder, name in ((next(iter(data.get(updates) or ()), None), "body"), (data, "postmortem_body"),
                         (data.get("postmortem"), "body")):  # fmt: skip
        if len(written) > LARGEST and holder and holder.get(name):
            holder[name] = brief
            written = _written(body)
    return written


def _written(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


IN_STATUSPAGE_SHAPE = (
    Event.INCIDENT_CREATED,
    Event.INCIDENT_UPDATED,
    Event.INCIDENT_RESOLVED,
    Event.INCIDENT_REOPENED,
    Event.INCIDENT_CORRECTED,
    Event.INCIDENT_WITHDRAWN,
    Event.INCIDENT_MERGED,
    Event.INCIDENT_REMOVED,
    Event.POSTMORTEM_PUBLISHED,
    Event.POSTMORTEM_CORRECTED,
    Event.POSTMORTEM_WITHDRAWN,
    Event.MAINTENANCE_SCHEDULED,
    Event.MAINTENANCE_MOVED,
    Event.MAINTENANCE_CHANGED,
    Event.MAINTENANCE_REMINDER,
    Event.MAINTENANCE_STARTED,
    Event.MAINTENANCE_UPDATED,
    Event.MAINTENANCE_EXTENDED,
    Event.MAINTENANCE_VERIFYING,
    Event.MAINTENANCE_COMPLETED,
    Event.MAINTENANCE_CANCELLED,
    Event.PAGE_TEST,
)
