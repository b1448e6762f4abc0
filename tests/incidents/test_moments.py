"""Moments as staff read them: in their zone, by a name that they know."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import timezone

from incidents.moments import day, moment, read
from incidents.templatetags.clocks import day_and_clock

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "says"),
    [
        ("UTC", "12:00 UTC"),
        ("Europe/Vienna", "13:00 CET"),
        ("America/Sao_Paulo", "09:00 UTC−3"),
        ("Asia/Kathmandu", "17:45 UTC+5:45"),
    ],
)
def test_a_zone_without_letters_is_called_by_its_distance_from_utc(zone, says):
    with timezone.override(zone):
        assert moment(NOON, now=NOON) == says


def test_a_moment_that_comes_back_is_read_and_anything_else_is_nothing():
    assert read(NOON.isoformat()) == read("2026-12-01T13:00:00+01:00") == NOON
    for text in ("2026-12-01T12:00:00", "2026-13-45T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "", 7):
        assert read(text) is None


def test_a_day_of_another_year_is_named_with_it():
    with time_machine.travel(NOON, tick=False), timezone.override("UTC"):
        assert day_and_clock(NOON, "D j M,") == "Tue 1 Dec, 12:00"
        assert day_and_clock(NOON.replace(year=2025), "D j M,") == "Mon 1 Dec 2025, 12:00"
        assert day_and_clock(NOON.replace(year=2025), "j M") == "1 Dec 2025 12:00"
    assert day(NOON.date(), today=NOON.date()) == "1 Dec"
    assert day(NOON.date().replace(year=2025), today=NOON.date()) == "1 Dec 2025"
