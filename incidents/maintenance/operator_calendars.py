"""What operators announce in calendar files (iCalendar): with the words of MAINTNOTE, or as plain events (3-10).

Bytes in, values out; nothing is asked and nothing is kept. Time zones are looked up by name, never computed by the
rules that a file brings along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import icalendar
from django.utils.translation import gettext as _
from icalendar.error import BrokenCalendarProperty
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from incidents.maintenance.calendar_file import MAINTNOTE_IMPACT
from incidents.maintenance.choices import Expected

ZONE = re.compile(  # one that was cut off ends where something else begins: a search to the end for each is quadratic
    r"^BEGIN:VTIMEZONE[ \t]*\r?$.*?"
    r"(?:^END:VTIMEZONE[ \t]*\r?$\n?|(?=^BEGIN:VTIMEZONE|^BEGIN:VEVENT|^END:VCALENDAR)|\Z)",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
CANCEL = re.compile(r"^METHOD:CANCEL[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
UTC_TIME = re.compile(r"^(?:DTSTART|DTEND);.*:\d{8}T\d{6}Z[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
ZONE_BESIDE = "X-TZID"  # of a time in UTC: where its writer is, and not how it is read
IMPACT = {word: expected for expected, word in MAINTNOTE_IMPACT.items()}
CANCELLED = {"CANCELLED", "CANCELED"}


class Unreadable(ValueError):
    """With a sentence for whoever looks at it. ``uid``: of the event, where that much could be read."""

    def __init__(self, words: str, uid: str = ""):
        super().__init__(words)
        self.uid = uid


@dataclass(frozen=True)
class Announced:
    """An event. ``objects`` are what the operator calls that it concerns; ``account`` whom it files us under.

    ``names_provider``: whether the file says who works; otherwise ``provider`` is the domain that it comes from.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    title: str
    text: str
    is_cancelled: bool = False
    provider: str = ""
    names_provider: bool = field(default=False, compare=False)
    account: str = ""
    maintenance_id: str = ""
    objects: tuple[str, ...] = ()
    expected: Expected = Expected.DEGRADED
    status: str = ""

    @property
    def is_completed(self) -> bool:
        return self.status == "COMPLETED"


def read(text: str) -> Announced:
    """The event of a file that :mod:`.operator_files` made. :class:`Unreadable` with what is missing."""
    event = _event(text)
    uid = _text(event, "UID")[:500]
    if not uid:
        raise Unreadable(_("It has no UID: a later version of it could not be told from another event."))
    try:
        return _read(event, uid, has_cancel=CANCEL.search(text) is not None)
    except Unreadable as error:
        raise Unreadable(str(error), uid) from None
    except Exception as error:  # whatever the library makes of what strangers send
        raise Unreadable(_cannot(error), uid) from error


def _read(event: Any, uid: str, *, has_cancel: bool) -> Announced:
    if event.get("RECURRENCE-ID") is not None:
        raise Unreadable(_("It changes one time of a recurring event. Ask the operator for one event for each time."))
    if event.get("RRULE") is not None or event.get("RDATE") is not None:
        raise Unreadable(_("It recurs. Ask the operator for one event for each time."))
    starts_at, zone = _moment(event, "DTSTART")
    if event.get("DTEND") is not None:
        ends_at, _zone = _moment(event, "DTEND")
    else:
        ends_at = starts_at + _duration(event)
    if ends_at <= starts_at:
        raise Unreadable(_("It ends before it begins."))
    statuses = [status.upper() for name in ("X-MAINTNOTE-STATUS", "STATUS") for status in _texts(event, name)]
    named = _text(event, "X-MAINTNOTE-PROVIDER")
    provider = named or _organizer(event)
    maintenance_id = ", ".join(_texts(event, "X-MAINTNOTE-MAINTENANCE-ID"))
    title = " ".join(_text(event, "SUMMARY").split()) or " ".join(filter(None, (provider, maintenance_id))) or uid
    return Announced(
        uid=uid,
        sequence=_sequence(event),
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=zone,
        title=title[:200],
        text=_text(event, "DESCRIPTION").replace("\r\n", "\n")[:25_000],
        is_cancelled=has_cancel or not CANCELLED.isdisjoint(statuses),
        provider=provider[:200],
        names_provider=bool(named),
        account=_text(event, "X-MAINTNOTE-ACCOUNT")[:200],
        maintenance_id=maintenance_id[:200],
        objects=tuple(dict.fromkeys(_texts(event, "X-MAINTNOTE-OBJECT-ID") or _texts(event, "LOCATION"))),
        expected=IMPACT.get(_text(event, "X-MAINTNOTE-IMPACT").upper(), Expected.DEGRADED),
        status=next(iter(statuses), "")[:20],
    )


