"""What operators send is read as it comes: MAINTNOTE, plain events, folded lines, zones of all sorts, rubbish."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from incidents import calendars
from incidents.calendars import TimedEvent, Work
from incidents.maintenance.choices import Expected
from incidents.maintenance.operator_calendars import Unreadable, names_of, read
from incidents.maintenance.operator_files import split

NOTICES = Path(__file__).parent / "notices"
NORTHGATE, BALTIC = (NOTICES / name for name in ("northgate.ics", "baltic_hub.ics"))


def lines(*event, head=()):
    body = ["BEGIN:VCALENDAR", "VERSION:2.0", *head, "BEGIN:VEVENT", *event, "END:VEVENT", "END:VCALENDAR"]
    return "\r\n".join([*body, ""]).encode()


PLAIN = ("UID:1@carrier.example", "DTSTART:20261210T230000Z", "DTEND:20261211T010000Z", "SUMMARY:Works")


def plain(*more, without=""):
    kept = [line for line in PLAIN if not (without and line.startswith(without))]
    [text] = split(lines(*kept, *more))
    return read(text)


def test_a_carrier_that_speaks_maintnote_sends_two_events_in_one_file():
    first, second = (read(text) for text in split(NORTHGATE.read_bytes()))
    assert first.uid == "chg-118204@calendar.northgate.example"
    assert (first.starts_at, first.ends_at) == (
        datetime(2026, 12, 9, 0, tzinfo=UTC),
        datetime(2026, 12, 9, 4, tzinfo=UTC),
    )
    assert (first.time_zone, first.sequence, first.status) == ("Europe/Amsterdam", 1, "CONFIRMED")
    assert first.title == "Northgate Transit: core node software upgrade, Amsterdam AMS-7"
    assert first.text.startswith("Dear customer,\n\nwe upgrade the software of the core node AMS-7. Circuits")
    assert (first.provider, first.account, first.maintenance_id) == ("northgate.example", "137.035999173", "CHG-118204")
    assert first.objects == ("NGT/AMS7/10G/004417", "NGT/AMS7/10G/004418")
    assert (first.expected, first.is_cancelled) == (Expected.OUTAGE, False)
    assert (second.title, second.expected) == (
        "Northgate Transit: fibre works between Köln and Düsseldorf", Expected.AT_RISK,
    )  # fmt: skip
    assert (second.status, second.time_zone) == ("TENTATIVE", "UTC")


def test_a_carrier_that_sends_meetings_names_its_zone_as_windows_does():
    [text] = split(BALTIC.read_bytes())
    event = read(text)
    assert event.starts_at == datetime(2026, 12, 9, 23, tzinfo=UTC)
    assert (event.time_zone, event.title) == ("Europe/Kiev", "Planned works: signalling gateway Riga")
    assert (event.provider, event.objects) == ("baltichub.example", ("BHM-RIX-HUB-2",))
    assert len(event.uid) == 80  # over two lines
    assert "delayed by up to 10 minutes" in event.text


def test_our_own_file_is_read_back():
    work = Work("Ferrypost", "all", "mnt_1", ("SMS", "Voice, calls"), "DEGRADED", "CONFIRMED", "noc@ferrypost.example")
    start, end = datetime(2026, 12, 9, 0, tzinfo=UTC), datetime(2026, 12, 9, 4, tzinfo=UTC)
    sent = TimedEvent(
        "mnt_1@bridgewatch", start, end, "Router; upgrade", "Two,\nlines", "https://x", start, start, 3, work=work
    )
    [text] = split(calendars.attached(calendars.lines(sent), method="PUBLISH"))
    event = read(text)
    assert (event.uid, event.sequence, event.title, event.text) == (sent.uid, 3, sent.summary, sent.description)
    assert (event.starts_at, event.ends_at, event.provider, event.expected) == (
        start,
        end,
        "Ferrypost",
        Expected.DEGRADED,
    )


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("NO-IMPACT", Expected.NOTHING), ("REDUCED-REDUNDANCY", Expected.AT_RISK), ("degraded", Expected.DEGRADED),
        ("OUTAGE", Expected.OUTAGE), ("MELTDOWN", Expected.DEGRADED), ("", Expected.DEGRADED),
    ],
)  # fmt: skip
def test_every_impact_is_mapped(word, expected):
    assert plain(f"X-MAINTNOTE-IMPACT:{word}").expected == expected


@pytest.mark.parametrize(
    "more",
    [
        "STATUS:CANCELLED", "STATUS:CANCELED", "X-MAINTNOTE-STATUS:cancelled", "X-MAINTNOTE-STATUS:Canceled",
        "STATUS:CONFIRMED\r\nX-MAINTNOTE-STATUS:CANCELLED", "STATUS:CANCELLED\r\nX-MAINTNOTE-STATUS:CONFIRMED",
    ],
)  # fmt: skip
def test_cancelled_in_every_way(more):
    assert plain(more).is_cancelled
    [text] = split(lines(*PLAIN, head=["METHOD:CANCEL"]))
    assert read(text).is_cancelled
    assert not plain("DESCRIPTION:The METHOD:CANCEL is not ours").is_cancelled


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("Europe/Berlin", 0), ("W. Europe Standard Time", 0), ("/freeassociation.sourceforge.net/Europe/Berlin", 0),
        ("America/Argentina/Buenos_Aires", 4), ("/x/America/Argentina/Buenos_Aires", 4), ("Asia/Kolkata", 19),
    ],
)  # fmt: skip
def test_zones_are_known_by_name(zone, hour):
    event = plain(f"DTSTART;TZID={zone}:20261210T010000", f"DTEND;TZID={zone}:20261210T030000", without="DT")
    assert event.starts_at.hour == hour


@pytest.mark.parametrize(
    ("zone", "key"),
    [
        ("America/New_York", "America/New_York"), ('"W. Europe Standard Time"', "Europe/Berlin"),
        ("America/\r\n New_York", "America/New_York"),
    ],
)  # fmt: skip
def test_a_time_in_utc_stays_what_it_is_beside_a_zone(zone, key):
    event = plain(f"DTSTART;TZID={zone}:20261210T010000Z", f"DTEND;tzid={zone}:20261210T030000Z", without="DT")
    assert (event.starts_at, event.ends_at, event.time_zone) == (
        datetime(2026, 12, 10, 1, tzinfo=UTC),
        datetime(2026, 12, 10, 3, tzinfo=UTC),
        key,
    )


def test_rules_that_a_file_brings_along_are_not_computed():
    head = [
        "BEGIN:VTIMEZONE", "TZID:Europe/Berlin", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0900", "RRULE:FREQ=SECONDLY", "END:STANDARD", "END:VTIMEZONE",
    ]  # fmt: skip
    times = ("DTSTART;TZID=Europe/Berlin:20261210T010000", "DTEND;TZID=Europe/Berlin:20261210T030000")
    [text] = split(lines("UID:1", *times, head=head))
    assert read(text).starts_at.hour == 0


def test_a_length_instead_of_an_end():
    assert plain("DURATION:PT90M", without="DTEND").ends_at == datetime(2026, 12, 11, 0, 30, tzinfo=UTC)


def test_what_is_missing_is_made_of_what_there_is():
    event = plain("X-MAINTNOTE-PROVIDER:carrier", "X-MAINTNOTE-MAINTENANCE-ID:CHG-1", without="SUMMARY")
    assert event.title == "carrier CHG-1"
    assert list(names_of(event)) == [("carrier", ("carrier", "carrier:carrier"))]
    named = plain("X-MAINTNOTE-PROVIDER:p", "X-MAINTNOTE-ACCOUNT:a", "X-MAINTNOTE-OBJECT-ID:o")
    assert list(names_of(named)) == [("o", ("o", "p:o", "a:o"))]


@pytest.mark.parametrize(
    ("without", "more", "says"),
    [
        ("UID", (), "no UID"),
        ("DTEND", (), "no end"),
        ("DTSTART", (), "DTSTART cannot be read"),
        ("DTSTART", ("DTSTART:tomorrow",), "cannot be read"),
        ("DTSTART", ("DTSTART;VALUE=DATE:20261210",), "days and no times"),
        ("DTSTART", ("DTSTART:20261210T230000",), "no time zone"),
        ("DTSTART", ("DTSTART;TZID=Moon/Base:20261210T230000",), "not known: Moon/Base"),
        ("DTSTART", ("DTSTART;TZID=../../etc/passwd:20261210T230000",), "is not known"),
        ("DTSTART", ("DTSTART;TZID=Moon/Base:20261210T230000Z",), "not known: Moon/Base"),
        ("DTSTART", ("DTSTART;X-TZID=Europe/Berlin:20261210T230000",), "no time zone"),
        ("DTSTART", ("DTSTART:00010101T000000Z",), "cannot be read"),
        ("DTSTART", (PLAIN[1], PLAIN[1]), "cannot be read"),
        ("DTEND", ("DTEND:20261210T230000Z",), "ends before it begins"),
        ("", ("RRULE:FREQ=SECONDLY",), "recurs"),
        ("", ("RECURRENCE-ID:20261210T230000Z",), "changes one time of a recurring event"),
        ("", ("SEQUENCE:-1",), "SEQUENCE"),
    ],
)
def test_what_cannot_be_read_says_why(without, more, says):
    with pytest.raises(Unreadable) as error:
        plain(*more, without=without)
    assert says in str(error.value)
    assert error.value.uid == ("" if without == "UID" else "1@carrier.example")


@given(
    st.lists(st.text(max_size=30) | st.sampled_from(NORTHGATE.read_text("utf-8").splitlines()), max_size=40),
    st.randoms(),
)
@settings(max_examples=150, deadline=None)
def test_rubbish_is_refused_and_breaks_nothing(rows, random):
    known = NORTHGATE.read_text("utf-8").splitlines()
    for row in rows:
        known[random.randrange(len(known))] = row
    try:
        for text in split("\r\n".join(known).encode("utf-8", errors="replace")):
            read(text)
    except Unreadable:
        return
