"""maintenance.ics, as programs of others read it before and after something happens to a window."""

from datetime import UTC, timedelta

import icalendar
import pytest
import recurring_ical_events
import time_machine
import vobject

from incidents.maintenance import actions
from incidents.maintenance.choices import Expected
from incidents.models import Location
from statuspage.documents.document import CALENDAR, Document
from statuspage.stores.bucket.forms import form_of
from tests import factories as make
from tests.statuspage.windows import A_WEEK, END, NOW, START, announced, drawn, ended, minutes

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def sms(clock):
    return make.component(name="SMS")


@pytest.fixture
def page(sms):
    return make.page(sms, make.component(name="Voice"), is_default=True, support_email="help@example.com")


def read(page, path="maintenance.ics"):
    """By two libraries: what one of them finds, the other one does too."""
    body = drawn(page)[path]
    calendar = icalendar.Calendar.from_ical(body)
    assert calendar.errors == []
    events = calendar.walk("VEVENT")
    seen = [each.uid.value for each in vobject.readOne(body).contents.get("vevent", [])]
    assert seen == [str(each["UID"]) for each in events]
    return events


def in_december(page):
    calendar = icalendar.Calendar.from_ical(drawn(page)["maintenance.ics"])
    found = recurring_ical_events.of(calendar).between((2026, 12, 1), (2027, 1, 1))
    return [(each["DTSTART"].dt, each["DTEND"].dt, str(each["STATUS"])) for each in found]


def test_a_window_is_an_event_with_what_carriers_file_it_under(page, sms):
    place = make.location(name="Frankfurt")
    window = announced(page, sms, location=place, title="Core; routers, all", advice="Nothing *on your side*.")
    [event] = read(page)

    assert str(event["UID"]) == f"{window.public_id}@bridgewatch"
    assert (event["DTSTART"].dt, event["DTEND"].dt, int(event["SEQUENCE"])) == (START, END, 0)
    assert (str(event["SUMMARY"]), str(event["STATUS"])) == ("Core; routers, all", "CONFIRMED")
    assert str(event["DESCRIPTION"]).startswith("Nothing on your side.\nDegraded: SMS in Frankfurt\nWe replace")
    assert str(event["URL"]) == f"http://127.0.0.1:8000/maintenance/{window.public_id}/"
    assert str(event["LOCATION"]) == "Frankfurt"
    noted = {key.removeprefix("X-MAINTNOTE-"): str(event[key]) for key in event if key.startswith("X-MAINTNOTE")}
    assert noted == {
        "PROVIDER": "Plain Post",
        "ACCOUNT": "public",
        "MAINTENANCE-ID": window.public_id,
        "OBJECT-ID": "SMS",
        "IMPACT": "DEGRADED",
        "STATUS": "CONFIRMED",
    }
    assert str(event["ORGANIZER"]) == "mailto:help@example.com"


def test_without_an_address_of_the_page_it_names_the_one_that_mails_come_from(page, sms, settings):
    page.support_email, settings.DEFAULT_FROM_EMAIL = "", "Status <status@zähler.example>"
    page.save()
    announced(page, sms)
    [event] = read(page)
    assert str(event["ORGANIZER"]) == "mailto:status@xn--zhler-gra.example"


def test_paragraphs_and_items_of_the_body_are_lines(page, sms):
    announced(page, sms, body="Para one.\n\n- a\n- b; c")
    [event] = read(page)
    assert str(event["DESCRIPTION"]).splitlines()[1:4] == ["Para one.", "- a", "- b; c"]
    assert "Para one.\\n- a\\n- b\\; c" in drawn(page)["maintenance.ics"].replace("\r\n ", "")


def test_moved_the_one_event_moves(page, sms):
    window = announced(page, sms)
    assert in_december(page) == [(START, END, "CONFIRMED")]
    actions.reschedule(window, starts_at=START + A_WEEK, ends_at=END + A_WEEK, by=None)
    assert in_december(page) == [(START + A_WEEK, END + A_WEEK, "CONFIRMED")]
    [event] = read(page)
    assert int(event["SEQUENCE"]) == 1
    assert "Moved from Wed 16 Dec 2026, 00:00 to 02:00 UTC." in event["DESCRIPTION"]


