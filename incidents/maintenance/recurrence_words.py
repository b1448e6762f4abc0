"""A recurrence rule as people say it: every month on the second Tuesday."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.humanize.templatetags.humanize import ordinal
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _, ngettext

from incidents.maintenance.recurrence import Rule, last_day, normal, parsed
from incidents.moments import clock

WORKING_WEEK = {0, 1, 2, 3, 4}


def words(text: str, *, first_at: datetime, zone: str) -> str:
    """In the language of whoever reads, with the time of day and its zone. It names the days on which it comes."""
    first = first_at.astimezone(ZoneInfo(zone))
    rule = _filled(parsed(normal(text)), first)
    when = _chosen(rule) if rule.places and rule.frequency != "DAILY" else _each(rule)
    said = [_every(rule), *when, _("at %(time)s (%(zone)s)") % {"time": clock(first), "zone": zone}]
    return ", ".join(filter(None, [" ".join(filter(None, said)), _end(rule, first)]))


def _filled(rule: Rule, first: datetime) -> Rule:
    """With what the first start says where the rule names no day."""
    if rule.days or rule.month_days or rule.frequency == "DAILY":
        return rule
    if rule.frequency == "WEEKLY":
        return replace(rule, days=((0, first.weekday()),))
    months = (first.month,) if rule.frequency == "YEARLY" else ()
    return replace(rule, month_days=(first.day,), months=rule.months or months)


def _every(rule: Rule) -> str:
    n = rule.interval
    unit = {
        "DAILY": ngettext("Every day", "Every %(n)d days", n),
        "WEEKLY": ngettext("Every week", "Every %(n)d weeks", n),
        "MONTHLY": ngettext("Every month", "Every %(n)d months", n),
        "YEARLY": ngettext("Every year", "Every %(n)d years", n),
    }[rule.frequency]
    every = unit % {"n": n} if n > 1 else unit
    if rule.frequency == "WEEKLY" and rule.week_starts and (n > 1 or rule.places):
        return _("%(every)s (weeks begin on %(day)s)") % {"every": every, "day": WEEKDAYS[rule.week_starts]}
    return every


def _each(rule: Rule) -> list[str]:
    """It comes on every day that the rule names."""
    if rule.frequency == "DAILY":
        days = _days(rule, plain=_("a %(days)s"), last=_("or"))
        on = _("only on %(days)s")
    else:
        days = _days(rule, plain="%(days)s" if rule.frequency == "WEEKLY" else _("every %(days)s"), last=_("and"))
        on = _("on %(days)s")
    months = _months(rule, last=_("and"), all_of_them=_("in every month"))
    if months and (rule.frequency in ("WEEKLY", "MONTHLY") or not days):  # it does not come as often as was said first
        months = _("only %(in_months)s") % {"in_months": months}
    return [on % {"days": days} if days else "", months]


def _chosen(rule: Rule) -> list[str]:
    """It comes on some of the days that the rule names (BYSETPOS), counted in each week, month or year."""
    of = {
        "WEEKLY": _("the %(places)s day of the week"),
        "MONTHLY": _("the %(places)s day of the month"),
        "YEARLY": _("the %(places)s day of the year"),
    }[rule.frequency]
    places = get_text_list([_place(place) for place in dict.fromkeys(rule.places)], _("and"))
    days = _days(rule, plain=_("a %(days)s"), last=_("or"))
    on = _("on %(which)s that is %(days)s") % {"which": of % {"places": places}, "days": days}
    return [on, _months(rule, last=_("or"), all_of_them=_("in any month"))]


def _days(rule: Rule, *, plain: str, last: str) -> str:
    """``plain``: around weekdays without a place; ``last``: before the last of several."""
    weekdays = _weekdays(rule, plain, last)
    if weekdays and rule.month_days:
        also = get_text_list(_month_days(rule.month_days), _("or"))
        return _("%(weekdays)s that is also %(days)s") % {"weekdays": weekdays, "days": also}
    return weekdays or get_text_list(_month_days(rule.month_days), last)


def _weekdays(rule: Rule, plain: str, last: str) -> str:
    if not rule.days:
        return ""
    if rule.days[0][0]:
        is_of_the_year = rule.frequency == "YEARLY" and not rule.months
        one = _("the %(place)s %(day)s of the year") if is_of_the_year else _("the %(place)s %(day)s")
        placed = [one % {"place": _place(place), "day": WEEKDAYS[day]} for place, day in dict.fromkeys(rule.days)]
        return get_text_list(placed, last)
    days = {day: str(WEEKDAYS[day]) for _no_place, day in rule.days}
    if days.keys() == WORKING_WEEK and rule.frequency != "WEEKLY":
        return plain % {"days": _("weekday (Monday to Friday)")}
    return plain % {"days": get_text_list(list(days.values()), last)}


def _month_days(days: Iterable[int]) -> list[str]:
    """Three and more in a row are said by the first and the last of them."""
    rows: list[list[int]] = []
    for day in sorted(day for day in {*days} if day > 0):
        if rows and rows[-1][-1] == day - 1:
            rows[-1].append(day)
        else:
            rows.append([day])
    said = []
    for row in rows:
        if len(row) > 2:
            said.append(_("day %(first)d to %(last)d") % {"first": row[0], "last": row[-1]})
        else:
            said += [_("day %(n)d") % {"n": day} for day in row]
    from_the_end = sorted(day for day in {*days} if day < 0)
    return said + [_("the %(place)s day") % {"place": _place(day)} for day in from_the_end]


def _months(rule: Rule, *, last: str, all_of_them: str) -> str:
    """A yearly rule that names days of the month alone has them in every month."""
    if rule.months:
        names = [str(MONTHS[month]) for month in dict.fromkeys(rule.months)]
        return _("in %(months)s") % {"months": get_text_list(names, last)}
    return all_of_them if rule.frequency == "YEARLY" and not rule.days else ""


def _place(n: int) -> str:
    if n < 0:
        return _("last") if n == -1 else _("%(place)s to last") % {"place": _place(-n)}
    known = {1: _("first"), 2: _("second"), 3: _("third"), 4: _("fourth"), 5: _("fifth")}
    return known.get(n) or str(ordinal(n))


def _end(rule: Rule, first: datetime) -> str:
    if rule.count:
        return ngettext("once", "%(n)d times", rule.count) % {"n": rule.count} if rule.count > 1 else _("once")
    if rule.until:
        return _("until %(day)s") % {"day": date_format(last_day(rule.until, first), "j F Y")}
    return ""
