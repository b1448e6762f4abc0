"""The count as a calendar, and the hours of a window beside what is off-peak there (3-06)."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, strategies as st

from incidents.maintenance.business_days import Calendar, Freeze, Place, judge
from incidents.maintenance.drawing import cells, hours
from incidents.models import Location

DAY = timedelta(days=1)
VIENNA = Place(
    "loc_vienna",
    "Vienna",
    "Europe/Vienna",
    Calendar("Austria", "1", holidays={date(2026, 12, 8): "Immaculate Conception"}),
    freezes=(Freeze("Year-end", date(2026, 12, 18), date(2027, 1, 3)),),
)


def drawn(*, published, starts_at):
    notice = judge([VIENNA], published_at=published, starts_at=starts_at)
    return {cell.day: cell for cell in cells(notice, [VIENNA], starts_at=starts_at)}


def test_days_are_counted_skipped_and_named():
    found = drawn(
        published=datetime(2026, 11, 30, 8, 40, tzinfo=UTC), starts_at=datetime(2026, 12, 9, 0, 0, tzinfo=UTC)
    )

    assert (min(found), max(found)) == (date(2026, 11, 30), date(2026, 12, 20))
    assert found[date(2026, 11, 30)].kind == "posted"
    assert [found[date(2026, 12, 1) + DAY * n].number for n in range(4)] == [1, 2, 3, 4]
    assert (found[date(2026, 12, 5)].kind, found[date(2026, 12, 5)].is_within) == ("weekend", True)
    assert (found[date(2026, 12, 8)].kind, found[date(2026, 12, 8)].name) == ("holiday", "Immaculate Conception")
    assert (found[date(2026, 12, 9)].number, found[date(2026, 12, 9)].time) == (6, "01:00")
    assert (found[date(2026, 12, 15)].number, found[date(2026, 12, 15)].is_earliest) == (10, True)
    assert found[date(2026, 12, 18)].freeze == "Year-end"
    assert found[date(2026, 12, 16)].kind == "plain"


def test_a_start_far_away_is_not_drawn_for_months():
    found = drawn(published=datetime(2026, 3, 2, 8, tzinfo=UTC), starts_at=datetime(2026, 9, 1, tzinfo=UTC))
    assert max(found) == date(2026, 3, 22)
    assert not any(cell.time for cell in found.values())


def place(begin=None, until=None, zone="Europe/Vienna"):
    return Location(name="There", time_zone=zone, off_peak_from=begin, off_peak_until=until)


def test_a_window_in_off_peak_hours_over_midnight_is_two_bars():
    start = datetime(2026, 12, 9, 22, 30, tzinfo=UTC)  # 23:30 there
    found = hours(place(time(23), time(5)), start, start + timedelta(hours=2))
    assert found.is_off_peak is True
    assert [(bar.at, bar.length) for bar in found.window] == [(1410, 30), (0, 90)]
    assert [(bar.at, bar.length) for bar in found.off_peak] == [(1380, 60), (0, 300)]


def test_a_minute_too_long_is_in_busy_hours():
    start = datetime(2026, 12, 9, 2, 0, tzinfo=UTC)  # 03:00 there
    assert hours(place(time(1), time(5)), start, start + timedelta(hours=2)).is_off_peak is True
    assert hours(place(time(1), time(5)), start, start + timedelta(minutes=121)).is_off_peak is False
    assert hours(place(), start, start + timedelta(hours=2)).is_off_peak is None


@given(
    begin=st.integers(0, 1439), length=st.integers(1, 1439), start=st.integers(0, 1439), minutes=st.integers(1, 3000)
)
def test_off_peak_is_every_minute_of_it(begin, length, start, minutes):
    """Against a walk through its minutes, in a zone without changes of the clocks."""
    clock = [time(n // 60, n % 60) for n in range(1440)]
    where = place(clock[begin], clock[(begin + length) % 1440], zone="Asia/Singapore")
    at = datetime(2026, 6, 1, tzinfo=UTC) - timedelta(hours=8) + timedelta(minutes=start)

    inside = all((start + n - begin) % 1440 < length for n in range(minutes))

    assert hours(where, at, at + timedelta(minutes=minutes)).is_off_peak is inside
