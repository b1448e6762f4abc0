"""Notice in business days (3-05, 3-08, DESIGN section 6): the table there, and what its edges are."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from incidents.maintenance.business_days import Calendar, Freeze, Frozen, NoBusinessDays, Rolled, judge
from tests.incidents.maintenance.days import PLAIN, calendar, holidays, local, notice, place, utc

SECOND = timedelta(seconds=1)
NEW_ZEALAND = "Pacific/Auckland"


# The table of DESIGN section 6

TABLE = [
    ("UTC", "", "2026-11-02 10:00", "2026-11-16 00:00"),
    ("UTC", "", "2026-11-02 18:00", "2026-11-17 00:00"),
    ("Europe/Berlin", "DE-HE", "2026-10-12 10:00", "2026-10-26 00:00"),
    ("Asia/Singapore", "SG", "2026-11-06 17:00:00", "2026-11-23 00:00"),
    ("Asia/Singapore", "SG", "2026-11-06 17:00:01", "2026-11-24 00:00"),
    ("Asia/Singapore", "SG", "2026-11-07 09:00", "2026-11-24 00:00"),
    ("America/New_York", "US", "2026-11-11 09:00", "2026-11-27 00:00"),
    ("Europe/Zagreb", "HR", "2026-12-21 10:00", "2027-01-07 00:00"),
]


@pytest.mark.parametrize(("zone", "code", "published", "earliest"), TABLE)
def test_the_table(zone, code, published, earliest):
    where = place(zone, calendar(code) if code else PLAIN)
    assert notice(where, local(zone, published)).earliest == local(zone, earliest)


@pytest.mark.parametrize(("at", "earliest"), [("10:00", "2026-11-17 00:00"), ("18:00", "2026-11-18 00:00")])
def test_the_table_with_a_holiday_between(at, earliest):
    where = place("UTC", holidays("2026-11-11"))
    assert notice(where, utc(f"2026-11-02 {at}")).earliest == utc(earliest)


@pytest.mark.parametrize(
    ("zone", "code", "published", "earliest"),
    [
        ("Europe/Berlin", "DE-HE", "2026-10-12 10:00", "2026-10-25 23:00"),
        ("America/New_York", "US", "2026-11-11 09:00", "2026-11-27 05:00"),
        ("Europe/Zagreb", "HR", "2026-12-21 10:00", "2027-01-06 23:00"),
    ],
)
def test_the_table_in_utc(zone, code, published, earliest):
    assert notice(place(zone, calendar(code)), local(zone, published)).earliest == utc(earliest)


def test_the_table_with_three_places_the_latest_counts():
    where = [place("UTC"), place("America/Los_Angeles", calendar("US")), place(NEW_ZEALAND, calendar("NZ"))]
    found = notice(where, utc("2026-11-02 10:00"))
    assert [count.earliest for count in found.counts] == [
        utc("2026-11-16 00:00"), utc("2026-11-17 08:00"), utc("2026-11-16 11:00"),
    ]  # fmt: skip
    assert found.earliest == utc("2026-11-17 08:00")
    assert found.deciding.zone == "America/Los_Angeles"


@pytest.mark.parametrize(
    ("published", "earliest", "is_emergency"),
    [("2026-10-30 10:00", "2026-11-13 00:00", False), ("2026-11-02 10:00", "2026-11-16 00:00", True)],
)
def test_the_table_says_what_class_a_start_on_a_saturday_has(published, earliest, is_emergency):
    found = notice(place("UTC"), utc(published), utc("2026-11-14 02:00"))
    assert (found.earliest, found.is_emergency) == (utc(earliest), is_emergency)


# Boundaries


@pytest.mark.parametrize(
    ("start", "given", "is_emergency"),
    [
        ("2026-11-13 00:00", 9, True),
        ("2026-11-15 23:59:59", 9, True),  # Sunday: the weekend adds nothing
        ("2026-11-16 00:00", 10, False),
        ("2026-11-16 23:59:59", 10, False),
        ("2026-11-17 00:00", 11, False),
    ],
)
def test_nine_ten_and_eleven_business_days(start, given, is_emergency):
    found = notice(place("UTC"), utc("2026-11-02 10:00"), utc(start))
    assert (found.given, found.is_emergency) == (given, is_emergency)


@pytest.mark.parametrize("asked", [1, 2, 9, 11, 60])
def test_a_page_may_ask_for_more_or_fewer(asked):
    found = notice(place("UTC"), utc("2026-11-02 10:00"), asked=asked)
    weeks, rest = divmod(asked, 5)  # from a Monday, without holidays
    assert found.earliest == utc("2026-11-02 00:00") + timedelta(weeks=weeks, days=rest)
    assert [day.number for day in found.counts[0].counted] == list(range(1, asked + 1))


@pytest.mark.parametrize(
    ("at", "rolled", "effective"),
    [
        (time(16, 59, 59, 999_999), Rolled.NOT, date(2026, 11, 2)),
        (time(17), Rolled.NOT, date(2026, 11, 2)),
        (time(17, 0, 0, 1), Rolled.AFTER_CUT_OFF, date(2026, 11, 3)),
        (time(17, 0, 1), Rolled.AFTER_CUT_OFF, date(2026, 11, 3)),
    ],
)
def test_exactly_the_cut_off_is_not_after_it(at, rolled, effective):
    [count] = notice(place("UTC"), datetime.combine(date(2026, 11, 2), at, UTC)).counts
    assert (count.rolled, count.effective) == (rolled, effective)


def test_the_cut_off_of_the_place_counts_in_the_time_of_the_place():
    late = holidays(cut_off=time(22))
    [count] = notice(place("Asia/Tokyo", late), utc("2026-11-02 13:00:00")).counts  # 22:00 there
    assert (count.rolled, count.effective) == (Rolled.NOT, date(2026, 11, 2))
    [count] = notice(place("Asia/Tokyo", late), utc("2026-11-02 13:00:01")).counts
    assert (count.rolled, count.effective) == (Rolled.AFTER_CUT_OFF, date(2026, 11, 3))


@pytest.mark.parametrize(
    ("published", "rolled", "effective"),
    [
        ("2026-11-06 18:00", Rolled.AFTER_CUT_OFF, date(2026, 11, 9)),  # Friday evening
        ("2026-11-07 09:00", Rolled.WEEKEND, date(2026, 11, 9)),
        ("2026-11-11 09:00", Rolled.HOLIDAY, date(2026, 11, 12)),
        ("2026-11-11 23:00", Rolled.HOLIDAY, date(2026, 11, 12)),  # a holiday first of all, whatever the hour
        ("2026-11-10 18:00", Rolled.AFTER_CUT_OFF, date(2026, 11, 12)),  # over the holiday
    ],
)
def test_an_announcement_rolls_to_the_next_business_day_and_says_why(published, rolled, effective):
    [count] = notice(place("UTC", holidays("2026-11-11")), utc(published)).counts
    assert (count.rolled, count.effective) == (rolled, effective)
    assert count.days[0].day == count.published_on == utc(published).date()


def test_the_arithmetic_names_every_day():
    [count] = notice(place("UTC", holidays("2026-11-05")), utc("2026-11-02 18:00"), asked=3).counts
    assert [(day.day.day, day.kind.value, day.name, day.number) for day in count.days] == [
        (2, "business", "", 0), (3, "business", "", 0), (4, "business", "", 1), (5, "holiday", "Feast", 0),
        (6, "business", "", 2), (7, "weekend", "", 0), (8, "weekend", "", 0), (9, "business", "", 3),
    ]  # fmt: skip
    assert [day.day.day for day in count.skipped] == [5, 7, 8]


# Clocks that change


@pytest.mark.parametrize(
    ("zone", "published", "earliest"),
    [
        ("Europe/Berlin", "2026-10-12 10:00", "2026-10-25 23:00"),  # back, the day before: CET
        ("Europe/Berlin", "2026-03-16 10:00", "2026-03-29 22:00"),  # forward, the day before: CEST
        ("America/New_York", "2026-10-19 10:00", "2026-11-02 05:00"),  # back, the day before: EST
        ("America/New_York", "2026-02-23 10:00", "2026-03-09 04:00"),  # forward, the day before: EDT
        ("Australia/Lord_Howe", "2026-03-23 10:00", "2026-04-05 13:30"),  # by half an hour
        ("Africa/Casablanca", "2026-02-02 10:00", "2026-02-16 00:00"),  # back for Ramadan, the day before
    ],
)
def test_days_begin_as_clocks_stand_then(zone, published, earliest):
    assert notice(place(zone), local(zone, published)).earliest == utc(earliest)


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("America/Santiago", date(2026, 9, 6), "2026-09-06 04:00"),  # 00:00 is followed by 01:00
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23 22:00"),
        ("Asia/Beirut", date(2026, 3, 29), "2026-03-28 22:00"),
        ("America/Havana", date(2026, 3, 8), "2026-03-08 05:00"),
    ],
)
def test_where_midnight_does_not_exist_the_day_begins_with_what_comes_after(zone, day, first):
    where = place(zone)
    at = where.first_instant(day)
    assert at == utc(first)
    assert where.local(at).date() == day
    assert where.local(at).time() == time(1)
    assert where.local(at - SECOND).date() == day - timedelta(days=1)


def test_a_friday_without_midnight_is_an_earliest_start():
    """Cairo, 24 April 2026: the tenth business day begins at one."""
    where = place("Africa/Cairo", holidays(weekend=(5, 6)))
    found = notice(where, local("Africa/Cairo", "2026-04-10 10:00"), local("Africa/Cairo", "2026-04-24 01:00"))
    assert found.earliest == utc("2026-04-23 22:00")
    assert (found.given, found.is_emergency) == (10, False)
    early = notice(where, local("Africa/Cairo", "2026-04-10 10:00"), found.earliest - SECOND)
    assert (early.given, early.is_emergency) == (9, True)


def test_where_midnight_comes_twice_the_first_one_counts():
    """Havana, 1 November 2026: at one o'clock it is midnight again."""
    where = place("America/Havana")
    assert where.first_instant(date(2026, 11, 1)) == utc("2026-11-01 04:00")
    assert where.local(utc("2026-11-01 04:00")).date() == where.local(utc("2026-11-01 05:00")).date()