def _event(text: str) -> Any:
    try:
        events = icalendar.Calendar.from_ical(_utc_kept(ZONE.sub("", text))).walk("VEVENT")
    except Exception as error:  # whatever the library makes of what strangers send
        raise Unreadable(_cannot(error)) from error
    if not events:
        raise Unreadable(_("It is no calendar file, or holds no event."))
    if len(events) > 1:
        why = _(
            "The file has another event with this UID, and that one was read. Ask the operator for a UID for each "
            "event, or for a higher SEQUENCE if this one replaces it."
        )
        raise Unreadable(why, _text(events[-1], "UID")[:500])
    return events[0]


def _utc_kept(text: str) -> str:
    """Zones that stand beside times in UTC under another name: the library would read the times in them (RFC 5545,
    3.2.19: TZID must not be applied to UTC)."""
    unfolded = re.sub(r"(?:\r?\n)+[ \t]", "", text)
    return UTC_TIME.sub(lambda line: re.sub(";TZID=", f";{ZONE_BESIDE}=", line[0], flags=re.IGNORECASE), unfolded)


def _cannot(error: Exception) -> str:
    return _("It cannot be read: %(why)s") % {"why": " ".join(str(error).split())[:200] or type(error).__name__}


def _texts(event: Any, name: str) -> list[str]:
    found = event.get(name)
    values = found if isinstance(found, list) else [] if found is None else [found]
    return [text for value in values if (text := str(value).strip()[:500])]


def _text(event: Any, name: str) -> str:
    return next(iter(_texts(event, name)), "")


def _organizer(event: Any) -> str:
    """The domain that it comes from, where nobody says who works."""
    address = _text(event, "ORGANIZER").lower().removeprefix("mailto:")
    return address.rpartition("@")[2]


def _sequence(event: Any) -> int:
    text = _text(event, "SEQUENCE") or "0"
    if not re.fullmatch(r"\d{1,18}", text, re.ASCII):
        raise Unreadable(_("Its SEQUENCE is no number."))
    return int(text)


def _moment(event: Any, name: str) -> tuple[datetime, str]:
    """In UTC, and the zone that it was written in, or that is named beside it."""
    given = event.get(name)
    at = _written(given)
    if isinstance(at, date) and not isinstance(at, datetime):
        raise Unreadable(_("It names days and no times."))
    if not isinstance(at, datetime) or not 1990 < at.year < 2200:
        raise Unreadable(_("%(name)s cannot be read.") % {"name": name})
    named, beside = (str(given.params.get(name, "")).strip() for name in ("TZID", ZONE_BESIDE))
    if named:
        zone = _zone(named)
        return at.replace(tzinfo=zone).astimezone(UTC), zone.key
    if at.tzinfo is None:
        raise Unreadable(_("Its times have no time zone."))
    return at.astimezone(UTC), _zone(beside).key if beside else "UTC"


def _written(given: Any) -> Any:
    try:
        return getattr(given, "dt", None)
    except BrokenCalendarProperty:
        return None


def _zone(named: str) -> ZoneInfo:
    """By its name in the database of zones, with a path before it, or as Windows calls it."""
    parts = named.strip("/").split("/")
    for name in (WINDOWS_TO_OLSON.get(named, named), "/".join(parts[-3:]), "/".join(parts[-2:])):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    raise Unreadable(_("Its time zone is not known: %(name)s.") % {"name": named[:64]})


def _duration(event: Any) -> timedelta:
    length = _written(event.get("DURATION"))
    if not isinstance(length, timedelta):
        raise Unreadable(_("It has no end."))
    return length


def names_of(event: Announced) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What it calls things, each with the external ids that mean the same; without any, the account or the operator."""
    for name in event.objects or tuple(filter(None, (event.account or event.provider,))):
        yield name, (name, *(f"{prefix}:{name}" for prefix in (event.provider, event.account) if prefix))
