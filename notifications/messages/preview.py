"""Every kind of message with made-up facts: for users who edit its texts, for test messages, and for pictures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.choices import Event, Transport
from notifications.messages import preview_incident, preview_maintenance, preview_postmortem
from notifications.messages.outgoing import News, Outgoing, PageDress, Recipient
from statuspage.documents.times import stamp

INCIDENT = preview_incident.INCIDENT
PAGE = "sp_preview000000"


def page_dress(**changes: Any) -> PageDress:
    own = {
        "id": PAGE,
        "name": "Larkwire Platform",
        "url": f"{settings.PUBLIC_URL}/",
        "lasting_url": f"{settings.PUBLIC_URL}/p/{PAGE}/",
        "tag_host": urlsplit(settings.PUBLIC_URL).hostname or "localhost",
        "language": settings.LANGUAGE_CODE,
        "time_zone": "UTC",
        "support_url": "https://support.example.com/",
    }
    return PageDress(**(own | changes))


def sample(
    event: str,
    *,
    transport: str = Transport.EMAIL,
    page: PageDress | None = None,
    now: datetime | None = None,
    address: str = "you@example.com",
    time_zone: str = "",
    **content: Any,
) -> Outgoing:
    """One message of this kind; ``content`` overrides single facts."""
    now = (now or timezone.now()).astimezone(UTC)
    page = page or page_dress()
    of_staff = event.startswith(("staff.", "person."))
    facts = (
        preview_incident.facts(event, page, now) if event.startswith("incident.") else _FACTS[Event(event)](page, now)
    )
    return Outgoing(
        delivery=1,
        message_id="ann_preview00000.1",
        news=News(
            id="ann_preview00000",
            event=event,
            content=facts | content,
            thread=_thread(event),
        ),
        page=None if of_staff else page,
        recipient=Recipient(
            transport=transport,
            address=address,
            time_zone=time_zone,
            token="" if of_staff or event == Event.SUBSCRIBER_CONFIRM else "sub_preview00000.cHJldmlldy1zaWduYXR1cmU",
        ),
    )


def _thread(event: str) -> str:
    if event.startswith("maintenance."):
        return preview_maintenance.WINDOW
    return INCIDENT if event.startswith(("incident.", "postmortem.", "staff.")) else ""


def _at(value: Any, now: datetime) -> Any:
    """Minutes from now, as a time of the content."""
    is_time = isinstance(value, dict) and "at" in value
    return {"at": stamp(now + timedelta(minutes=value["at"]))} if is_time else value


def _staff(status: str, line: str, *fields: list[Any], **more: Any):
    def facts(page: PageDress, now: datetime) -> dict[str, Any]:
        return {
            "title": _("SMS delayed in Frankfurt and Singapore"),
            "incident": INCIDENT,
            "url": f"{settings.PUBLIC_URL}/admin/incidents/incident/{INCIDENT}/change/",
            "severity": 2,
            "status": status,
            "audience": "public",
            "line": line,
            "fields": [[label, _at(value, now)] for label, value in fields],
            "bridge_url": "",
            "next_step": "",
            "action": None,
            **more,
            "next_step_due": stamp(now + timedelta(minutes=more["next_step_due"])) if "next_step_due" in more else None,
        }

    return facts


def _restricted(page: PageDress, now: datetime) -> dict[str, Any]:
    return {
        "title": _("A restricted incident"),
        "url": f"{settings.PUBLIC_URL}/admin/incidents/incident/{INCIDENT}/change/",
        "severity": None,
        "status": "",
        "audience": "restricted",
        "line": "",
        "fields": [],
        "bridge_url": "",
        "next_step": "",
        "action": None,
    }


_IMPACT = ["Impact", "SMS partial outage in Frankfurt and Singapore"]
_BRIDGE = "https://meet.example.com/bridge-42"
_FACTS = {
    Event.STAFF_SUSPECTED: _staff(
        "suspected", "Ana Kovač reports a suspicion: delivery reports from Frankfurt come late.",
        _IMPACT, ["Learned from", "Customer report"], ["Detected", {"at": -4}],
        next_step="Support or Engineering: confirm or dismiss it", next_step_due=6,
    ),
    Event.STAFF_CONFIRMED: _staff(
        "investigating", "Confirmed by Ben Osei: more than 25 % of merchants are affected (31 of 104).",
        _IMPACT, ["Owner", "Ben Osei"], ["Bridge", _BRIDGE],
        bridge_url=_BRIDGE, next_step="Support: tell customers, also while the cause is unknown", next_step_due=8,
        action={"label": "Write the first notice", "url": "https://status.example.com/admin/"},
    ),
    Event.STAFF_STAGE: _staff(
        "identified", "Mira Lindqvist moved it from Investigating to Identified.",
        _IMPACT, ["Cause", "The queue of the carrier gateway in Frankfurt is full"],
        next_step="Support: tell customers what was found.",
    ),
    Event.STAFF_BRIDGE: _staff(
        "investigating", "Ben Osei opens a bridge: join to see what the issue is and how to help",
        _IMPACT, ["Leads", "Ben Osei"], action={"label": "Join the bridge", "url": _BRIDGE},
    ),
    Event.STAFF_RESOLVED: _staff(
        "resolved", "Resolved by Mira Lindqvist after 2 h 21 min.",
        ["Workflow impact", "Merchants sent codes by mail meanwhile"], ["Data impact", "None"],
        ["Caught up, expected", {"at": 90}],
        next_step="Support: give the all-clear; customers still read “Monitoring”", next_step_due=9,
    ),
    Event.STAFF_REOPENED: _staff("investigating", "Reopened by Ben Osei: the queue fills again.", _IMPACT),
    Event.STAFF_UPDATE: _staff(
        "identified", "Ana Kovač published an update. 412 subscribers are being told.",
        ["Pages", "Larkwire Platform"], ["Next update promised by", {"at": 30}],
    ),
    Event.STAFF_RESTRICTED: _restricted,
    Event.STAFF_CLOCK: _staff(
        "identified", "Next update, as promised to customers: due in 5 min",
        ["Due", {"at": 5}], ["Owner", "Ana Kovač"],
        action={"label": "Write the update", "url": "https://status.example.com/admin/"},
    ),
    Event.STAFF_HELD: _staff(
        "identified", "More than 12 messages in an hour: this one is held back until somebody releases it.",
        ["Waiting", "412 subscribers"], action={"label": "Look at it", "url": "https://status.example.com/admin/"},
    ),
    Event.POSTMORTEM_PUBLISHED: preview_postmortem.published,
    Event.POSTMORTEM_CORRECTED: preview_postmortem.corrected,
    Event.POSTMORTEM_WITHDRAWN: preview_postmortem.withdrawn,
    Event.STAFF_RECORD: _staff(
        "", "Ana Kovač asks you for an incident record", ["Due", {"at": 1440}],
        next_step="Say what you saw and did: six short sections, in your own words",
        action={"label": "Fill it in", "url": "https://status.example.com/admin/"},
    ),
    Event.STAFF_ASSIGNED: _staff(
        "", "Ana Kovač gives you an action item", ["From the post-mortem of", "SMS delayed in Frankfurt and Singapore"],
        ["Due", "Fri 4 Dec 2026"], ["Priority", "High"], title="Alert on queue age after one minute", severity=None,
        action={"label": "Open the action item", "url": "https://status.example.com/admin/"},
    ),
    **{event: _staff("", line, *fields, **more) for event, (line, fields, more) in preview_postmortem.REVIEW.items()},
    **preview_maintenance.FACTS,
    **{
        event: _staff("", line, *fields, **({"title": "Core router upgrade", "severity": None} | more))
        for event, (line, fields, more) in preview_maintenance.STAFF.items()
    },
    Event.SUBSCRIBER_CONFIRM: lambda page, now: {
        "confirm_url": f"{page.lasting_url}subscriptions/confirm/cHJldmlldw:1abcDE:c2lnbmF0dXJl/",
        "page": page.id,
        "scope": ["SMS in Frankfurt, with whatever is added under it", "WhatsApp, from Major on"],
        "ask_again": False,
    },
    Event.SUBSCRIBER_MANAGE: lambda page, now: {"page": page.id},
    Event.PERSON_INVITED: lambda page, now: {
        "by": "Ana Kovač",
        "url": f"{settings.PUBLIC_URL}/admin/invitation/MQ/cp2k1a-0123456789abcdef0123456789abcdef/",
    },
    Event.PERSON_PASSWORD: lambda page, now: {
        "by": "",
        "url": f"{settings.PUBLIC_URL}/admin/invitation/MQ/cp2k1a-0123456789abcdef0123456789abcdef/",
    },
    Event.PERSON_ADDRESS: lambda page, now: {
        "by": "Ana Kovač", "old": "vera@example.com", "new": "vera.holm@example.com",
        "url": f"{settings.PUBLIC_URL}/admin/address/NDI:1abcDE:c2lnbmF0dXJl/",
    },
    Event.PERSON_MOVING: lambda page, now: {
        "by": "Ana Kovač", "old": "vera@example.com", "new": "vera.holm@example.com",
    },
    Event.PAGE_TEST: lambda page, now: {"page": page.id, "by": "Ana Kovač"},
}  # fmt: skip
