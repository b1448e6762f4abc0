"""The arithmetic of a notice in words: one sentence for each thing, on every screen, in every mail and export."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _, ngettext

from incidents.maintenance.business_days import Count, Day, DayKind, Frozen, Notice, Rolled
from incidents.moments import clock, zone_name
from incidents.wording import listing


def day(at: date) -> str:
    """Tue 8 Dec."""
    return formats.date_format(at, "D j M")


def instant(at: datetime, zone: str) -> str:
    """Tue 15 Dec 00:00 CET, in the zone of the place."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(local)} {clock(local)} {zone_name(local)}"


def span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Tue 15 Dec 2026, 01:00 – 03:00 CET; with both days where they are two."""
    start, end = (at.astimezone(ZoneInfo(zone)) for at in (starts_at, ends_at))
    name = zone_name(end)
    first = f"{formats.date_format(start, 'D j M Y')}, {clock(start)}"
    if zone_name(start) != name:
        first = f"{first} {zone_name(start)}"
    last = clock(end) if start.date() == end.date() else f"{day(end)}, {clock(end)}"
    return f"{first} – {last} {name}"


def spans(starts_at: datetime, ends_at: datetime, zones: Iterable[str]) -> list[str]:
    """The same in several zones; where clocks show the same in two of them, the first says it."""
    found: dict[tuple, str] = {}
    for zone in zones:
        local = (starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone)))
        found.setdefault(tuple(at.utcoffset() for at in local), span(starts_at, ends_at, zone))
    return list(found.values())


def business_days(number: int) -> str:
    """10 business days."""
    return ngettext("%(n)d business day", "%(n)d business days", number) % {"n": number}


def verdict(notice: Notice, *, is_emergency: bool) -> str:
    """What it is and why, in a sentence."""
    if is_emergency:
        words = {"given": business_days(notice.given), "asked": notice.asked}
        return _("Emergency: %(given)s of notice instead of %(asked)d.") % words
    return _("Planned: announced %(given)s ahead.") % {"given": business_days(notice.given)}


def decided_by(notice: Notice) -> str:
    """Where the latest of the earliest starts comes from; nothing where there is one place."""
    if len(notice.counts) < 2:
        return ""
    words = {"n": len(notice.counts), "place": notice.deciding.name}
    if len({count.earliest for count in notice.counts}) == 1:
        return _("Counted in %(n)d places: all come to the same.") % words
    return _("Counted in %(n)d places; %(place)s is the latest.") % words


@dataclass(frozen=True)
class Row:
    """One place of the count. ``decides``: its earliest start is the one that counts."""

    place: str
    published: str
    counts_from: str
    skipped: str
    earliest: str
    calendar: str
    decides: bool


def rows(notice: Notice) -> list[Row]:
    """The table of the places, the deciding one first."""
    ordered = sorted(notice.counts, key=lambda count: count.earliest, reverse=True)
    return [_row(count, notice) for count in ordered]


def _row(count: Count, notice: Notice) -> Row:
    return Row(
        place=count.name,
        published=instant(notice.published_at, count.zone),
        counts_from=rolled(count),
        skipped=skipped(count),
        earliest=instant(count.earliest, count.zone),
        calendar=count.calendar or _("no calendar: without holidays"),
        decides=count.earliest == notice.earliest,
    )


def rolled(count: Count) -> str:
    """Why the announcement counts for a later day; empty where it does not."""
    words = {"day": day(count.effective), "time": clock(count.cut_off)}
    match count.rolled:
        case Rolled.AFTER_CUT_OFF:
            return _("after %(time)s: counts from %(day)s") % words
        case Rolled.WEEKEND:
            return _("on a weekend: counts from %(day)s") % words
        case Rolled.HOLIDAY:
            return _("on a holiday: counts from %(day)s") % words
    return ""


def skipped(count: Count) -> str:
    """The days between that do not count: holidays by name, weekends by number."""
    weekends = sum(each.kind == DayKind.WEEKEND for each in count.skipped)
    parts = [f"{_of(each)} ({day(each.day)})" for each in count.skipped if each.kind == DayKind.HOLIDAY]
    if weekends:
        parts.append(ngettext("%(n)d day of weekends", "%(n)d days of weekends", weekends) % {"n": weekends})
    return listing(parts, most=None) or _("nothing")


def freezes(found: Iterable[Frozen]) -> str:
    """Year-end freeze, Fri 18 Dec to Sun 3 Jan."""
    shape = _("%(name)s, %(first)s to %(last)s")
    said = (shape % {"name": each.name, "first": day(each.first), "last": day(each.last)} for each in found)
    return listing(list(dict.fromkeys(said)), most=None)


def in_full(notice: Notice, *, is_emergency: bool) -> str:
    """All of it, for mails, exports and programs."""
    count = notice.deciding
    words = {
        "published": instant(notice.published_at, count.zone),
        "place": count.name,
        "asked": business_days(notice.asked),
        "earliest": instant(notice.earliest, count.zone),
        "skipped": skipped(count),
    }
    said = [verdict(notice, is_emergency=is_emergency)]
    said.append(
        _("Published %(published)s (%(place)s): %(asked)s later is %(earliest)s. Skipped: %(skipped)s.") % words
    )
    if later := rolled(count):
        said.append(_("Published %(rolled)s.") % {"rolled": later})
    if notice.behind:
        said.append(_("Change freeze: %(freezes)s.") % {"freezes": freezes(notice.behind)})
    if notice.starts_in:
        said.append(_("It begins in a change freeze: %(freezes)s.") % {"freezes": freezes(notice.starts_in)})
    return " ".join(said)


def _of(holiday: Day) -> str:
    return holiday.name or _("holiday")
