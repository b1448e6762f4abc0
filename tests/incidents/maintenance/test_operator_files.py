"""An operator's file is taken apart: a file for each event, none of which holds up another."""

import pytest

from incidents.maintenance.operator_calendars import Unreadable, read
from incidents.maintenance.operator_files import LARGEST, MOST, split
from tests.incidents.maintenance.test_operator_calendars import NORTHGATE, PLAIN, lines

EVENT = b"BEGIN:VEVENT\r\nUID:0\r\nEND:VEVENT\r\n"
SECOND = (PLAIN[0], "DTSTART:20261211T230000Z", "DTEND:20261212T010000Z", PLAIN[3])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no calendar file"),
        (b"Dear customer, see below.", "no calendar file"),
        (b"\x89PNG\r\n\x1a\n", "no calendar file"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no event"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n", "no event"),
        (b"x" * (LARGEST + 1), "larger than 1 MB"),
        (lines("UID:1").replace(b"BEGIN:VEVENT", EVENT * MOST + b"BEGIN:VEVENT"), "too much"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_events_says_so(data, says):
    with pytest.raises(Unreadable) as error:
        split(data)
    assert says in str(error.value)


def file_of(*events):
    return lines(*"\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n".join("\r\n".join(event) for event in events).split("\r\n"))


def said(text):
    try:
        return read(text).starts_at.day
    except Unreadable as error:
        return str(error)


def test_a_second_event_with_the_uid_of_the_first_is_a_later_version_or_cannot_be_read():
    def days(*events):
        return ["clash" if "event with this UID" in str(day) else day for day in map(said, split(file_of(*events)))]

    assert days(PLAIN, SECOND) == [10, "clash"]
    assert days(PLAIN, (*SECOND, "SEQUENCE:1")) == [10, 11]
    assert days((*PLAIN, "SEQUENCE:1"), SECOND) == [10, "clash"]
    assert days(PLAIN, PLAIN, SECOND) == [10, 10, "clash"]
    assert days(PLAIN, (*SECOND, "SEQUENCE:1"), (*PLAIN, "SEQUENCE:1")) == [10, 11, "clash"]
    assert days(PLAIN, (*SECOND, "X-MAINTNOTE-PROVIDER:hub")) == [10, 11]  # of another operator
    assert days((*PLAIN, "X-MAINTNOTE-PROVIDER:hub"), SECOND) == [10, "clash"]
    assert days((*PLAIN, "RRULE:FREQ=DAILY"), SECOND)[1] == 11  # the first was not read


def test_the_second_of_two_with_one_uid_is_kept_beside_the_first():
    _first, text = split(file_of(PLAIN, SECOND))
    assert ("DTSTART:20261210T230000Z" in text, "DTSTART:20261211T230000Z" in text) == (True, True)
    with pytest.raises(Unreadable) as error:
        read(text)
    assert error.value.uid == "1@carrier.example"


def test_an_event_that_was_cut_off_holds_up_no_other():
    first, end, second = file_of(PLAIN, ("UID:2@carrier.example", *SECOND[1:])).partition(b"END:VEVENT\r\n")
    before, after = map(said, split(first + second))
    assert ("It cannot be read" in before, after) == (True, 11)
    before, after = map(said, split(first + end + second.replace(end, b"")))
    assert (before, "It cannot be read" in after) == (10, True)


def test_other_letters_than_utf_8():
    data = NORTHGATE.read_bytes().decode().encode("cp1252", errors="replace")
    assert "Köln" in read(split(data)[1]).title
    assert read(split(b"\xef\xbb\xbf" + NORTHGATE.read_bytes())[0]).sequence == 1


@pytest.mark.parametrize("line", ["BEGIN:VEVENT", "BEGIN:VTIMEZONE", "BEGIN:VEVENT\r\nBEGIN:VTIMEZONE"])
def test_what_is_begun_again_and_again_is_looked_through_once(line):
    """Searched to the end for each, 30,000 lines took the whole product minutes."""
    data = ("BEGIN:VCALENDAR\r\n" + f"{line}\r\n" * 30_000 + "END:VCALENDAR\r\n").encode()
    with pytest.raises(Unreadable):
        for text in split(data):
            read(text)


def test_an_event_as_long_as_a_book_is_not_read():
    event = "BEGIN:VEVENT\r\nUID:1\r\n" + "X-A:1\r\n" * 20_000 + "END:VEVENT\r\n"
    with pytest.raises(Unreadable, match="longer than 100 kB"):
        split(f"BEGIN:VCALENDAR\r\n{event}END:VCALENDAR\r\n".encode())