def test_an_hour_that_comes_twice_is_before_or_after_the_cut_off_by_the_clock_on_the_wall():
    night = holidays(cut_off=time(2, 30), weekend=())
    for fold in (0, 1):
        [count] = notice(place("Europe/Berlin", night), local("Europe/Berlin", "2026-10-25 02:30", fold)).counts
        assert count.rolled == Rolled.NOT
        [count] = notice(place("Europe/Berlin", night), local("Europe/Berlin", "2026-10-25 02:31", fold)).counts
        assert count.rolled == Rolled.AFTER_CUT_OFF


# The date line


def test_the_day_of_publishing_is_another_one_across_the_date_line():
    at = utc("2026-11-02 10:30")  # Monday: 00:30 in Honolulu, the next day on Kiritimati
    places = [place("Pacific/Honolulu"), place("Pacific/Kiritimati"), place(NEW_ZEALAND), place("Pacific/Apia")]
    found = notice(places, at)
    assert [count.published_on.day for count in found.counts] == [2, 3, 2, 2]
    assert [count.earliest for count in found.counts] == [
        utc("2026-11-16 10:00"), utc("2026-11-16 10:00"), utc("2026-11-16 11:00"), utc("2026-11-16 11:00"),
    ]  # fmt: skip


def test_saturday_in_auckland_is_friday_in_honolulu():
    at = utc("2026-11-06 20:00")
    auckland, honolulu = notice([place(NEW_ZEALAND), place("Pacific/Honolulu")], at).counts
    assert (auckland.rolled, auckland.effective) == (Rolled.WEEKEND, date(2026, 11, 9))
    assert (honolulu.rolled, honolulu.effective) == (Rolled.NOT, date(2026, 11, 6))


