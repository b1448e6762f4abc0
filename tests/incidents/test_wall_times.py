"""Times as clocks show them: written and read back, in both spellings, over every change of clocks."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.forms import BaseForm
from django.urls import get_resolver
from hypothesis import example, given, strategies as st

from incidents import wall_times, zones
from incidents.choices import Hours
from incidents.wall_times import ShownTwice, Wall, WrongTime, clock, instant, read, read_clock, written

BERLIN, APIA, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia"), ZoneInfo("Australia/Lord_Howe")
FIRST, SECOND = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
AT = st.integers(0, 60 * 365 * 24 * 60).map(
    lambda minutes: datetime(1975, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
ZONE = st.sampled_from(zones.names()).map(ZoneInfo)


@given(at=AT, zone=ZONE, chosen=st.sampled_from(Hours))
@example(at=FIRST, zone=BERLIN, chosen=Hours.TWELVE)
@example(at=SECOND, zone=BERLIN, chosen=Hours.TWENTY_FOUR)
@example(at=datetime(2026, 4, 4, 15, 0, tzinfo=UTC), zone=LORD_HOWE, chosen=Hours.TWELVE)
def test_what_is_written_is_read_as_what_it_was(at, zone, chosen):
    text = written(at, zone, chosen=chosen)
    assert abs(instant(read(text), zone) - at) < timedelta(minutes=1)  # some zones were once apart by seconds


@given(at=st.times(), chosen=st.sampled_from(Hours))
def test_a_time_of_the_day_is_read_in_both_spellings(at, chosen):
    assert read_clock(clock(at, chosen=chosen, seconds=True)) == (at.replace(microsecond=0), "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-09 14:30", Wall(datetime.fromisoformat("2026-12-09T14:30"))),
        ("2026-12-09T14:30", Wall(datetime.fromisoformat("2026-12-09T14:30"))),
        ("2026-12-09, 2:30 pm", Wall(datetime.fromisoformat("2026-12-09T14:30"))),
        ("2026-12-09 2 p.m.", Wall(datetime.fromisoformat("2026-12-09T14:00"))),
        ("2026-12-09 12:05 AM", Wall(datetime.fromisoformat("2026-12-09T00:05"))),
        ("2026-12-9 12:05PM cet", Wall(datetime.fromisoformat("2026-12-09T12:05"), "cet")),
        ("2026-12-09 14.30:07 UTC+8", Wall(datetime.fromisoformat("2026-12-09T14:30:07"), "UTC+8")),
        ("2026-12-09 13:30 PM", None),
        ("2026-12-09 24:00", None),
        ("2026-12-09 14", None),
        ("2026-02-30 14:30", None),
        ("14:30", None),
        ("tomorrow", None),
    ],
)
def test_what_people_write(text, expected):
    assert read(text) == expected


def test_a_time_that_clocks_show_twice_asks_which_and_says_what_to_write():
    with pytest.raises(ShownTwice) as refused:
        instant(read("2026-10-25 02:30"), BERLIN)
    assert str(refused.value) == (
        "Clocks in Europe/Berlin show 02:30 twice on this day. Write 02:30 CEST or 02:30 CET."
    )
    assert [instant(read(f"2026-10-25 {each}"), BERLIN) for each in refused.value.choices] == [FIRST, SECOND]
    assert (written(FIRST, BERLIN), written(SECOND, BERLIN)) == ("2026-10-25 02:30 CEST", "2026-10-25 02:30 CET")


@pytest.mark.parametrize(
    ("text", "zone", "said"),
    [
        (
            "2027-03-28 02:30",
            BERLIN,
            "Clocks in Europe/Berlin go from 02:00 to 03:00 on this day and never show 02:30. "
            "Write 03:00 or later, or 01:59 or earlier.",
        ),
        ("2011-12-30 10:00", APIA, "Clocks in Pacific/Apia leave this day out. Write another day."),
        (
            "2026-07-01 10:00 CET",
            BERLIN,
            "Clocks in Europe/Berlin do not show CET at this time. Write 10:00 CEST.",
        ),
    ],
)
def test_a_time_that_is_none_is_refused_with_what_to_write(text, zone, said):
    with pytest.raises(WrongTime) as refused:
        instant(read(text), zone)
    assert str(refused.value) == said


def test_utc_and_an_offset_are_clear_by_themselves():
    at = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    found = [
        instant(read(f"2026-07-01 {text}"), BERLIN) for text in ("10:00 UTC", "10:00Z", "18:00 UTC+8", "6:00 AM -04:00")
    ]
    assert found == [at] * 4


@given(zone=ZONE, minute=st.integers(0, 130 * 365 * 24 * 60))
def test_whatever_is_refused_says_what_would_be_taken(zone, minute):
    """Both that it offers, or the first time after what is left out, are read."""
    local = datetime.fromisoformat("1970-01-01") + timedelta(minutes=minute)
    try:
        texts = [f"{instant(Wall(local), zone).astimezone(zone):%Y-%m-%d %H:%M}"]
    except ShownTwice as twice:
        texts = [f"{local:%Y-%m-%d} {each}" for each in twice.choices]
    except WrongTime as wrong:
        texts = re.findall("Write (.*)", str(wrong))  # "03:00 or later, or 01:59 or earlier", "another day"
        texts = [f"{local:%Y-%m-%d} {found}" for found in re.findall(r"\d\d:\d\d", texts[0])]
    assert len({instant(read(text), zone) for text in texts}) == len(texts)


def test_hours_are_those_of_whoever_reads_and_24_for_everybody_else():
    assert clock(time(14, 30)) == "14:30"
    with wall_times.override(Hours.TWELVE):
        assert [clock(time(hour, 5)) for hour in (0, 11, 12, 23)] == ["12:05 AM", "11:05 AM", "12:05 PM", "11:05 PM"]
    assert clock(time(14, 30)) == "14:30"


def test_zones_of_no_place_cannot_be_chosen():
    assert [name for name in ("localtime", "Factory", "posixrules", "Nowhere") if zones.is_zone(name)] == []
    assert not {"localtime", "Factory"} & set(zones.names())
    assert zones.is_zone("CET")  # what was stored once stays valid


def _every_form(of=BaseForm):
    for form in of.__subclasses__():
        yield form
        yield from _every_form(form)


def test_hints_name_times_in_the_hours_of_whoever_reads_them():
    assert get_resolver().url_patterns  # every screen, and so its forms, is imported
    ours = {form for form in _every_form() if form.__module__.split(".")[0] in ("incidents", "statuspage")}
    said = set()
    with wall_times.override(Hours.TWELVE):
        for form in ours:
            for field in form.base_fields.values():
                said |= {str(words) for words in (field.help_text, *field.error_messages.values()) if words}
    assert "For staff, in the timeline. Example: delays are back since 4:05 PM." in said
    others = {words for words in said if re.search(r"\d:\d\d(?! [AP]M)", words) and "UTC" not in words}
    assert others <= {
        "Write a day and a time, such as 2026-12-09 14:30 or 2026-12-09 2:30 PM.",
        "Write a time, such as 14:30 or 2:30 PM.",
    }
