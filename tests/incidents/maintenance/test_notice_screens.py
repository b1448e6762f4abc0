"""What operators sent, on its screen: handed in, read again, settled."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from incidents.maintenance import actions
from incidents.maintenance.models import OperatorNotice, Window
from tests import factories as make

pytestmark = pytest.mark.django_db
NOTICES = "/admin/maintenance/notices/"
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Carrier//NOC//EN
BEGIN:VEVENT
UID:8831@noc.carrier.example
DTSTAMP:20270101T080000Z
DTSTART:20290203T010000Z
DTEND:20290203T050000Z
SUMMARY:Switch exchanged in Hamburg
SEQUENCE:0
X-MAINTNOTE-PROVIDER:carrier.example
X-MAINTNOTE-ACCOUNT:4711
X-MAINTNOTE-MAINTENANCE-ID:WO-8831
X-MAINTNOTE-OBJECT-ID:circuit-77
X-MAINTNOTE-IMPACT:OUTAGE
X-MAINTNOTE-STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@pytest.fixture(autouse=True)
def support(client):
    person = make.in_group("Support", time_zone="UTC")
    client.force_login(person)
    return person


def hand_in(client, text=EVENT, name="carrier.ics"):
    return client.post(NOTICES, {"file": SimpleUploadedFile(name, text.encode(), "text/calendar")}, follow=True)


def test_a_notice_becomes_a_draft_on_the_page_of_external_connectivity(client):
    germany = make.component(name="Germany", external_ids=["circuit-77"])
    page = make.page(germany, origin="external")
    make.page(make.component())

    shown = hand_in(client)

    window = Window.objects.get()
    assert (window.is_draft, window.kind, window.title) == (True, "operator", "Switch exchanged in Hamburg")
    assert list(window.pages.all()) == [page]
    assert "1 notice was read." in shown.text
    assert "This file was read before" in hand_in(client).text


def test_what_cannot_be_read_says_why_and_is_read_again(client):
    shown = hand_in(client)
    notice = OperatorNotice.objects.get()
    assert notice.read_as == "unreadable"
    assert notice.error in shown.text.replace("&#x27;", "'")
    act = reverse("maintenance_staff:notice_act", args=[notice.public_id])
    client.post(act, {"act": "again"})
    assert not Window.objects.exists()

    germany = make.component(name="Germany", external_ids=["circuit-77"])
    make.page(germany, origin="external")
    client.post(act, {"act": "again"})
    assert Window.objects.get().is_draft


def test_no_calendar_at_all_is_kept_and_settled(client):
    hand_in(client, "PK\x03\x04 not a calendar", name="x.zip")
    notice = OperatorNotice.objects.get()
    client.post(reverse("maintenance_staff:notice_act", args=[notice.public_id]), {"act": "settle"})
    assert not OperatorNotice.objects.waiting_for_a_person().exists()
    assert "Nothing waits." in client.get(NOTICES).text
    assert notice.public_id in client.get(f"{NOTICES}?show=all").text


def test_of_several_events_both_those_that_were_read_and_those_that_were_not_are_counted(client):
    make.page(make.component(external_ids=["circuit-77"]), origin="external")
    event = EVENT[EVENT.index("BEGIN:VEVENT") : EVENT.index("END:VCALENDAR")].replace("UID:", "UID:2-")
    shown = hand_in(client, EVENT.replace("END:VCALENDAR", event.replace("SEQUENCE:0", "SEQUENCE:x") + "END:VCALENDAR"))
    assert "1 notice could not be read." in shown.text
    assert "1 notice was read." in shown.text
    assert Window.objects.get().is_draft


def test_a_file_handed_in_again_after_a_later_one_says_which_and_what_to_do(client):
    make.page(make.component(external_ids=["circuit-77"]), origin="external")
    hand_in(client)
    assert "later notice" not in hand_in(client).text
    hand_in(client, EVENT.replace("T050000Z", "T060000Z"), name="later.ics")
    window = Window.objects.get()
    shown = hand_in(client).text
    assert "This file was read before: nothing is new." in shown
    assert "Switch exchanged in Hamburg: a later notice was read since (later.ics, " in shown
    assert "with times from 2029-02-03 01:00 UTC to 2029-02-03 06:00 UTC." in shown
    assert "move the window, or ask the operator for a file with a higher SEQUENCE." in shown
    assert (Window.objects.get().version, OperatorNotice.objects.count()) == (window.version, 2)

    actions.edit(window, ends_at=OperatorNotice.objects.earliest("pk").ends_at, by=None)
    assert "The window has the times of this file." in hand_in(client).text
    hand_in(client, EVENT.replace("CONFIRMED", "CANCELLED"), name="off.ics")
    shown = hand_in(client).text
    assert "which cancels it. If it takes place as this file says after all, ask the operator" in shown


def test_what_was_left_to_do_is_not_said_of_what_is_over(client):
    germany = make.component(name="Germany", external_ids=["circuit-77"])
    make.page(germany, origin="external")
    event = EVENT.replace("SEQUENCE", "DESCRIPTION:A switch is exchanged.\r\nSEQUENCE")
    hand_in(client, event)
    window = Window.objects.get()
    actions.edit(window, by=None, body="A carrier works on its network.")
    actions.announce(window, by=None)
    assert "cancel it, so that they hear" in hand_in(client, event.replace("CONFIRMED", "CANCELLED")).text
    actions.cancel(window, reason="Called off.", by=None)
    assert "cancel it, so that they hear" not in client.get(f"{NOTICES}?show=all").text


def test_as_it_came_is_saved_and_never_drawn(client):
    hand_in(client, EVENT.replace("Hamburg", "<script>alert(1)</script>"))
    notice = OperatorNotice.objects.get()
    answer = client.get(reverse("maintenance_staff:notice_raw", args=[notice.public_id]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert "<script>alert" not in client.get(f"{NOTICES}?show=all").text


def test_an_empty_or_a_huge_file_is_refused_at_its_field(client):
    assert hand_in(client, "").status_code == 422
    assert "larger than 1 MB" in hand_in(client, "x" * 1_000_001).text
    assert not OperatorNotice.objects.exists()


def test_who_may_only_look_cannot_hand_in(client):
    client.force_login(make.in_group("Viewers"))
    assert "Read it" not in client.get(NOTICES).text
    hand_in(client)
    assert not OperatorNotice.objects.exists()


def test_the_list_costs_the_same_for_one_and_fifty(client, same_queries):
    for count in (1, 49):
        for number in range(count):
            hand_in(client, f"nothing {count} {number}")
        with same_queries(at_most=16):
            client.get(NOTICES)
