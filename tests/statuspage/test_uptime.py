"""Uptime against an independent slow calculation: every minute of the window looked at by its own small rule."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings, strategies as st

from incidents.choices import ComponentState
from statuspage.snapshot import uptime
from statuspage.snapshot.uptime import Span

WEIGHT = {
    ComponentState.MAJOR: Fraction(1),
    ComponentState.PARTIAL: Fraction(3, 10),
    ComponentState.DEGRADED: Fraction(0),
}
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Kathmandu",
]
COUNT = 6


def slowly(spans, zone, now, since, count):
    """Walk from minute to minute; the local date of each says which day it belongs to."""
    today = now.astimezone(zone).date()
    first = today - timedelta(days=count - 1)
    worst, lost, length = {}, {}, {}
    at = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=2)
    minute = timedelta(minutes=1)
    while at < now + timedelta(days=2):
        day = at.astimezone(zone).date()
        if first <= day <= today:
            length[day] = length.get(day, 0) + 1
            hit = [span.state for span in spans if span.start <= at and (span.end is None or span.end > at)]
            if hit and at <= now:
                worst[day] = max(worst.get(day, ComponentState.OPERATIONAL), max(hit))
            if hit and at < now:
                lost[day] = lost.get(day, 0) + max(WEIGHT[level] for level in hit)
        at += minute
    days = []
    for back in range(count - 1, -1, -1):
        day = today - timedelta(days=back)
        if day < since:
            days.append((day, ComponentState.UNKNOWN, None))
        elif day == today:
            days.append((day, worst.get(day, ComponentState.OPERATIONAL), None))
        else:
            days.append((day, worst.get(day, ComponentState.OPERATIONAL), 1 - Fraction(lost.get(day, 0)) / length[day]))
    counted = [day for day, _level, figure in days if figure is not None]
    total = sum(length[day] for day in counted)
    figure = 1 - Fraction(sum(lost.get(day, 0) for day in counted)) / total if total else None
    return days, figure


@st.composite
def histories(draw):
    zone = draw(st.sampled_from(ZONES))
    # around the days when clocks change, in both directions, as well as ordinary ones
    anchor = draw(
        st.sampled_from([date(2026, 3, 30), date(2026, 10, 26), date(2026, 11, 2), date(2026, 4, 6), date(2026, 7, 1)])
    )
    now = datetime(anchor.year, anchor.month, anchor.day, tzinfo=UTC) + timedelta(
        minutes=draw(st.integers(0, 3 * 1440))
    )
    spans = []
    for _ in range(draw(st.integers(0, 5))):
        start = now - timedelta(minutes=draw(st.integers(1, 8 * 1440)))
        length = draw(st.none() | st.integers(1, 3 * 1440))
        end = None if length is None else min(start + timedelta(minutes=length), now)
        spans.append(Span(draw(st.sampled_from(list(WEIGHT))), start, end))
    since = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=draw(st.integers(0, 8)))
    return zone, now, spans, since


@settings(max_examples=60, deadline=None)
@given(histories())
@example(
    (
        "Europe/Berlin",
        datetime(2026, 10, 26, 12, tzinfo=UTC),
        [Span(ComponentState.MAJOR, datetime(2026, 10, 24, 12, tzinfo=UTC), None)],
        date(2020, 1, 1),
    )
)
@example(
    (
        "America/Havana",
        datetime(2026, 11, 2, 12, tzinfo=UTC),
        [Span(ComponentState.PARTIAL, datetime(2026, 10, 31, 3, tzinfo=UTC), None)],
        date(2020, 1, 1),
    )
)
def test_days_and_figure_are_those_of_the_slow_calculation(history):
    name, now, spans, since = history
    zone = ZoneInfo(name)

    days = uptime.days(spans, uptime.calendar(now, zone, COUNT), since=since, now=now)

    expected, figure = slowly(spans, zone, now, since, COUNT)
    assert [(day.date, day.state) for day in days] == [(day, level) for day, level, _figure in expected]
    for day, (_date, _level, slow) in zip(days, expected, strict=True):
        assert day.uptime == (None if slow is None else pytest.approx(float(slow), abs=1e-12))
    assert uptime.figure(days) == (None if figure is None else pytest.approx(float(figure), abs=1e-12))


def day_length(zone, day):
    start = uptime.start_of_day(day, ZoneInfo(zone))
    return uptime.start_of_day(day + timedelta(days=1), ZoneInfo(zone)) - start


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # midnight itself is skipped
        ("America/Havana", date(2026, 11, 1), 25),  # midnight comes twice
        ("Pacific/Apia", date(2011, 12, 30), 0),  # a day that never was
        ("UTC", date(2026, 10, 25), 24),
    ],
)
def test_a_day_is_as_long_as_it_really_is(zone, day, hours):
    assert day_length(zone, day) == timedelta(hours=hours)


def test_an_hour_of_major_outage_weighs_more_on_a_short_day():
    zone, now = ZoneInfo("Europe/Berlin"), datetime(2026, 3, 30, 12, tzinfo=UTC)
    spans = [Span(ComponentState.MAJOR, datetime(2026, 3, 29, 10, tzinfo=UTC), datetime(2026, 3, 29, 11, tzinfo=UTC))]

    days = uptime.days(spans, uptime.calendar(now, zone, 2), since=date(2020, 1, 1), now=now)

    assert days[0].uptime == pytest.approx(22 / 23)
    assert days[1].uptime is None


def test_what_begins_this_instant_colours_today():
    now = datetime(2026, 11, 19, 14, tzinfo=UTC)
    days = uptime.days(
        [Span(ComponentState.PARTIAL, now, None)],
        uptime.calendar(now, ZoneInfo("UTC"), 2),
        since=date(2020, 1, 1),
        now=now,
    )
    assert [day.state for day in days] == [ComponentState.OPERATIONAL, ComponentState.PARTIAL]


def test_a_day_that_never_was_is_unknown_and_harmless():
    zone, now = ZoneInfo("Pacific/Apia"), datetime(2012, 1, 2, 12, tzinfo=UTC)
    days = uptime.days(
        [Span(ComponentState.MAJOR, datetime(2011, 12, 1, tzinfo=UTC), None)],
        uptime.calendar(now, zone, 6),
        since=date(2000, 1, 1),
        now=now,
    )
    assert [day.state for day in days if day.date == date(2011, 12, 30)] == [ComponentState.UNKNOWN]
    assert uptime.figure(days) == 0


def test_a_group_is_the_worst_of_its_days_and_the_mean_of_its_figures():
    now, zone = datetime(2026, 11, 19, 14, tzinfo=UTC), ZoneInfo("UTC")
    bounds = uptime.calendar(now, zone, 3)
    bad = uptime.days(
        [Span(ComponentState.MAJOR, bounds[1].start, bounds[1].end)], bounds, since=date(2020, 1, 1), now=now
    )
    good = uptime.days([], bounds, since=date(2020, 1, 1), now=now)
    unborn = uptime.days([], bounds, since=date(2030, 1, 1), now=now)

    together = uptime.together([bad, good, unborn])

    assert [day.state for day in together] == [
        ComponentState.OPERATIONAL,
        ComponentState.MAJOR,
        ComponentState.OPERATIONAL,
    ]
    assert uptime.mean([uptime.figure(bad), uptime.figure(good), uptime.figure(unborn)]) == pytest.approx(0.75)
    assert uptime.figure(unborn) is None
    assert uptime.mean([None]) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "100"),
        (0.9999999, "99.999"),
        (0.99946, "99.946"),
        (0.9, "90.000"),
        (0.0, "0.000"),
        (0.5, "50.000"),
        (0.99999, "99.999"),
    ],
)
def test_percent_never_rounds_up_to_a_hundred(value, text):
    assert uptime.percent(value) == text
