"""One's own action items in a calendar program: by an address without a session, as long as one may see them."""

import pytest
from icalendar import Calendar

from incidents import actions as incident_actions
from incidents.choices import Audience
from postmortems import actions
from postmortems.models import CalendarFeed
from tests import factories as make
from tests.postmortems.test_action_items import restricted_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make.in_group("Engineering")


@pytest.fixture
def address(person):
    return f"/admin/action-items/calendar/{actions.make_calendar(by=person).token}.ics"


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    assert "sessionid" not in answer.cookies
    return {str(event["UID"]).partition("@")[0]: event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_it_holds_what_is_mine_open_and_dated(client, person, address):
    late, soon = make.action_item(owner=person, due_in=-3), make.action_item(owner=person, text="Ünïcode, “quoted”; 二")
    make.action_item()
    make.action_item(owner=person, due_in=None)
    done = make.action_item(owner=person)
    actions.track(done, state="done", by=None)
    found = read(client, address)
    assert found.keys() == {late.key, soon.key}
    assert found[late.key]["DTSTART"].dt == late.due_on
    assert str(found[soon.key]["SUMMARY"]) == "Due: Ünïcode, “quoted”; 二"
    assert f"/admin/action-items/{soon.key}/" in str(found[soon.key]["URL"])


def test_a_changed_day_moves_the_same_entry(client, person, address):
    item = make.action_item(owner=person)
    before = read(client, address)[item.key]
    actions.track(item, due_on=item.due_on.replace(year=item.due_on.year + 1), reason="Later.", by=None)
    after = read(client, address)[item.key]
    assert before["UID"] == after["UID"]
    assert before["DTSTART"].dt.year + 1 == after["DTSTART"].dt.year
    assert before["LAST-MODIFIED"].dt <= after["LAST-MODIFIED"].dt


def test_what_has_not_changed_is_not_sent_again(client, person, address):
    item = make.action_item(owner=person)
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == "private, no-cache"
    assert client.head(address, headers={"if-none-match": f'W/"x", {first["ETag"]}'}).status_code == 304
    actions.track(item, state="in_progress", by=None)
    changed = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] == first["ETag"]) == (200, False)
    actions.revoke_calendar(by=person)
    assert client.get(address, headers={"if-none-match": changed["ETag"]}).status_code == 404


def test_one_without_an_entry_is_a_calendar_all_the_same(client, person, address):
    found = Calendar.from_ical(client.get(address).content)
    assert [each.name for each in found.subcomponents] == ["VTIMEZONE"]
    assert found.errors == []
    make.action_item(owner=person)
    found = Calendar.from_ical(client.get(address).content)
    assert [each.name for each in found.subcomponents] == ["VEVENT"]
    assert "METHOD" not in found
    assert str(found["NAME"]) == str(found["X-WR-CALNAME"]) == "Action items"


def test_what_was_restricted_since_is_gone_from_it(client, person, address):
    item = make.action_item(owner=person)
    assert read(client, address).keys() == {item.key}
    incident_actions.set_audience(item.postmortem.incident, audience=Audience.RESTRICTED, reason="A leak.", by=None)
    assert read(client, address) == {}
    incident_actions.add_member(item.postmortem.incident, user=person, by=None)
    assert read(client, address).keys() == {item.key}


def test_a_member_reads_what_is_restricted(client):
    member = make.in_group("Reliability")
    item = restricted_item(member, owner=member)
    token = actions.make_calendar(by=member).token
    assert read(client, f"/admin/action-items/calendar/{token}.ics").keys() == {item.key}


def test_revoked_replaced_forged_or_of_somebody_who_left_it_opens_nothing(client, person, address):
    first = CalendarFeed.objects.get()
    second = actions.make_calendar(by=person)
    assert client.get(address).status_code == 404
    fresh = f"/admin/action-items/calendar/{second.token}.ics"
    assert client.get(fresh).status_code == 200
    for token in (second.key, f"{second.key}.", f"{second.key}.{first.token.partition('.')[2]}", "ü.ü", "."):
        assert client.get(f"/admin/action-items/calendar/{token}.ics").status_code == 404
    person.groups.clear()
    assert client.get(fresh).status_code == 404
    person.groups.set(make.in_group("Engineering").groups.all())
    assert client.get(fresh).status_code == 200
    person.is_active = False
    person.save()
    assert client.get(fresh).status_code == 404
    person.is_active, person.is_staff = True, False
    person.save()
    assert client.get(fresh).status_code == 404
    person.is_staff = True
    person.save()
    assert client.get(fresh).status_code == 200
    actions.revoke_calendar(by=person)
    assert client.get(fresh).status_code == 404


def test_the_screen_makes_replaces_and_revokes_it(client, person):
    client.force_login(person)
    screen = "/admin/action-items/calendar/"
    assert "Make an address" in client.get(screen).content.decode()
    client.post(screen, {"do": "make"})
    token = CalendarFeed.objects.get(person=person).token
    html = client.get(screen).content.decode()
    assert f"/admin/action-items/calendar/{token}.ics" in html
    client.post(screen, {"do": "make"})
    assert token not in client.get(screen).content.decode()
    client.post(screen, {"do": "revoke"})
    assert not CalendarFeed.objects.exists()


def test_it_is_downloaded_with_a_session(client, person):
    item = make.action_item(owner=person)
    client.force_login(person)
    answer = client.get("/admin/action-items/mine.ics")
    assert answer["Content-Disposition"] == 'attachment; filename="action-items.ics"'
    assert item.key.encode() in answer.content
    client.logout()
    assert client.get("/admin/action-items/mine.ics").status_code == 302


def test_a_full_calendar_costs_the_same(client, person, address, same_queries):
    make.action_item(owner=person)
    with same_queries(at_most=8):
        read(client, address)
    for _n in range(5):
        make.action_item(owner=person)
    with same_queries(at_most=8):
        assert len(read(client, address)) == 6