def test_of_two_places_that_differ_by_a_day_the_later_start_decides_for_both():
    places = [place("Pacific/Kiritimati"), place("Pacific/Honolulu")]
    published = utc("2026-11-03 01:00")  # Tuesday 15:00 and Monday 15:00
    found = notice(places, published, utc("2026-11-16 10:00"))
    assert [count.given for count in found.counts] == [10, 10]
    assert not found.is_emergency
    assert notice(places, published, utc("2026-11-16 09:59:59")).is_emergency


# Year ends, other weeks, holidays that are worked


def test_a_count_goes_on_into_the_next_year():
    [count] = notice(place("Europe/Zagreb", calendar("HR")), local("Europe/Zagreb", "2026-12-21 10:00")).counts
    names = {day.day: day.name for day in count.skipped if day.name}
    assert list(names) == [date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1), date(2027, 1, 6)]


@pytest.mark.parametrize("year", [2027, 2028])  # the second is a leap year
def test_february_is_as_long_as_it_is(year):
    start = date(year, 3, 1)
    published = datetime.combine(start, time(10), UTC) - timedelta(days=14)
    assert notice(place("UTC"), published).earliest.date() == start


def test_friday_and_saturday_may_be_the_weekend():
    where = place("Asia/Riyadh", holidays(weekend=(4, 5)))
    [count] = notice(where, local("Asia/Riyadh", "2026-11-05 17:00:01")).counts  # Thursday evening
    assert count.effective == date(2026, 11, 8)
    assert count.earliest == local("Asia/Riyadh", "2026-11-22 00:00")


def test_one_day_of_rest_and_none():
    assert notice(place("UTC", holidays(weekend=(6,))), utc("2026-11-02 10:00")).earliest == utc("2026-11-13 00:00")
    assert notice(place("UTC", holidays(weekend=())), utc("2026-11-02 10:00")).earliest == utc("2026-11-12 00:00")


