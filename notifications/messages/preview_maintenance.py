"""A made-up maintenance window, for messages that are shown before there is one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from incidents import calendars
from incidents.mailing import sender
from incidents.maintenance import calendar_file
from incidents.maintenance.calendar_file import Entry
from incidents.maintenance.choices import Expected, Kind, State
from notifications.choices import Event
from notifications.messages import moments
from notifications.messages.outgoing import PageDress
from statuspage.documents.calendar_files import ACCOUNT
from statuspage.documents.times import stamp

WINDOW = "mnt_preview00000"
_ADMIN = "https://status.example.com/admin/"
_AHEAD, _RUNS, _OVER = timedelta(days=16), timedelta(minutes=-1), timedelta(hours=-3)
# Of each: the kind of its update, what the window is by then, and how far its start is ahead.
_LIFE: dict[Event, tuple[str, str, timedelta]] = {
    Event.MAINTENANCE_SCHEDULED: ("posted", "scheduled", _AHEAD),
    Event.MAINTENANCE_MOVED: ("moved", "scheduled", _AHEAD),
    Event.MAINTENANCE_CHANGED: ("changed", "scheduled", _AHEAD),
    Event.MAINTENANCE_REMINDER: ("", "scheduled", timedelta(hours=24)),
    Event.MAINTENANCE_STARTED: ("begun", "in_progress", _RUNS),
    Event.MAINTENANCE_UPDATED: ("update", "in_progress", timedelta(minutes=-40)),
    Event.MAINTENANCE_EXTENDED: ("extended", "in_progress", timedelta(hours=-2)),
    Event.MAINTENANCE_VERIFYING: ("verifying", "verifying", timedelta(minutes=-130)),
    Event.MAINTENANCE_COMPLETED: ("ended", "completed", _OVER),
    Event.MAINTENANCE_CANCELLED: ("cancelled", "cancelled", _AHEAD),
}
LENGTH = timedelta(hours=2, minutes=30)


def facts(event: Event) -> Callable[[PageDress, datetime], dict[str, Any]]:
    return lambda page, now: _facts(event, page, now)


def _facts(event: Event, page: PageDress, now: datetime) -> dict[str, Any]:
    kind, status, ahead = _LIFE[event]
    start = (now.astimezone(UTC) + ahead).replace(second=0, microsecond=0)
    if ahead == _AHEAD:
        start = start.replace(hour=22, minute=0)
    length = LENGTH + timedelta(hours=1) if kind == "extended" else LENGTH
    said = {
        "moved": _("A part that we need comes later than promised."),
        "changed": _("Voice in Singapore is not affected any more."),
        "update": _("Two of three routers are replaced."),
        "extended": _("The third router takes longer to start than we had tested."),
        "cancelled": _("The new routers failed our last test. We announce another time once they pass it."),
    }.get(kind, "")
    update = {
        "id": "upd_preview00002", "kind": kind, "body": said, "posted_at": stamp(now),
        "starts_at": stamp(start), "ends_at": stamp(start + length),
    }  # fmt: skip
    posted = {
        "id": "upd_preview00001", "kind": "posted", "body": "", "status": "scheduled",
        "posted_at": stamp(min(now, start) - timedelta(days=16)), "starts_at": stamp(start),
        "ends_at": stamp(start + LENGTH),
    }  # fmt: skip
    news = [update | {"status": status}] if kind else []
    old = {"moved": (start - timedelta(days=7), LENGTH), "extended": (start, LENGTH)}.get(kind)
    ended = {"completed": start + LENGTH - timedelta(minutes=8), "cancelled": now}.get(status)
    facts: dict[str, Any] = {
        "title": _("Core router upgrade"),
        "maintenance": WINDOW,
        "kind": "infrastructure",
        "status": status,
        "is_emergency": False,
        "is_automatic": True,
        "body": _("We replace the core routers, which leave the support of their maker in January."),
        "advice": _("Point links to our second location before it begins, if you cannot do without calls."),
        "starts_at": stamp(start),
        "ends_at": stamp(start + length),
        "old_starts_at": stamp(old[0]) if old else None,
        "old_ends_at": stamp(old[0] + old[1]) if old else None,
        "announced_at": stamp(min(now, start) - timedelta(days=16)),
        "started_at": stamp(start) if status in ("in_progress", "verifying", "completed") else None,
        "verifying_at": stamp(now) if status == "verifying" else None,
        "planned_end": stamp(start + LENGTH),
        "ended_at": stamp(ended) if ended else None,
        "changed_at": stamp(now),
        "sequence": 1,
        "update": update if kind else None,
        "posted_at": stamp(now),
        "updates": news if kind == "posted" else [*news, posted],
        "places": [],
        "pages": {
            page.id: {
                "name": page.name,
                "url": page.url,
                "time_zone": page.time_zone,
                "indicator": "none",
                "description": "All Systems Operational",
                "maintenance_url": f"{page.url}maintenance/{WINDOW}/",
                "states": [
                    {"id": "comp_preview1", "name": _("Voice"), "location": "Frankfurt", "expected": 3},
                    {"id": "comp_preview2", "name": _("SMS"), "location": "Frankfurt", "expected": 2},
                    {"id": "comp_preview2", "name": _("SMS"), "location": "Singapore", "expected": 1},
                ],
                "event": [],
            }
        },
        **({"reminder": {"starts_at": stamp(start), "minutes": 1440, "pages": [page.id]}} if not kind else {}),
    }
    facts["pages"][page.id]["event"] = list(calendars.lines(_event(facts, page)))
    return facts


def _event(facts: dict[str, Any], page: PageDress) -> calendars.TimedEvent:
    here = facts["pages"][page.id]
    entry = Entry(
        id=WINDOW,
        title=facts["title"],
        kind=Kind(facts["kind"]),
        state=State(facts["status"]),
        starts_at=moments.known(facts["starts_at"]),
        until=moments.known(facts["ends_at"]),
        sequence=facts["sequence"],
        announced_at=moments.known(facts["announced_at"]),
        changed_at=moments.known(facts["changed_at"]),
        expected=Expected.OUTAGE,
        objects=tuple(dict.fromkeys(state["name"] for state in here["states"])),
        places=tuple(dict.fromkeys(state["location"] for state in here["states"])),
        text=f"{facts['advice']}\n{facts['body']}",
        url=here["maintenance_url"],
    )
    return calendar_file.event(entry, provider=page.name, account=ACCOUNT, organizer=page.reply_to or sender())


FACTS = {event: facts(event) for event in _LIFE}
STAFF: dict[Event, tuple[str, list[list[Any]], dict[str, Any]]] = {  # line, fields, and what else is said
    Event.STAFF_MAINTENANCE: (
        "Ana Kovač announces planned maintenance",
        [["Begins", {"at": 23_040}], ["Ends", {"at": 23_190}], ["Takes", "2 h 30 min"], ["Owner", "Ben Osei"]],
        {"what": "posted", "action": {"label": "Open the maintenance window", "url": _ADMIN}},
    ),
    Event.STAFF_APPROVAL: (
        "Ana Kovač asks you to approve emergency maintenance",
        [["Why it cannot wait", "The routers restart by themselves."], ["Begins", {"at": 2_880}],
         ["Ends", {"at": 3_030}], ["Count", "2 business days ahead, 10 are asked for; counted in Vienna"]],
        {"next_step": "Approve it, or decline it with a reason", "next_step_due": 2_880,
         "action": {"label": "Look at it and decide", "url": _ADMIN}},
    ),
    Event.STAFF_DECIDED: (
        "Ben Osei declines it: nothing was announced", [["Why", "A customer's launch is on that night."]],
        {"what": "declined", "next_step": "Choose other times, or ask again with what is missing",
         "action": {"label": "Open the maintenance window", "url": _ADMIN}},
    ),
}  # fmt: skip