def test_cancelled_it_stays_so_that_programs_take_it_out(page, sms):
    window = announced(page, sms)
    actions.cancel(window, reason="x", by=None)
    [event] = read(page)
    assert (str(event["STATUS"]), int(event["SEQUENCE"])) == ("CANCELLED", 1)
    assert str(event["X-MAINTNOTE-STATUS"]) == "CANCELLED"
    assert [status for *_times, status in in_december(page)] == ["CANCELLED"]


def test_over_it_has_the_end_that_it_had(clock, page, sms):
    ended(clock, announced(page, sms), after=minutes(145))
    [event] = read(page)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (START, END + minutes(25))
    assert str(event["X-MAINTNOTE-STATUS"]) == "COMPLETED"


def test_one_that_ended_as_it_began_is_an_event_all_the_same(clock, page, sms):
    ended(clock, announced(page, sms), after=timedelta())
    [event] = read(page)
    assert event["DTEND"].dt > event["DTSTART"].dt


def test_ninety_days_are_kept_and_all_that_is_ahead(clock, page, sms):
    ended(clock, announced(page, sms), after=minutes(60))
    for number in range(55):
        announced(page, sms, starts_at=START + timedelta(days=60, hours=number), ends_at=END + timedelta(days=70))
    assert len(read(page)) == 56
    clock.move_to(START + timedelta(days=91))
    assert len(read(page)) == 55


def test_a_component_and_a_location_have_calendars_of_their_own(page, sms):
    voice = page.components.get(name="Voice")
    here, there = make.location(name="Frankfurt"), make.location(name="Vienna")
    for title, item, place in (("A", sms, here), ("B", voice, there), ("C", sms, None)):
        announced(page, item, title=title, location=place)

    def titles(path):
        return {str(each["SUMMARY"]) for each in read(page, path)}

    assert titles("maintenance.ics") == {"A", "B", "C"}
    assert titles(f"components/{sms.public_id}/maintenance.ics") == {"A", "C"}
    assert titles(f"components/{voice.public_id}/maintenance.ics") == {"B"}
    assert titles(f"locations/{here.public_id}/maintenance.ics") == {"A", "C"}
    assert titles(f"locations/{there.public_id}/maintenance.ics") == {"B", "C"}


def test_one_window_alone_is_the_same_event(page, sms):
    window = announced(page, sms, expected=Expected.OUTAGE)
    assert [each.to_ical() for each in read(page, f"maintenance/{window.public_id}/maintenance.ics")] == [
        each.to_ical() for each in read(page)
    ]


def test_without_windows_it_is_a_calendar_too(page):
    make.location(name="Frankfurt")
    place = Location.objects.get()
    assert read(page) == read(page, f"locations/{place.public_id}/maintenance.ics") == []


def test_the_bytes_are_the_same_until_something_happens(clock, page, sms):
    window = announced(page, sms)
    before = drawn(page)["maintenance.ics"]
    clock.move_to(NOW + timedelta(days=2))
    assert drawn(page)["maintenance.ics"] == before
    actions.post_update(window, message=actions.Message("All is ready."), by=None)
    assert drawn(page)["maintenance.ics"] != before


def test_two_zones_of_readers_see_the_same_moment(page, sms):
    announced(page, sms)
    [event] = read(page)
    assert event["DTSTART"].dt.tzinfo.utcoffset(None) == UTC.utcoffset(None)


@pytest.mark.parametrize("token", [1, 2, 5, 22, 77, 1_234_567, 98_765_431])
def test_what_a_bucket_adds_for_its_order_disturbs_no_program(page, sms, token):
    announced(page, sms)
    whole = drawn(page)["maintenance.ics"].encode()
    body = form_of(Document("maintenance.ics", CALENDAR, whole), page="sp_a", token=token).body
    assert body.startswith(whole)
    assert body != whole
    assert len(icalendar.Calendar.from_ical(body).walk("VEVENT")) == 1
    assert len(list(vobject.readComponents(body.decode()))) == 1