def test_a_holiday_and_a_saturday_may_be_worked_all_the_same():
    days = holidays("2026-11-11", worked=("2026-11-11", "2026-11-14"))
    [count] = notice(place("UTC", days), utc("2026-11-02 10:00")).counts
    assert count.earliest == utc("2026-11-14 00:00")
    assert [day.name for day in count.days if day.name] == []


def test_a_calendar_without_business_days_says_so_instead_of_counting_for_ever():
    never = Calendar("Never", "1", weekend=frozenset(range(7)))
    with pytest.raises(NoBusinessDays):
        notice(place("UTC", never), utc("2026-11-02 10:00"))


def test_without_a_place_nothing_is_counted():
    with pytest.raises(ValueError, match="No place"):
        judge([], published_at=utc("2026-11-02 10:00"), starts_at=utc("2026-12-02 10:00"))


# Change freezes

FREEZE = Freeze("Peak season", date(2026, 11, 16), date(2026, 11, 29))


def test_days_of_a_freeze_count_and_no_planned_start_lies_in_it():
    found = notice(place("UTC", PLAIN, FREEZE), utc("2026-11-02 10:00"), utc("2026-11-20 02:00"))
    assert found.earliest == utc("2026-11-16 00:00")
    assert found.suggested == utc("2026-11-30 00:00")
    assert found.behind == found.starts_in == (Frozen("UTC", FREEZE.name, FREEZE.first, FREEZE.last),)
    assert (found.is_emergency, found.needs_approval) == (False, True)


@pytest.mark.parametrize(
    ("start", "is_inside"),
    [
        ("2026-11-15 23:59:59", False),
        ("2026-11-16 00:00", True),
        ("2026-11-29 23:59:59", True),
        ("2026-11-30 00:00", False),
    ],
)
def test_a_freeze_holds_from_its_first_instant_to_the_end_of_its_last_day(start, is_inside):
    found = notice(place("UTC", PLAIN, FREEZE), utc("2026-10-02 10:00"), utc(start))
    assert bool(found.starts_in) == found.needs_approval == is_inside


def test_freezes_that_adjoin_or_overlap_are_left_behind_one_after_the_other():
    adjoining = Freeze("Audit", date(2026, 11, 30), date(2026, 12, 4))
    overlapping = Freeze("Migration", date(2026, 12, 3), date(2026, 12, 10))
    found = notice(place("UTC", PLAIN, FREEZE, adjoining, overlapping), utc("2026-11-02 10:00"))
    assert found.suggested == utc("2026-12-11 00:00")
    assert [each.name for each in found.behind] == ["Peak season", "Audit", "Migration"]


def test_a_freeze_that_ends_earlier_inside_of_another_holds_nothing_up():
    inner = Freeze("Short", date(2026, 11, 16), date(2026, 11, 17))
    assert notice(place("UTC", PLAIN, inner, FREEZE), utc("2026-11-02 10:00")).suggested == utc("2026-11-30 00:00")


def test_a_freeze_in_another_place_than_the_deciding_one_counts_all_the_same():
    places = [place("UTC", holidays("2026-11-11")), place("Asia/Tokyo", PLAIN, FREEZE)]
    found = notice(places, utc("2026-11-02 10:00"), utc("2026-11-29 15:00"))  # Monday, midnight in Tokyo
    assert found.deciding.zone == "UTC"
    assert found.suggested == utc("2026-11-29 15:00")
    assert (found.behind[0].place, found.starts_in) == ("Asia/Tokyo", ())
    assert notice(places, utc("2026-11-02 10:00"), utc("2026-11-29 14:59:59")).starts_in[0].place == "Asia/Tokyo"


def test_out_of_one_freeze_into_another_elsewhere():
    west = Freeze("West", date(2026, 11, 16), date(2026, 11, 20))
    east = Freeze("East", date(2026, 11, 21), date(2026, 11, 22))
    places = [place("America/Los_Angeles", PLAIN, west), place("Asia/Tokyo", PLAIN, east)]
    found = notice(places, utc("2026-11-02 17:00"))
    # in Los Angeles the 16th begins as 16 Nov 08:00Z, its freeze ends 21 Nov 08:00Z, when it is the 21st in Tokyo
    assert found.suggested == utc("2026-11-22 15:00")
    assert [each.name for each in found.behind] == ["West", "East"]


def test_an_emergency_inside_a_freeze_is_both():
    found = notice(place("UTC", PLAIN, FREEZE), utc("2026-11-13 10:00"), utc("2026-11-17 02:00"))
    assert found.is_emergency
    assert found.starts_in
    assert found.needs_approval
