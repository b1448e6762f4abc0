"""A made-up incident with its updates, for messages that are shown before there is one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from notifications.choices import Event
from notifications.messages import endings
from notifications.messages.outgoing import PageDress
from statuspage.documents.times import stamp

INCIDENT = "inc_preview00000"


def facts(event: str, page: PageDress, now: datetime) -> dict[str, Any]:
    said = [
        (
            "investigating",
            _("SMS to and from Frankfurt arrive late, some by up to 20 minutes. We are looking for the cause."),
            49,
        ),
        (
            "identified",
            _(
                "A queue of our carrier gateway in Frankfurt is **full**. We are moving traffic to Amsterdam; messages "
                "are late, none is lost.\n\n- New SMS leave at once.\n- Those that wait follow by 15:30 UTC."
            ),
            21,
        ),
        ("monitoring", _("Traffic leaves through Amsterdam. The backlog shrinks; we watch until it is gone."), 9),
        ("resolved", _("All messages that were late have been delivered. SMS and WhatsApp work as they should."), 0),
    ]
    number = {"incident.created": 1, "incident.resolved": 4}.get(event, 2)
    start = now - timedelta(minutes=said[number - 1][2])
    updates = [
        {
            "id": f"upd_preview{at:05}",
            "status": status,
            "body": body,
            "posted_at": stamp(now - timedelta(minutes=before - said[number - 1][2])),
            "promised_at": None,
        }
        for at, (status, body, before) in enumerate(said[:number])
    ][::-1]
    over, first = number == 4, number == 1
    here: dict[str, Any] = {}
    extra: dict[str, Any] = {"reopens": event == Event.INCIDENT_REOPENED}
    if event == Event.INCIDENT_WITHDRAWN:
        taken_back = {"id": "upd_preview00009", "status": "identified", "posted_at": stamp(now - timedelta(minutes=6))}
        extra["withdrawn"] = taken_back
    if event == Event.INCIDENT_MERGED:
        here = _goes_on(page, now)
    if event == Event.INCIDENT_REMOVED:
        here = _removed(page, now)
    levels = [(_("SMS"), "Frankfurt", 2, 0), (_("SMS"), "Singapore", 2, 0), (_("WhatsApp"), "Frankfurt", 1, 1)]
    states = [
        {
            "id": f"comp_preview{at}",
            "name": name,
            "location": place,
            "level": 0 if over else level,
            "old_level": None if first else level if over else old,
        }
        for at, (name, place, level, old) in enumerate(levels)
    ]
    return {
        "title": _("SMS delayed in Frankfurt and Singapore"),
        "incident": INCIDENT,
        "update": updates[0]["id"],
        "status": said[number - 1][0],
        "severity": 2,
        "impact": "major",
        "body": said[number - 1][1],
        "posted_at": stamp(now),
        "promised_at": None if over else stamp(now + timedelta(minutes=30)),
        "started_at": stamp(start - timedelta(minutes=56)),
        "resolved_at": stamp(now) if over else None,
        "is_correction": event == Event.INCIDENT_CORRECTED,
        "updates": updates,
        "places": [],
        **extra,
        "pages": {
            page.id: {
                "name": page.name,
                "url": page.url,
                "time_zone": page.time_zone,
                "indicator": "none" if over else "major",
                "description": "All Systems Operational" if over else "Partial System Outage",
                "incident_url": f"{page.url}incidents/{INCIDENT}/",
                "states": states,
                "scope": _("SMS in Frankfurt and Singapore. Degraded: WhatsApp in Frankfurt"),
                **here,
            }
        },
    }


def _removed(page: PageDress, now: datetime) -> dict[str, Any]:
    body = endings.not_shown(page.name, f"{page.url}incidents/{INCIDENT}/")
    return {"states": [], "scope": "", "last_word": _last_word(body, now)}


def _last_word(text: str, now: datetime) -> dict[str, Any]:
    word = {"id": "upd_preview00008", "status": "resolved", "body": text, "posted_at": stamp(now)}
    return word | {"promised_at": None, "reopens": False}


def _goes_on(page: PageDress, now: datetime) -> dict[str, Any]:
    """Merged into another one, which is made up too."""
    title, url = _("Carrier gateway down in Europe"), f"{page.url}incidents/inc_preview00001/"
    text = _("Continued in “%(title)s”: %(url)s") % {"title": title, "url": url}
    onward = {"id": "inc_preview00001", "title": title, "url": url, "stage": _("Identified")}
    return {
        "states": [],
        "scope": "",
        "last_word": _last_word(text, now),
        "goes_on": onward | {"promised_at": stamp(now + timedelta(minutes=30))},
    }
