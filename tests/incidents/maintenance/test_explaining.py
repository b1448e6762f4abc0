"""One wording for the arithmetic, whichever surface says it."""

from datetime import UTC, date, datetime

import pytest

from incidents.maintenance import explaining
from incidents.maintenance.business_days import Calendar, Freeze, Place, judge
from incidents.maintenance.judging import dumped, read

NEW_YORK = Place(
    "loc_ashburn",
    "Ashburn",
    "America/New_York",
    Calendar("United States", "3", holidays={date(2026, 11, 11): "Veterans Day", date(2026, 11, 26): "Thanksgiving"}),
)
SINGAPORE = Place("loc_sg", "Singapore", "Asia/Singapore", Calendar("Singapore", "1"))
PUBLISHED = datetime(2026, 11, 11, 14, tzinfo=UTC)  # a holiday in New York


def notice(starts_at, *places):
    return judge(places or [NEW_YORK], published_at=PUBLISHED, starts_at=starts_at)


def test_a_planned_one_in_full():
    found = notice(datetime(2026, 11, 27, 5, tzinfo=UTC))
    assert explaining.in_full(found, is_emergency=found.is_emergency) == (
        "Planned: announced 10 business days ahead. Published Wed 11 Nov 09:00 EST (Ashburn): 10 business days later "
        "is Fri 27 Nov 00:00 EST. Skipped: Thanksgiving (Thu 26 Nov) and 4 days of weekends. "
        "Published on a holiday: counts from Thu 12 Nov."
    )


def test_an_emergency_says_by_how_much_it_falls_short():
    found = notice(datetime(2026, 11, 13, 5, tzinfo=UTC))
    assert explaining.verdict(found, is_emergency=True) == "Emergency: 1 business day of notice instead of 10."


def test_of_several_places_the_latest_is_named():
    found = notice(datetime(2026, 12, 1, tzinfo=UTC), NEW_YORK, SINGAPORE)
    assert explaining.decided_by(found) == "Counted in 2 places; Ashburn is the latest."
    assert [row.place for row in explaining.rows(found)] == ["Ashburn", "Singapore"]
    assert [row.decides for row in explaining.rows(found)] == [True, False]


def test_kept_and_read_again_it_says_the_same():
    frozen = Place("loc_x", "X", "UTC", Calendar("", ""), (Freeze("Year-end", date(2026, 11, 20), date(2026, 11, 30)),))
    found = notice(datetime(2026, 11, 27, tzinfo=UTC), frozen)
    again = read(dumped(found))
    said = explaining.in_full(again, is_emergency=again.is_emergency)
    assert said == explaining.in_full(found, is_emergency=found.is_emergency)
    assert "Change freeze: Year-end, Fri 20 Nov to Mon 30 Nov." in said


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Berlin", "Tue 15 Dec 2026, 01:00 – 03:00 CET"),
        ("America/Sao_Paulo", "Mon 14 Dec 2026, 21:00 – 23:00 UTC−3"),
        ("Asia/Kathmandu", "Tue 15 Dec 2026, 05:45 – 07:45 UTC+5:45"),
        ("America/New_York", "Mon 14 Dec 2026, 19:00 – 21:00 EST"),
        ("Atlantic/Azores", "Mon 14 Dec 2026, 23:00 – Tue 15 Dec, 01:00 UTC−1"),
    ],
)
def test_times_in_words(zone, words):
    starts_at, ends_at = datetime(2026, 12, 15, tzinfo=UTC), datetime(2026, 12, 15, 2, tzinfo=UTC)
    assert explaining.span(starts_at, ends_at, zone) == words


def test_clocks_that_show_the_same_are_said_once():
    starts_at, ends_at = datetime(2026, 12, 15, tzinfo=UTC), datetime(2026, 12, 15, 2, tzinfo=UTC)
    assert explaining.spans(starts_at, ends_at, ["Africa/Accra", "UTC", "Europe/Berlin", "Europe/Vienna"]) == [
        "Tue 15 Dec 2026, 00:00 – 02:00 GMT",
        "Tue 15 Dec 2026, 01:00 – 03:00 CET",
    ]


def test_over_a_change_of_the_clocks_both_names_are_said():
    starts_at, ends_at = datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 2, tzinfo=UTC)
    assert explaining.span(starts_at, ends_at, "Europe/Berlin") == "Sun 25 Oct 2026, 02:00 CEST – 03:00 CET"
