"""Moments, spans and numbers as a document writes them: in its zone and in the active language."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.dateformat import format as written
from django.utils.text import slugify
from django.utils.translation import gettext as _, pgettext

from incidents import moments

NAME = 60  # letters of a file's name that come from a title
TIGHT = "\u00a0"  # between a number and its unit


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whose hours are written, and which day goes without saying."""

    zone: ZoneInfo
    day: date | None = None  # the one day on which all of it happened; none: every day is named
    year: int | None = None  # that it happened in, of which no day is told

    @classmethod
    def of(cls, zone: str, first: datetime, last: datetime) -> Calendar:
        place = ZoneInfo(zone)
        begun, over = first.astimezone(place).date(), last.astimezone(place).date()
        return cls(place, begun if begun == over else None, begun.year)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def zone_name(self, at: datetime) -> str:
        """CET, UTC, or UTC+8 where a zone has only a number."""
        return moments.zone_name(self.local(at))

    def clock(self, at: datetime) -> str:
        """09:14"""
        return f"{self.local(at):%H:%M}"

    def hour(self, at: datetime) -> str:
        """09:14 UTC"""
        return f"{self.clock(at)}{TIGHT}{self.zone_name(at)}"

    def day_of(self, at: datetime) -> str:
        """19 Nov, and its year where it is another one than all of it happened in."""
        local = self.local(at).date()
        return bare_day(local) if self.year in (None, local.year) else due_day(local)

    def near(self, at: datetime) -> str:
        """09:14; with its day where that does not go without saying."""
        if self.local(at).date() == self.day:
            return self.clock(at)
        return _("%(day)s, %(time)s") % {"day": self.day_of(at), "time": self.clock(at)}

    def moment(self, at: datetime) -> str:
        """Thu 19 Nov 2026, 09:14 UTC"""
        return _("%(day)s, %(time)s") % {"day": full_day(self.local(at).date()), "time": self.hour(at)}

    def stretch(self, start: datetime, end: datetime) -> str:
        """09:14 to 12:08 UTC on Thu 19 Nov 2026; the days are named where there is more than one."""
        if self.local(start).date() == self.local(end).date():
            told = {"start": self.clock(start), "end": self.hour(end), "day": full_day(self.local(start).date())}
            return _("%(start)s to %(end)s on %(day)s") % told
        return _("%(start)s to %(end)s") % {"start": self.moment(start), "end": self.moment(end)}


def full_day(day: date) -> str:
    return written(day, pgettext("date format: Thu 19 Nov 2026", "D j M Y")).replace(" ", TIGHT)


def bare_day(day: date) -> str:
    return written(day, pgettext("date format: 19 Nov", "j M")).replace(" ", TIGHT)


def due_day(day: date) -> str:
    return written(day, pgettext("date format: 19 Nov 2026", "j M Y")).replace(" ", TIGHT)


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes, rounded down; nothing lasts less than none."""
    return max(int((end - start).total_seconds() // 60), 0)


def lasting(length: timedelta | int) -> str:
    """2 h 54 min; 3 days 4 h; minutes are rounded down. A number stands with its unit."""
    return moments.lasting(timedelta(minutes=length) if isinstance(length, int) else length, tight=TIGHT)


def number(value: int) -> str:
    """1,310"""
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def percentage(value: float) -> str:
    """27.4 %; less than a tenth of a percent away from none, or from all, says so."""
    if 0 < value < 0.1:
        return _("under %(share)s") % {"share": percentage(0.1)}
    if 99.9 < value < 100:
        return _("over %(share)s") % {"share": percentage(99.9)}
    tenths = round(value, 1)
    return f"{formats.number_format(tenths, 0 if tenths == round(tenths) else 1)}{TIGHT}%"


def direction(text: str) -> str:
    """ltr or rtl, by the first letter that has one, as ``dir="auto"`` has it."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return "ltr"


def first_sentences(text: str, most: int) -> str:
    """As many whole sentences as fit into ``most`` letters, or the first one cut at a word."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = max(text.rfind(f"{end} ", 0, most) for end in ".!?。")
    if cut > most // 4:
        return text[: cut + 1]
    return f"{text[:most].rsplit(' ', 1)[0].rstrip(',;:.')}…"


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends with one already or with a sign like it."""
    text = " ".join(text.split())
    return text if not text or text[-1] in ".!?…。！？؟:" else f"{text}."


def file_name(title: str, *, otherwise: str) -> str:
    """What a file of it begins with: whole words of the title, or ``otherwise`` where it has no letters for that."""
    name = slugify(title)
    if len(name) > NAME:
        name = name[: NAME + 1].rpartition("-")[0] or name[:NAME]
    return name or otherwise


def without_stop(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
