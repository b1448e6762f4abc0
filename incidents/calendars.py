"""iCalendar (RFC 5545): events as the lines that calendar programs read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FOLD = 75  # octets of a line
CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class DayEvent:
    """Something on a day, which takes up no time. ``uid`` stays the same for ever; ``changed_at``: its facts."""

    uid: str
    day: date
    summary: str
    description: str
    url: str
    changed_at: datetime
    made_at: datetime


# A calendar holds one component at least (RFC 5545, 3.6): without an event, the zone that none of them would need.
EMPTY = (
    "BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000", "TZNAME:UTC", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip


def calendar(name: str, events: Iterable[DayEvent], *, hours: int = 1) -> bytes:
    """A whole calendar, to be read again after so many hours: the same bytes as long as nothing changed.

    It has no METHOD: that is for what is sent to people who answer (RFC 5546), and would ask for an organizer.
    """
    found = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Bridgewatch//Bridgewatch//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{hours}H",
        f"X-PUBLISHED-TTL:PT{hours}H",
    ]
    lines = [line for event in events for line in _event(event)]
    found += lines or EMPTY
    return "".join(f"{folded(line)}\r\n" for line in [*found, "END:VCALENDAR"]).encode()


def _event(event: DayEvent) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_stamp(event.changed_at)}"
    yield f"CREATED:{_stamp(event.made_at)}"
    yield f"LAST-MODIFIED:{_stamp(event.changed_at)}"
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(event.summary)}"
    yield f"DESCRIPTION:{escaped(event.description)}"
    yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """As the text of a property. Control characters, which no program may get, are left out."""
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text)
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def folded(line: str) -> str:
    """Lines of at most :data:`FOLD` octets, never cut within a character; the following ones begin with a space."""
    if len(line.encode()) <= FOLD:
        return line
    pieces, piece, left = [], "", FOLD
    for letter in line:
        size = len(letter.encode())
        if size > left:
            pieces.append(piece)
            piece, left = "", FOLD - 1
        piece, left = piece + letter, left - size
    return "\r\n ".join([*pieces, piece])


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
