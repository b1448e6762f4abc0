"""When a series recurs: rules as people write them, clocks that change, and what is no rule."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from incidents.maintenance import recurrence
from incidents.maintenance.recurrence import BadRule, check, comes_after, comes_at, normal, occurrences, parsed
from incidents.maintenance.recurrence_words import words
from tests.incidents.maintenance.days import local

BERLIN = "Europe/Berlin"
FIRST = local(BERLIN, "2026-12-08 02:00").astimezone(UTC)  # the second Tuesday


def starts(rule, *, first_at=FIRST, zone=BERLIN, after=None, most=4, until=None):
    after = after or first_at - timedelta(days=1)
    return list(occurrences(rule, first_at=first_at, zone=zone, after=after, until=until, most=most))


def days(rule, **given):
    return [f"{at.astimezone(ZoneInfo(given.get('zone', BERLIN))):%Y-%m-%d}" for at in starts(rule, **given)]


@pytest.mark.parametrize(
    ("rule", "said", "expected"),
    [
        ("FREQ=MONTHLY;BYDAY=2TU", "Every month on the second Tuesday", ["2026-12-08", "2027-01-12", "2027-02-09"]),
        ("FREQ=WEEKLY", "Every week on Tuesday", ["2026-12-08", "2026-12-15", "2026-12-22"]),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "Every 2 weeks on Monday and Wednesday",
            ["2026-12-09", "2026-12-21", "2026-12-23"],
        ),
        ("FREQ=DAILY;INTERVAL=3", "Every 3 days", ["2026-12-08", "2026-12-11", "2026-12-14"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "Every month on the last day", ["2026-12-31", "2027-01-31", "2027-02-28"]),
        (
            "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=-1",
            "Every month on the last day of the month that is a Saturday or Sunday",
            ["2026-12-27", "2027-01-31", "2027-02-28"],
        ),
        ("FREQ=YEARLY", "Every year on day 8 in December", ["2026-12-08", "2027-12-08", "2028-12-08"]),
        (
            "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU", "Every year on the last Sunday in March and October",
            ["2027-03-28", "2027-10-31", "2028-03-26"],
        ),
        ("RRULE:freq=monthly;byday=1mo", "Every month on the first Monday", ["2027-01-04", "2027-02-01", "2027-03-01"]),
    ],
)  # fmt: skip
def test_rules_are_read_and_said(rule, said, expected):
    assert days(rule, most=3) == expected
    assert words(rule, first_at=FIRST, zone=BERLIN) == f"{said} at 02:00 (Europe/Berlin)"


def test_a_series_may_end():
    assert days("FREQ=WEEKLY;COUNT=2") == ["2026-12-08", "2026-12-15"]
    assert days("FREQ=WEEKLY;UNTIL=20261215") == ["2026-12-08", "2026-12-15"]  # the day itself too
    assert days("FREQ=WEEKLY;UNTIL=20261215T010000Z") == ["2026-12-08", "2026-12-15"]  # two o'clock there
    assert days("FREQ=WEEKLY;UNTIL=20261215T005959Z") == ["2026-12-08"]
    assert words("FREQ=WEEKLY;COUNT=2", first_at=FIRST, zone="UTC") == "Every week on Tuesday at 01:00 (UTC), 2 times"
    said = words("FREQ=WEEKLY;UNTIL=20271231", first_at=FIRST, zone="UTC")
    assert said == "Every week on Tuesday at 01:00 (UTC), until 31 December 2027"


def test_a_count_counts_from_the_first_start_and_not_from_where_one_looks():
    assert days("FREQ=WEEKLY;COUNT=3", after=FIRST + timedelta(days=8)) == ["2026-12-22"]


@pytest.mark.parametrize(
    ("end", "last"), [("COUNT=2", "2026-12-15 02:00"), ("UNTIL=20261222", "2026-12-22 02:00"), ("UNTIL=20261221", None)]
)
def test_whether_it_comes_again(end, last):
    rule, last = f"FREQ=WEEKLY;{end}", local(BERLIN, last or "2026-12-15 02:00")
    assert comes_after(rule, last - timedelta(seconds=1), first_at=FIRST, zone=BERLIN)
    assert not comes_after(rule, last, first_at=FIRST, zone=BERLIN)


def test_it_comes_again_however_far_ahead_it_begins():
    far = datetime(2099, 1, 1, tzinfo=UTC)
    assert comes_after("FREQ=DAILY;COUNT=1", FIRST, first_at=far, zone=BERLIN)


def test_both_ends_of_the_time_that_is_looked_at():
    week = timedelta(days=7)
    assert starts("FREQ=WEEKLY", after=FIRST, until=FIRST + 2 * week) == [FIRST + week, FIRST + 2 * week]
    assert starts("FREQ=WEEKLY", after=FIRST - timedelta(days=90), until=FIRST - week) == []


def test_two_o_clock_stays_two_o_clock():
    """Back on 31 October 2027, forward on 28 March."""
    found = starts("FREQ=MONTHLY;BYDAY=-1SU", first_at=local(BERLIN, "2027-09-26 02:00").astimezone(UTC), most=3)
    assert [f"{at:%d %H:%M}" for at in found] == ["26 00:00", "31 00:00", "28 01:00"]


def test_a_time_that_does_not_exist_comes_as_the_clock_shows_it_then():
    skipped, _after = starts("FREQ=DAILY", first_at=local(BERLIN, "2027-03-28 02:30").astimezone(UTC), most=2)
    assert skipped.astimezone(ZoneInfo(BERLIN)).hour == 3
    found = starts("FREQ=DAILY", first_at=local(BERLIN, "2027-03-27 02:30").astimezone(UTC), most=3)
    assert [f"{at:%d %H:%M}" for at in found] == ["27 01:30", "28 01:30", "29 00:30"]
    midnight = starts(
        "FREQ=DAILY", first_at=local("Africa/Cairo", "2026-04-23 00:00").astimezone(UTC), zone="Africa/Cairo"
    )
    assert [f"{at.astimezone(ZoneInfo('Africa/Cairo')):%d %H}" for at in midnight] == [
        "23 00",
        "24 01",
        "25 00",
        "26 00",
    ]


def test_a_time_that_comes_twice_comes_the_first_time():
    found = starts("FREQ=DAILY", first_at=local(BERLIN, "2026-10-24 02:30").astimezone(UTC), most=3)
    assert [f"{at:%d %H:%M}" for at in found] == ["24 00:30", "25 00:30", "26 01:30"]


def test_the_first_start_is_the_one_that_was_given_also_in_the_second_of_two_equal_hours():
    second = local(BERLIN, "2027-10-31 02:30", fold=1).astimezone(UTC)
    assert starts("FREQ=DAILY", first_at=second, most=2) == [second, second + timedelta(days=1)]
    assert starts("FREQ=DAILY;COUNT=2", first_at=second) == [second, second + timedelta(days=1)]
    assert comes_at("FREQ=DAILY", second, first_at=second, zone=BERLIN)
    assert not comes_at("FREQ=DAILY", second - timedelta(hours=1), first_at=second, zone=BERLIN)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles"])
@pytest.mark.parametrize("at", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_it_never_comes_in_a_year_that_nobody_means(at, zone):
    assert not comes_at("FREQ=DAILY", at, first_at=FIRST, zone=zone)


ZONES = [
    "UTC",
    BERLIN,
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Apia",
]
RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 9)),
    st.builds("FREQ=WEEKLY;INTERVAL={};BYDAY={}".format, st.integers(1, 4), st.sampled_from(["MO", "SU", "TU,SA"])),
    st.builds("FREQ=MONTHLY;BYDAY={}{}".format, st.sampled_from([1, 2, 4, -1]), st.sampled_from(["SU", "WE"])),
)


@given(RULES, st.sampled_from(ZONES), st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)))  # noqa: DTZ001
@settings(max_examples=150, deadline=None)
def test_whatever_the_clocks_do_the_wall_shows_the_same_time(rule, zone, wall):
    """In every year and zone; only where that time does not exist another one is shown, at most an hour later."""
    clock = ZoneInfo(zone)
    first = wall.replace(second=0, microsecond=0, tzinfo=clock).astimezone(UTC)
    shown = first.astimezone(clock)
    found = list(islice(occurrences(rule, first_at=first, zone=zone, after=first - timedelta(days=1)), 40))
    assert found == sorted(set(found))
    assert len({at.astimezone(clock).date() for at in found}) == len(found) == 40  # one a day
    for at in found:
        there = at.astimezone(clock)
        if there.time() != shown.time():
            meant = there.replace(hour=shown.hour, minute=shown.minute, fold=0)
            assert meant.astimezone(UTC).astimezone(clock).time() != shown.time()  # it does not exist
            assert timedelta() < there.replace(tzinfo=None) - meant.replace(tzinfo=None) <= timedelta(hours=1)
        assert comes_at(rule, at, first_at=first, zone=zone)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("", "cannot be read"),
        ("every Tuesday", "cannot be read"),
        ("FREQ=SECONDLY", "at most once a day"),
        ("FREQ=MINUTELY", "at most once a day"),
        ("FREQ=HOURLY;INTERVAL=24", "at most once a day"),
        ("INTERVAL=2", "how often"),
        ("FREQ=DAILY;BYHOUR=1,2", "time of day"),
        ("FREQ=DAILY;BYMINUTE=1", "time of day"),
        ("FREQ=DAILY;BYSECOND=1", "time of day"),
        ("FREQ=DAILY;COUNT=0", "COUNT is a number from 1"),
        ("FREQ=DAILY;COUNT=-1", "COUNT is a number from 1"),
        ("FREQ=DAILY;COUNT=99999999999", "COUNT is a number from 1"),
        ("FREQ=DAILY;COUNT=٣", "COUNT is a number from 1"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL is a number from 1"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "not both"),
        ("FREQ=DAILY;UNTIL=2027-01-01", "UNTIL=20271231"),
        ("FREQ=DAILY;UNTIL=20271399", "UNTIL=20271231"),
        ("FREQ=DAILY;UNTIL=99991231T235959Z", "UNTIL: Write a year from 1970 to 2099"),
        ("FREQ=DAILY;UNTIL=00010101T000000Z", "UNTIL: Write a year from 1970 to 2099"),
        ("FREQ=DAILY;UNTIL=20991231T235959Z", None),
        ("FREQ=DAILY;UNTIL=19700101T000000Z", "never comes"),
        ("FREQ=WEEKLY;BYDAY=XX", "is no day"),
        ("FREQ=WEEKLY;BYDAY=2TU", "Only monthly and yearly"),
        ("FREQ=MONTHLY;BYDAY=9TU", "is no day"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "and not 0"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "from -31 to 31"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "leave out BYMONTHDAY"),
        ("FREQ=YEARLY;BYMONTH=13", "from 1 to 12"),
        ("FREQ=MONTHLY;BYSETPOS=1", "write those too"),
        ("FREQ=DAILY;FREQ=DAILY", "cannot be read"),
        ("FREQ=DAILY;BYEASTER=0", "cannot be read"),
        ("FREQ=DAILY;", None),
        (" rrule:freq=daily ", None),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never comes"),
        ("FREQ=DAILY;BYMONTH=4,6;BYMONTHDAY=-31", "never comes"),
        ("FREQ=DAILY;BYMONTH=1;BYSETPOS=2", "never comes"),
        ("FREQ=WEEKLY;BYDAY=TU;BYSETPOS=2", "never comes"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=6", "never comes"),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU;BYSETPOS=-3", "never comes"),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU;BYSETPOS=-2", None),
        ("FREQ=WEEKLY;BYDAY=TU,TH;BYSETPOS=2", None),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", None),
        ("FREQ=DAILY;COUNT=5;BYMONTH=2;BYMONTHDAY=30", "never comes"),
        ("FREQ=DAILY;UNTIL=20200101", "never comes"),
    ],
)
def test_what_is_no_rule_says_what_to_write_instead(rule, says):
    if says is None:
        check(rule, first_at=FIRST, zone=BERLIN, length=timedelta(hours=1))
        return
    with pytest.raises(BadRule) as error:
        check(rule, first_at=FIRST, zone=BERLIN, length=timedelta(hours=1))
    assert says in str(error.value)


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["FREQ=DAILY", "COUNT", "BYDAY=2TU,MO", "0-9"]), max_size=6).map(";".join)
)
@settings(max_examples=200, deadline=None)
def test_anything_else_is_refused_and_breaks_nothing(text):
    try:
        parsed(normal(text))
    except BadRule:
        return


def test_it_is_over_before_it_comes_again():
    for rule, length in (("FREQ=DAILY", 24), ("FREQ=WEEKLY", 7 * 24), ("FREQ=WEEKLY;BYDAY=MO,TU", 23)):
        check(rule, first_at=FIRST, zone="UTC", length=timedelta(hours=length))
        with pytest.raises(BadRule, match="before it is over"):
            check(rule, first_at=FIRST, zone="UTC", length=timedelta(hours=length + 2))


@pytest.mark.parametrize(
    ("first", "day"), [("2026-12-01 22:00", "28 March 2027"), ("2027-03-28 22:00", "26 March 2028")]
)
def test_a_day_of_23_hours_is_too_short_for_24(first, day):
    first_at = local(BERLIN, first).astimezone(UTC)
    check("FREQ=DAILY", first_at=first_at, zone=BERLIN, length=timedelta(hours=23))
    with pytest.raises(BadRule, match=f"before it is over, on {day}"):
        check("FREQ=DAILY", first_at=first_at, zone=BERLIN, length=timedelta(hours=24))


def test_leap_days_come_when_they_exist():
    first = datetime(2028, 2, 29, 1, tzinfo=UTC)
    check("FREQ=YEARLY", first_at=first, zone="UTC", length=timedelta(hours=1))
    assert [at.date() for at in starts("FREQ=YEARLY", first_at=first, zone="UTC", most=2)] == [
        date(2028, 2, 29), date(2032, 2, 29),
    ]  # fmt: skip
    assert recurrence.normal("RRULE:FREQ=YEARLY;") == "FREQ=YEARLY"
