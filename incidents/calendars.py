"""iCalendar (RFC 5545): events as the lines that calendar programs read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from incidents.plain_text import UNPRINTABLE, plain

FOLD = 75  # octets of a line
CONTENT_TYPE = "text/calendar; charset=utf-8"
ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


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


@dataclass(frozen=True)
class Work:
    """What carriers' programs read of maintenance (MAINTNOTE): who does it, to what, how bad, and how far it is."""

    provider: str
    account: str
    maintenance_id: str
    objects: tuple[str, ...]
    impact: str  # NO-IMPACT, REDUCED-REDUNDANCY, DEGRADED or OUTAGE
    status: str  # TENTATIVE, CONFIRMED, CANCELLED, IN-PROCESS or COMPLETED
    organizer: str = ""  # an address of e-mail


@dataclass(frozen=True)
class TimedEvent:
    """Something from one moment to another. ``sequence`` rises with every change of time or state; cancelled, it stays
    in the calendar, so that programs take it out."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    url: str
    changed_at: datetime
    made_at: datetime
    sequence: int = 0
    is_cancelled: bool = False
    place: str = ""
    categories: tuple[str, ...] = ()
    work: Work | None = None


Event = DayEvent | TimedEvent

# A calendar holds one component at least (RFC 5545, 3.6): without an event, the zone that none of them would need.
EMPTY = (
    "BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000", "TZNAME:UTC", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip


HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bridgewatch//Bridgewatch//EN", "CALSCALE:GREGORIAN")


def attached(event: Iterable[str], *, method: str) -> bytes:
    """The lines of one event as they go with a message: a program that opens it adds, moves or takes out its event
    (RFC 5546)."""
    return _written([*HEAD, f"METHOD:{method}", *event])


def calendar(name: str, events: Iterable[Event], *, hours: int = 1) -> bytes:
    """A whole calendar, to be read again after so many hours: the same bytes as long as nothing changed.

    It has no METHOD: that is for what is sent to people who answer (RFC 5546), and would ask for an organizer.
    """
    found = [
        *HEAD,
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{hours}H",
        f"X-PUBLISHED-TTL:PT{hours}H",
    ]
    return _written(found + ([line for event in events for line in lines(event)] or [*EMPTY]))


def lines(event: Event) -> Iterator[str]:
    """Each property of the event in one line, unfolded."""
    yield from _timed(event) if isinstance(event, TimedEvent) else _of_day(event)


def _written(lines: Iterable[str]) -> bytes:
    return b"".join(folded(UNPRINTABLE.sub("", line)) + b"\r\n" for line in [*lines, "END:VCALENDAR"])


def _of_day(event: DayEvent) -> Iterator[str]:
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


def _timed(event: TimedEvent) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_stamp(event.changed_at)}"
    yield f"CREATED:{_stamp(event.made_at)}"
    yield f"LAST-MODIFIED:{_stamp(event.changed_at)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}"
    yield f"DTSTART:{_stamp(event.starts_at)}"
    yield f"DTEND:{_stamp(event.ends_at)}"
    yield f"SUMMARY:{escaped(event.summary)}"
    yield f"DESCRIPTION:{escaped(event.description)}"
    if event.place:
        yield f"LOCATION:{escaped(event.place)}"
    if event.categories:
        yield "CATEGORIES:" + ",".join(escaped(each) for each in event.categories)
    yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    if event.work:
        yield from _work(event.work)
    yield "END:VEVENT"


def _work(work: Work) -> Iterator[str]:
    if work.organizer:
        yield f"ORGANIZER:mailto:{work.organizer}"
    yield f"X-MAINTNOTE-PROVIDER:{escaped(work.provider)}"
    yield f"X-MAINTNOTE-ACCOUNT:{escaped(work.account)}"
    yield f"X-MAINTNOTE-MAINTENANCE-ID:{escaped(work.maintenance_id)}"
    for each in work.objects:
        yield f"X-MAINTNOTE-OBJECT-ID:{escaped(each)}"
    yield f"X-MAINTNOTE-IMPACT:{work.impact}"
    yield f"X-MAINTNOTE-STATUS:{work.status}"


def escaped(text: str) -> str:
    """As the text of a property. Control characters, which no program may get, are left out."""
    return plain(text).translate(ESCAPED)


def folded(line: str) -> bytes:
    """Lines of at most :data:`FOLD` octets, never cut within a character; the following ones begin with a space."""
    data = line.encode()
    pieces, start, most = [], 0, FOLD
    while len(data) - start > most:
        end = start + most
        while data[end] & 0b1100_0000 == 0b1000_0000:  # within a character of UTF-8
            end -= 1
        pieces.append(data[start:end])
        start, most = end, FOLD - 1
    return b"\r\n ".join([*pieces, data[start:]])


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
