"""What we write as iCalendar is read by others as it was meant."""

from datetime import UTC, date, datetime

from hypothesis import given, strategies as st
from icalendar import Calendar

from incidents.calendars import FOLD, DayEvent, calendar
from incidents.plain_text import UNPRINTABLE

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)


def event(**facts):
    facts = {
        "uid": "act_1@status.example.com", "day": date(2026, 12, 1), "summary": "Due", "description": "",
        "url": "https://status.example.com/admin/action-items/act_1/", "changed_at": NOW, "made_at": NOW,
    } | facts  # fmt: skip
    return DayEvent(**facts)


def read(body):
    found = Calendar.from_ical(body)
    assert found.errors == []
    return [each for each in found.walk("VEVENT") if not each.errors]


@given(TEXTS, TEXTS)
def test_texts_arrive_as_they_were_written(summary, description):
    body = calendar("Mine", [event(summary=summary, description=f"{description}\nsecond line")])
    assert all(len(line) <= FOLD for line in body.split(b"\r\n"))
    [found] = read(body)
    assert str(found["SUMMARY"]) == summary
    assert str(found["DESCRIPTION"]) == f"{description}\nsecond line"


def test_no_line_of_ours_is_made_by_a_text():
    body = calendar("Mine", [event(summary="x\r\nEND:VEVENT\rBEGIN:VEVENT\x00\x1b")])
    assert len(read(body)) == 1
    assert b"\x00" not in body
    assert b"\x1b" not in body


@given(st.text(max_size=60))
def test_no_property_holds_what_programs_refuse(text):
    body = calendar(text, [event(summary=text, url=f"https://a.example/{text.replace(chr(10), '')}")]).decode()
    assert UNPRINTABLE.sub("", body.replace("\r\n", "")) == body.replace("\r\n", "")


def test_it_is_an_entry_of_one_day_that_blocks_no_time():
    [found] = read(calendar("Mine", [event()]))
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (date(2026, 12, 1), date(2026, 12, 2))
    assert found["DTSTAMP"].dt == found["LAST-MODIFIED"].dt == NOW
    assert str(found["TRANSP"]) == "TRANSPARENT"
    assert str(found["UID"]) == "act_1@status.example.com"


def test_what_is_empty_is_a_calendar_too():
    assert read(calendar("Mine", [])) == []
