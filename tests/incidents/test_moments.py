"""Moments as staff read them: in their zone, by a name that they know."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from incidents.moments import moment

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
