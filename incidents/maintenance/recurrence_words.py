"""A recurrence rule as people say it: every month on the second Tuesday."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _, ngettext

from incidents.maintenance.recurrence import Rule, normal, parsed


def words(text: str, *, first_at: datetime, zone: str) -> str:
    """In the language of whoever reads, with the time of day and its zone."""
    rule, first = parsed(normal(text)), first_at.astimezone(ZoneInfo(zone))
    said = [_every(rule), _when(rule, first), _("at %(time)s (%(zone)s)") % {"time": f"{first:%H:%M}", "zone": zone}]
    return ", ".join(filter(None, [" ".join(filter(None, said)), _end(rule)]))


def _every(rule: Rule) -> str:
    n = rule.interval
    unit = {
        "DAILY": ngettext("Every day", "Every %(n)d days", n),
        "WEEKLY": ngettext("Every week", "Every %(n)d weeks", n),
        "MONTHLY": ngettext("Every month", "Every %(n)d months", n),
        "YEARLY": ngettext("Every year", "Every %(n)d years", n),
    }[rule.frequency]
    return unit % {"n": n} if n > 1 else unit


def _when(rule: Rule, first: datetime) -> str:
    days = [_weekday(place, day) for place, day in rule.days]
    days += [_month_day(day) for day in rule.month_days]
    if not days and rule.frequency == "WEEKLY":
        days = [str(WEEKDAYS[first.weekday()])]
    if not days and rule.frequency in ("MONTHLY", "YEARLY"):
        days = [_month_day(first.day)]
    months = [str(MONTHS[month]) for month in rule.months]
    if not months and rule.frequency == "YEARLY" and not any(place for place, _day in rule.days):
        months = [str(MONTHS[first.month])]
    chosen = get_text_list(days, _("and") if not rule.places else _("or"))
    if rule.places:
        places = get_text_list([_ordinal(place) for place in rule.places], _("and"))
        chosen = _("the %(places)s that is %(days)s") % {"places": places, "days": chosen}
    on = _("on %(days)s") % {"days": chosen} if chosen else ""
    return " ".join(
        filter(None, [on, _("in %(months)s") % {"months": get_text_list(months, _("and"))} if months else ""])
    )


def _weekday(place: int, day: int) -> str:
    name = str(WEEKDAYS[day])
    return _("the %(place)s %(day)s") % {"place": _ordinal(place), "day": name} if place else name


def _month_day(day: int) -> str:
    if day == -1:
        return _("the last day")
    return _("the %(place)s day from the end") % {"place": _ordinal(-day)} if day < 0 else _("day %(n)d") % {"n": day}


def _ordinal(n: int) -> str:
    known = {1: _("first"), 2: _("second"), 3: _("third"), 4: _("fourth"), 5: _("fifth"), -1: _("last")}
    known[-2] = _("second to last")
    return known.get(n) or _("%(n)d.") % {"n": n}


def _end(rule: Rule) -> str:
    if rule.count:
        return ngettext("once", "%(n)d times", rule.count) % {"n": rule.count} if rule.count > 1 else _("once")
    if rule.until:
        day = datetime.strptime(rule.until[:8], "%Y%m%d").date()  # noqa: DTZ007
        return _("until %(day)s") % {"day": date_format(day, "j F Y")}
    return ""
