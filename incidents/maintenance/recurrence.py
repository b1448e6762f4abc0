"""When a series recurs: an RRULE (RFC 5545) in the series' zone. Nothing is read here.

Two o'clock stays two o'clock there over every change of clocks. A time that does not exist on a day comes as the clock
shows it then (03:30 for 02:30), one that exists twice comes the first time; only the first start is as it was given.
There is one start a day at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain, islice, pairwise, takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday
from django.utils.formats import date_format
from django.utils.translation import gettext as _, gettext_noop

from incidents.moments import wrong_year

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
KNOWN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"})
MOST = 1_000  # of a count or an interval
NEVER = gettext_noop("By this rule it never comes. Write another day, or a later end.")
DAYS_OF_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
YEARS = timedelta(days=366 * 10)  # without a start in them: it never comes
CHECKED = timedelta(days=366 * 2)  # for starts before the last one is over: days are shorter where clocks change
DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")


class BadRule(ValueError):
    """With a sentence for whoever wrote it."""


@dataclass(frozen=True)
class Rule:
    """The parts of an RRULE, checked. ``days`` are weekdays with their place in the month or year, 0 for every one."""

    frequency: str
    interval: int = 1
    count: int = 0  # for ever
    until: str = ""
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    places: tuple[int, ...] = ()  # BYSETPOS
    week_starts: int = 0


@lru_cache(maxsize=1024)
def parsed(text: str) -> Rule:
    """Raises :class:`BadRule` with what to write instead."""
    parts = _parts(text)
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES:
        raise BadRule(_("Write how often, at most once a day: FREQ=DAILY, WEEKLY, MONTHLY or YEARLY."))
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadRule(_("Write COUNT or UNTIL, not both."))
    rule = Rule(
        frequency=frequency,
        interval=_number(parts, "INTERVAL", default=1),
        count=_number(parts, "COUNT", default=0),
        until=_until(parts.get("UNTIL", "")),
        days=tuple(_day(day, frequency) for day in _list(parts, "BYDAY")),
        month_days=_numbers(parts, "BYMONTHDAY", -31, 31),
        months=_numbers(parts, "BYMONTH", 1, 12),
        places=_numbers(parts, "BYSETPOS", -366, 366),
        week_starts=_day(parts.get("WKST", "MO"), "WEEKLY")[1],
    )
    if rule.month_days and frequency == "WEEKLY":
        raise BadRule(_("A weekly rule has no days of the month: leave out BYMONTHDAY."))
    if len({bool(place) for place, _day_of_week in rule.days}) > 1:
        raise BadRule(_("BYDAY has weekdays with a place, as 2TU, or without one, as TU: write two series."))
    if rule.places and not (rule.days or rule.month_days or rule.months):
        raise BadRule(_("BYSETPOS chooses among other parts, such as BYDAY: write those too."))
    if _never_comes(rule):
        raise BadRule(_(NEVER))
    return rule


def normal(text: str) -> str:
    """As it is kept: in capitals, without what stands around it."""
    return text.strip().upper().removeprefix("RRULE:").strip(" ;")


def check(text: str, *, first_at: datetime, zone: str, length: timedelta) -> None:
    """That it comes at least once, and in two years is over each time before it comes again."""
    starts = occurrences(text, first_at=first_at, zone=zone, after=first_at - timedelta(days=1))
    first = next(starts, None)
    if first is None:
        raise BadRule(_(NEVER))
    for before, start in pairwise(chain([first], takewhile(lambda at: at < first + CHECKED, starts))):
        if start - before < length:
            words = {"day": date_format(start.astimezone(ZoneInfo(zone)), "j F Y")}
            raise BadRule(
                _("It would begin again before it is over, on %(day)s. Make it shorter, or let it come less often.")
                % words
            )


def comes_after(text: str, moment: datetime, *, first_at: datetime, zone: str) -> bool:
    """Whether it comes at least once later than ``moment``."""
    after = max(moment, first_at - timedelta(days=1))
    return any(True for _start in occurrences(text, first_at=first_at, zone=zone, after=after))


def occurrences(
    text: str, *, first_at: datetime, zone: str, after: datetime, until: datetime | None = None, most: int = 0
) -> Iterator[datetime]:
    """Starts later than ``after``, up to and with ``until``, in UTC; none before ``first_at``. ``most``: how many."""
    rule, clock = parsed(normal(text)), ZoneInfo(zone)
    last = (until or after + YEARS).astimezone(clock).replace(tzinfo=None) + timedelta(days=1)
    begin = first_at.astimezone(clock).replace(tzinfo=None, microsecond=0)
    found = 0
    for wall in _walls(rule, begin, clock, last):
        start = (first_at if wall == begin else wall.replace(tzinfo=clock)).astimezone(UTC)
        if start <= after or start < first_at:
            continue
        if (until is not None and start > until) or (most and found == most):
            return
        found += 1
        yield start


def comes_at(text: str, at: datetime, *, first_at: datetime, zone: str) -> bool:
    """Whether ``at`` is one of its starts."""
    if wrong_year(at):
        return False
    return at in occurrences(text, first_at=first_at, zone=zone, after=at - timedelta(seconds=1), until=at)


def last_day(until: str, first: datetime) -> date:
    """The last day there on which it may come: by its end (UNTIL), at the time of day of its first start."""
    assert isinstance(first.tzinfo, ZoneInfo)
    last = _wall_of(until, first.tzinfo)
    return last.date() if first.time().replace(microsecond=0) <= last.time() else last.date() - timedelta(days=1)


def _walls(rule: Rule, begin: datetime, clock: ZoneInfo, last: datetime) -> Iterator[datetime]:
    """As clocks on the wall show it there."""
    if rule.until:
        last = min(last, _wall_of(rule.until, clock))
    walls = iter(
        rrule(
            FREQUENCIES[rule.frequency],
            dtstart=begin,
            interval=rule.interval,
            wkst=rule.week_starts,
            until=last,  # a count never looks for days that do not exist
            byweekday=[weekday(day, place or None) for place, day in rule.days] or None,
            bymonthday=rule.month_days or None,
            bymonth=rule.months or None,
            bysetpos=rule.places or None,
        )
    )
    return islice(walls, rule.count or None)


def _never_comes(rule: Rule) -> bool:
    """Where none of its days exists: the library would look for one day by day until the year 9999."""
    longest = max(DAYS_OF_MONTHS[month - 1] for month in rule.months or (1,))
    if rule.month_days and min(map(abs, rule.month_days)) > longest:
        return True
    sets = {"DAILY": 1, "WEEKLY": len(rule.days) or 1, "MONTHLY": longest, "YEARLY": 366}
    if rule.frequency == "MONTHLY" and rule.days:
        sets["MONTHLY"] = min(longest, sum(1 if place else 5 for place, _day in rule.days))
    return bool(rule.places) and min(map(abs, rule.places)) > sets[rule.frequency]


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in normal(text).split(";"):
        name, equals, value = (each.strip() for each in part.partition("="))
        if name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            raise BadRule(_("The time of day is that of the first start: leave out %(name)s.") % {"name": name})
        if not equals or not value or name not in KNOWN or name in parts:
            words = {"part": part[:40], "example": "FREQ=MONTHLY;BYDAY=2TU"}
            raise BadRule(_("“%(part)s” cannot be read. Write it as in %(example)s.") % words)
        parts[name] = value
    return parts


def _list(parts: dict[str, str], name: str) -> list[str]:
    return [each.strip() for each in parts[name].split(",")] if name in parts else []


def _number(parts: dict[str, str], name: str, *, default: int) -> int:
    value = parts.get(name, "")
    if not value:
        return default
    if not re.fullmatch(r"\d{1,4}", value, re.ASCII) or not 1 <= int(value) <= MOST:
        raise BadRule(_("%(name)s is a number from 1 to %(most)d.") % {"name": name, "most": MOST})
    return int(value)


def _numbers(parts: dict[str, str], name: str, least: int, most: int) -> tuple[int, ...]:
    found = []
    for each in _list(parts, name):
        if not re.fullmatch(r"[+-]?\d{1,3}", each, re.ASCII) or not least <= int(each) <= most or int(each) == 0:
            words = {"name": name, "least": least, "most": most}
            raise BadRule(_("%(name)s are numbers from %(least)d to %(most)d, and not 0.") % words)
        found.append(int(each))
    return tuple(found)


def _day(text: str, frequency: str) -> tuple[int, int]:
    found = DAY.fullmatch(text)
    if found is None:
        raise BadRule(_("“%(day)s” is no day. Write MO, TU, WE, TH, FR, SA or SU.") % {"day": text[:20]})
    if found[1] and frequency not in ("MONTHLY", "YEARLY"):
        raise BadRule(
            _("Only monthly and yearly rules have a first or last weekday: write %(day)s.") % {"day": found[2]}
        )
    return int(found[1] or 0), DAYS.index(found[2])


def _until(text: str) -> str:
    if not text:
        return ""
    found = UNTIL.fullmatch(text)
    try:
        at = datetime.strptime(found[1] + (found[2] or "000000") if found else "", "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError:
        raise BadRule(_("Write the end as UNTIL=20271231, for the last day.")) from None
    if sentence := wrong_year(at):
        raise BadRule(f"UNTIL: {sentence}")
    return text


def _wall_of(until: str, clock: ZoneInfo) -> datetime:
    """The last moment there: of a day its end."""
    found = UNTIL.fullmatch(until)
    assert found is not None
    day = datetime.strptime(found[1], "%Y%m%d").date()  # noqa: DTZ007
    if not found[2]:
        return datetime.combine(day, time.max)
    at = datetime.combine(day, datetime.strptime(found[2], "%H%M%S").time())  # noqa: DTZ007
    return at.replace(tzinfo=UTC).astimezone(clock).replace(tzinfo=None) if found[3] else at
