"""The same arithmetic once more, by walking: a quarter of an hour after the other, looking at the clock on the wall.

It shares no line with the one that is tried, and begins no day: it notices that the date has become another one.
"""

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st

from incidents.maintenance.business_days import Calendar, Freeze, judge
from incidents.maintenance.judging import dumped, read
from tests.incidents.maintenance.days import calendar, place

STEP = timedelta(minutes=15)  # every offset of these years is a multiple of it
SECOND = timedelta(seconds=1)
ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "America/Santiago", "America/Havana", "Africa/Cairo", "Asia/Beirut",
    "Africa/Casablanca", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Singapore", "Australia/Lord_Howe",
    "Australia/Adelaide", "Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Honolulu",
    "Pacific/Kiritimati", "Pacific/Marquesas", "America/St_Johns",
]  # fmt: skip
REAL = [calendar(code) for code in ("DE-HE", "SG", "US", "HR", "NZ-AUK", "IL", "SA", "IN-MH")]
FROM, TO = date(2024, 1, 1), date(2028, 12, 31)

MADE_UP = st.builds(
    Calendar,
    name=st.just("Made up"),
    version=st.just("3"),
    weekend=st.sets(st.integers(0, 6), max_size=4).map(frozenset),
    holidays=st.dictionaries(st.dates(FROM, TO), st.just("Feast"), max_size=3),
    worked=st.sets(st.dates(FROM, TO), max_size=3).map(frozenset),
    cut_off=st.one_of(st.just(time(17)), st.times().map(lambda at: at.replace(microsecond=0))),
)
CALENDARS = MADE_UP | st.sampled_from(REAL)


@st.composite
def near_something(draw, zone: str, days: Calendar) -> datetime:
    """A moment of publishing: any, or beside a cut-off, a midnight, or a change of clocks."""
    beside = st.sampled_from([days.cut_off, time(0), time(2), time(3)])
    at = datetime.combine(draw(st.dates(FROM, TO)), draw(st.times() | beside)).replace(microsecond=0)
    at += draw(st.integers(-2, 2)) * SECOND
    there = at.replace(tzinfo=ZoneInfo(zone), fold=draw(st.integers(0, 1)))
    return there.astimezone(UTC)


def is_worked(days: Calendar, day: date) -> bool:
    weekday = (day.toordinal() - 1) % 7  # the first of January of the year 1 was a Monday
    return day in days.worked or not (day in days.holidays or weekday in days.weekend)


def walked(zone: str, days: Calendar, published_at: datetime, asked: int) -> tuple[date, list[date], datetime]:
    """The effective day, the days counted, and the first moment of the last of them."""
    clock = ZoneInfo(zone)
    wall = published_at.astimezone(clock)
    seconds = wall.hour * 3600 + wall.minute * 60 + wall.second
    limit = days.cut_off.hour * 3600 + days.cut_off.minute * 60 + days.cut_off.second
    effective = wall.date() if is_worked(days, wall.date()) and seconds <= limit else None
    counted: list[date] = []
    at, latest = published_at.replace(minute=0, second=0), wall.date()
    while len(counted) < asked:
        at += STEP
        day = at.astimezone(clock).date()
        if day <= latest:
            continue
        latest = day
        if is_worked(days, day):
            if effective is None:
                effective = day
            else:
                counted.append(day)
    return effective, counted, at


@given(st.data(), st.sampled_from(ZONES), CALENDARS, st.sampled_from([1, 3, 10, 12]))
@settings(max_examples=150, deadline=None)
def test_both_ways_come_to_the_same(data, zone, days, asked):
    published_at = data.draw(near_something(zone, days))
    effective, counted, earliest = walked(zone, days, published_at, asked)

    [count] = judge([place(zone, days)], published_at=published_at, starts_at=earliest, asked=asked).counts
    assert count.effective == effective
    assert [day.day for day in count.counted] == counted
    assert count.earliest == earliest
    assert count.given == asked
    assert count.days[0].day == count.published_on == published_at.astimezone(ZoneInfo(zone)).date()
    assert all(a.day + timedelta(days=1) == b.day for a, b in zip(count.days, count.days[1:], strict=False))


@given(st.data(), st.lists(st.tuples(st.sampled_from(ZONES), CALENDARS), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_start_is_an_emergency_where_fewer_days_are_given_than_asked_for(data, places):
    zone, days = places[0]
    published_at = data.draw(near_something(zone, days))
    asked = data.draw(st.integers(1, 10))
    latest = max(walked(zone, days, published_at, asked)[2] for zone, days in places)
    starts_at = latest + data.draw(
        st.sampled_from([timedelta(), -SECOND, SECOND, timedelta(days=1), timedelta(days=-1), timedelta(hours=-30)])
    )
    found = judge(
        [place(zone, days, name=str(number)) for number, (zone, days) in enumerate(places)],
        published_at=published_at, starts_at=starts_at, asked=asked,
    )  # fmt: skip
    assert found.earliest == latest
    assert found.is_emergency == (starts_at < latest) == (found.given < asked)


FREEZES = st.builds(
    lambda first, length: Freeze("Freeze", first, first + timedelta(days=length)),
    st.dates(date(2026, 10, 20), date(2026, 12, 20)),
    st.integers(0, 20),
)


@given(st.lists(st.tuples(st.sampled_from(ZONES), st.lists(FREEZES, max_size=4)), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_what_is_suggested_is_the_first_moment_out_of_every_freeze(places):
    found = judge(
        [place(zone, REAL[0], *freezes, name=str(number)) for number, (zone, freezes) in enumerate(places)],
        published_at=datetime(2026, 11, 2, 10, tzinfo=UTC), starts_at=datetime(2026, 12, 1, tzinfo=UTC),
    )  # fmt: skip

    def is_frozen(at: datetime) -> bool:
        return any(
            freeze.first <= at.astimezone(ZoneInfo(zone)).date() <= freeze.last
            for zone, freezes in places
            for freeze in freezes
        )

    at = found.earliest
    while is_frozen(at):
        at += STEP
    assert found.suggested == at
    assert bool(found.behind) == (at > found.earliest)
    assert bool(found.starts_in) == is_frozen(found.starts_at)


@given(st.data(), st.sampled_from(ZONES), CALENDARS)
@settings(max_examples=60, deadline=None)
def test_the_arithmetic_is_kept_whole(data, zone, days):
    """As JSON in the row of the announcement, and back (DESIGN section 6: it is frozen)."""
    published_at = data.draw(near_something(zone, days))
    freeze = Freeze("Peak", published_at.date(), published_at.date() + timedelta(days=40))
    where = [place(zone, days, freeze), place("UTC")]
    notice = judge(where, published_at=published_at, starts_at=published_at + timedelta(days=20))
    assert read(json.loads(json.dumps(dumped(notice)))) == notice
