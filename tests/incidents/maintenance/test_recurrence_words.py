"""What a rule is said to mean, and that it means it: the words are read again and compared with the dates."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings, strategies as st

from incidents.maintenance.recurrence import DAYS, BadRule, check, occurrences
from incidents.maintenance.recurrence_words import words
from tests.incidents.maintenance.days import local

FIRST = datetime(2026, 12, 8, 12, tzinfo=UTC)  # a Tuesday
DAY = timedelta(days=1)
MONTHS, WEEKDAYS = list(calendar.month_name), list(calendar.day_name)
PLACES = {"last": -1, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
PLACE = r"(?:first|second|third|fourth|fifth|\d+(?:st|nd|rd|th))(?: to last)?|last"
WEEKDAY, MONTH = "|".join(WEEKDAYS), "|".join(MONTHS[1:])


def said(rule, *, first_at=FIRST, zone="UTC"):
    return words(rule, first_at=first_at, zone=zone).partition(" at ")[0]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=YEARLY;BYDAY=MO", "Every year on every Monday"),
        ("FREQ=YEARLY;BYDAY=MO;BYMONTH=3", "Every year on every Monday in March"),
        ("FREQ=YEARLY;BYDAY=2MO", "Every year on the second Monday of the year"),
        ("FREQ=YEARLY;BYMONTHDAY=15", "Every year on day 15 in every month"),
        ("FREQ=YEARLY;BYMONTHDAY=15;BYMONTH=3,10", "Every year on day 15 in March and October"),
        ("FREQ=YEARLY;BYMONTH=3", "Every year on day 8 in March"),
        (
            "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "Every year on the last day of the year that is a weekday (Monday to Friday)",
        ),
        ("FREQ=YEARLY;BYMONTHDAY=15;BYSETPOS=21", "Every year on the 21st day of the year that is day 15 in any month"),
        ("FREQ=MONTHLY;BYDAY=MO,TH", "Every month on every Monday and Thursday"),
        ("FREQ=MONTHLY;BYDAY=2TU;BYMONTH=3,6", "Every month on the second Tuesday only in March and June"),
        (
            "FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14",
            "Every month on every Tuesday that is also day 8 to 14",
        ),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "Every month on every Friday that is also day 13"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15,-1,-2", "Every month on day 1, day 15, the second to last day and the last day"),
        (
            "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1,-1",
            "Every month on the first and last day of the month that is a Saturday or Sunday",
        ),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", "Every 2 weeks (weeks begin on Sunday) on Monday and Sunday"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO,FR", "Every 2 days only on a Monday or Friday"),
        ("FREQ=DAILY;BYDAY=FR;BYMONTHDAY=13;BYMONTH=3", "Every day only on a Friday that is also day 13 in March"),
        ("FREQ=DAILY;BYMONTH=3", "Every day only in March"),
    ],
)
def test_the_words_cannot_be_read_another_way(rule, expected):
    assert said(rule) == expected


def test_weekdays_with_and_without_a_place_do_not_mix():
    with pytest.raises(BadRule, match="write two series"):
        said("FREQ=MONTHLY;BYDAY=TU,2WE")


ENDS = [
    ("America/Los_Angeles", "2026-12-02 22:00", "20270105T030000Z", "3 January 2027"),  # 19:00 there on the 4th
    ("Asia/Tokyo", "2026-12-02 07:00", "20270104T230000Z", "5 January 2027"),  # 08:00 there on the 5th
    ("Asia/Tokyo", "2026-12-02 08:00", "20270104T230000Z", "5 January 2027"),
    ("Asia/Tokyo", "2026-12-02 08:01", "20270104T230000Z", "4 January 2027"),
    ("Asia/Tokyo", "2026-12-02 22:00", "20270105T210000", "4 January 2027"),
    ("Asia/Tokyo", "2026-12-02 22:00", "20270105", "5 January 2027"),
]


@pytest.mark.parametrize(("zone", "first", "until", "day"), ENDS)
def test_the_end_is_the_last_day_there_on_which_it_may_come(zone, first, until, day):
    first_at, rule = local(zone, first).astimezone(UTC), f"FREQ=DAILY;UNTIL={until}"
    assert words(rule, first_at=first_at, zone=zone).endswith(f", until {day}")
    *_earlier, last = occurrences(rule, first_at=first_at, zone=zone, after=first_at)
    assert f"{last.astimezone(ZoneInfo(zone)):%-d %B %Y}" == day


# Words, read again


def place_of(text):
    number = PLACES.get(text.removesuffix(" to last")) or int(re.match(r"\d+", text)[0])
    return -number if text.endswith(" to last") else number


def is_place(row, day, place):
    """Whether ``day`` stands at this place among the days of ``row``."""
    return -len(row) <= place - (place > 0) < len(row) and row[place - (place > 0)] == day


def month_of(day):
    return [date(day.year, day.month, n + 1) for n in range(calendar.monthrange(day.year, day.month)[1])]


def year_of(day):
    return [date(day.year, 1, 1) + DAY * n for n in range(365 + calendar.isleap(day.year))]


def any_of(tests):
    return lambda day: not tests or any(test(day) for test in tests)


def weekdays_in(text):
    """The weekdays that are named, each with its place where it has one, and what is left of the text."""
    tests = []

    def placed(found):
        place, weekday, row_of = place_of(found[1]), WEEKDAYS.index(found[2]), year_of if found[3] else month_of

        def test(day):
            return is_place([each for each in row_of(day) if each.weekday() == weekday], day, place)

        tests.append(test)
        return ""

    text = text.replace("weekday (Monday to Friday)", ", ".join(WEEKDAYS[:5]))
    text = re.sub(rf"the ({PLACE}) ({WEEKDAY})( of the year)?", placed, text)
    plain = {WEEKDAYS.index(name) for name in re.findall(WEEKDAY, text)}
    if plain:
        tests.append(lambda day: day.weekday() in plain)
    return any_of(tests), re.sub(WEEKDAY, "", text)


def month_days_in(text):
    tests = []
    for first, last in re.findall(r"day (\d+)(?: to (\d+))?", text):
        tests.append(lambda day, first=int(first), last=int(last or first): first <= day.day <= last)
    for place in map(place_of, re.findall(rf"the ({PLACE}) day", text)):
        tests.append(lambda day, place=place: is_place(month_of(day), day, place))
    return any_of(tests)


def months_in(text):
    months = {MONTHS.index(name) for name in re.findall(MONTH, text)}
    return lambda day: not months or day.month in months


def dates_of(text, first, last):
    """The dates that the words claim, counted without any rule."""
    head = re.match(r"Every (?:(\d+) )?(day|week|month|year)s?(?: \(weeks begin on (\w+)\))?", text)
    every, unit, week_starts = int(head[1] or 1), head[2], WEEKDAYS.index(head[3] or "Monday")
    rest = text[head.end() :]
    chosen = re.search(rf"on the ((?:{PLACE}|, | and )+) day of the {unit} that is", rest)
    rest = rest[chosen.end() :] if chosen else rest
    in_weekdays, left = weekdays_in(rest)
    tests = [in_weekdays, month_days_in(left), months_in(rest)]

    def period(day):
        weeks = (day - timedelta(days=(day.weekday() - week_starts) % 7)).toordinal() // 7
        return {"day": day.toordinal(), "week": weeks, "month": day.year * 12 + day.month, "year": day.year}[unit]

    periods = {}
    day = date(first.year, 1, 1) - 7 * DAY
    while day <= last + 366 * DAY:
        if (period(day) - period(first)) % every == 0 and all(test(day) for test in tests):
            periods.setdefault(period(day), []).append(day)
        day += DAY
    if chosen:
        places = [place_of(each) for each in re.findall(PLACE, chosen[1])]
        rows = [[day for day in row if any(is_place(row, day, place) for place in places)] for row in periods.values()]
    else:
        rows = periods.values()
    return [day for row in rows for day in row if first <= day <= last]


def some(values, most=3):
    return st.lists(st.sampled_from(values), min_size=1, max_size=most).map(lambda found: ",".join(map(str, found)))


WORKING_WEEK = st.just("MO,TU,WE,TH,FR")
MONTH_DAYS = [n for n in range(-31, 32) if n]
WEEK_OF_DAYS = st.integers(1, 25).map(lambda n: ",".join(str(n + each) for each in range(7)))


@st.composite
def rules(draw):
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    placed = [f"{n}{day}" for n in (1, 2, 4, -1) for day in DAYS]
    weekdays = some(DAYS) | WORKING_WEEK | (some(placed) if frequency in ("MONTHLY", "YEARLY") else st.nothing())
    parts = {
        "INTERVAL": st.integers(1, 4),
        "BYDAY": weekdays,
        "BYMONTHDAY": some(MONTH_DAYS) | WEEK_OF_DAYS,
        "BYMONTH": some(range(1, 13)),
        "BYSETPOS": some([1, 2, 3, -1, -2, 7], most=2),
        "WKST": st.sampled_from(DAYS),
    }
    chosen = [name for name in parts if draw(st.booleans()) and (name, frequency) != ("BYMONTHDAY", "WEEKLY")]
    if "BYSETPOS" in chosen and not {"BYDAY", "BYMONTHDAY", "BYMONTH"} & {*chosen}:
        chosen.remove("BYSETPOS")
    return ";".join([f"FREQ={frequency}", *(f"{name}={draw(parts[name])}" for name in chosen)])


@given(rules(), st.integers(0, 800))
@example("FREQ=YEARLY;BYDAY=MO", 0)
@example("FREQ=YEARLY;BYMONTHDAY=15", 0)
@example("FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", 0)
@example("FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14", 0)
@example("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", 0)
@settings(max_examples=80, deadline=None)
def test_it_comes_on_the_days_that_are_said_and_on_no_other(rule, later):
    """From the second week on: the days of the first one before the first start do not count for a place (BYSETPOS)."""
    first_at = FIRST + later * DAY
    until = first_at + timedelta(days=1200)
    try:
        check(rule, first_at=first_at, zone="UTC", length=timedelta(hours=1))
    except BadRule:
        return
    found = occurrences(rule, first_at=first_at, zone="UTC", after=first_at + 7 * DAY, until=until)
    claimed = dates_of(said(rule, first_at=first_at), first_at.date(), until.date())
    assert [at.date() for at in found] == [day for day in claimed if day > first_at.date() + 7 * DAY]
