"""The months that windows stand in are all of them, and no other, whatever the zone of the page."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from incidents.maintenance.models import Window
from statuspage.snapshot.months import edges
from statuspage.snapshot.values import month_of

pytestmark = pytest.mark.django_db
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
YEARS = st.timedeltas(timedelta(), timedelta(days=1150)).map(lambda after: FIRST + after)
TURNS = st.builds(  # about midnight of the first day of a month, from one side of the date line to the other
    lambda month, hours: datetime(2026, month, 1, tzinfo=UTC) + timedelta(hours=hours),
    st.integers(1, 12), st.integers(-15, 15),
)  # fmt: skip
ZONES = st.sampled_from(["UTC", "Pacific/Kiritimati", "Pacific/Niue", "Europe/Berlin", "America/St_Johns"])


@given(st.lists(st.tuples(YEARS | TURNS, st.timedeltas(timedelta(minutes=1), timedelta(days=30))), max_size=30), ZONES)
def test_each_month_is_told_once_it_has_one_time(times, key):
    zone = ZoneInfo(key)
    Window.objects.all().delete()
    Window.objects.bulk_create(
        Window(title="Patches", kind="software", starts_at=start, ends_at=start + length) for start, length in times
    )
    found = edges(Window.objects.all(), "starts_at", "ends_at")
    assert {month_of(start, zone) for start, _end in found} == {month_of(start, zone) for start, _length in times}
    assert {month_of(end, zone) for _start, end in found} == {month_of(at + length, zone) for at, length in times}
    assert min((at for at, _end in found), default=None) == min((at for at, _length in times), default=None)


def test_what_is_not_there_has_no_month():
    assert edges(Window.objects.all(), "starts_at") == []
    Window.objects.create(title="Patches", kind="software", starts_at=datetime(2026, 1, 1, tzinfo=UTC),
                          ends_at=datetime(2026, 1, 2, tzinfo=UTC))  # fmt: skip
    assert edges(Window.objects.filter(started_at__isnull=False), "started_at") == []


def test_ten_years_with_one_a_day_are_told_in_few_rows():
    first = datetime(2016, 1, 1, tzinfo=UTC)
    Window.objects.bulk_create(
        Window(title="Patches", kind="software", starts_at=at, ends_at=at + timedelta(hours=1))
        for at in (first + timedelta(days=n) for n in range(3650))
    )
    found = edges(Window.objects.all(), "starts_at")
    assert len({(at.year, at.month) for (at,) in found}) == 120
    assert len(found) <= 2 * 4 * 120
