"""Business calendars and change freezes on their screens: what is offered, what is refused, how it will count."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from incidents.admin.business_calendars import coming_days
from incidents.business_calendars import SOURCE, part_names
from incidents.models import BusinessCalendar, CalendarDay, ChangeFreeze, Location
from tests import factories as make

pytestmark = pytest.mark.django_db

LIST = "/admin/incidents/businesscalendar/"
FREEZES = "/admin/incidents/changefreeze/"
NO_DAYS = {"own_days-TOTAL_FORMS": "0", "own_days-INITIAL_FORMS": "0"}
FACTS = {
    "name": "Germany, Hessen", "country": "DE", "subdivision": "HE", "weekend": ["5", "6"], "cut_off": "16:30",
    **NO_DAYS,
}  # fmt: skip
FREEZE = {"name": "Christmas business", "first_day": "2026-12-18", "last_day": "2027-01-03"}


@pytest.fixture
def reliability(client):
    person = make.in_group("Reliability")
    client.force_login(person)
    return person


def change(row):
    return reverse(f"admin:incidents_{row._meta.model_name}_change", args=[row.pk])


def errors(response):
    return response.context["adminform"].form.errors


def day(number, day, name, *, row=None, is_worked=False):
    given = {"id": row.pk if row else "", "day": day, "name": name} | ({"is_worked": "on"} if is_worked else {})
    return {f"own_days-{number}-{field}": value for field, value in given.items()}


# A calendar


def test_a_calendar_is_made_with_country_part_weekend_cut_off_and_days_of_its_own(client, reliability):
    days = day(0, "2026-12-24", "Christmas Eve") | day(1, "2026-11-28", "Inventory", is_worked=True)
    assert client.post(f"{LIST}add/", FACTS | days | {"own_days-TOTAL_FORMS": "2"}).status_code == 302
    row = BusinessCalendar.objects.get()
    assert (row.country, row.subdivision, row.weekend, row.cut_off.isoformat()) == ("DE", "HE", [5, 6], "16:30:00")
    assert [(each.name, each.is_worked) for each in row.own_days.all()] == [
        ("Inventory", True), ("Christmas Eve", False),
    ]  # fmt: skip
    assert row.version == 1
    assert row.history.get().history_user == reliability


def test_each_field_has_guidance_and_an_example(client, reliability):
    for address, fields in ((LIST, FACTS), (FREEZES, FREEZE), ("/admin/incidents/location/", ["off_peak_from"])):
        form = client.get(f"{address}add/").context["adminform"].form
        assert [
            name for name in fields if name in form.fields and "xample" not in str(form.fields[name].help_text)
        ] == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"country": "XX"}, "country"),
        ({"subdivision": "BOS"}, "subdivision"),
        ({"country": "", "subdivision": "HE"}, "subdivision"),
        ({"country": "SG", "subdivision": "HE"}, "subdivision"),
        ({"subdivision": "x" * 500}, "subdivision"),
        ({"weekend": ["7"]}, "weekend"),
        ({"weekend": [str(number) for number in range(7)]}, "weekend"),
        ({"cut_off": "25:00"}, "cut_off"),
    ],
)
def test_what_makes_no_calendar_is_refused_beside_its_field(client, reliability, facts, field):
    response = client.post(f"{LIST}add/", FACTS | facts)
    assert list(errors(response)) == [field]
    assert not BusinessCalendar.objects.exists()


def test_no_country_and_no_weekend_are_calendars_too(client, reliability):
    assert client.post(f"{LIST}add/", FACTS | {"country": "", "subdivision": "", "weekend": []}).status_code == 302
    assert BusinessCalendar.objects.get().weekend == []


def test_parts_of_the_chosen_country_are_offered_and_the_script_knows_the_others(client, reliability):
    row = make.calendar(country="CH", subdivision="ZH")
    field = client.get(change(row)).context["adminform"].form["subdivision"]
    assert ("ZH", "Zürich (ZH)") in field.field.widget.choices
    assert '"DE": [[' in str(field).replace("&quot;", '"')
    assert '<option value="ZH" selected>' in str(field)
    refused = client.post(f"{LIST}add/", FACTS | {"name": "", "country": "US", "subdivision": "VA"})
    assert '<option value="VA" selected>' in str(refused.context["adminform"].form["subdivision"])
    longest = max((code for country in ("AU", "BR", "CH", "NZ") for code in part_names(country)), key=len)
    assert len(longest) <= BusinessCalendar._meta.get_field("subdivision").max_length


# How it will count


def test_the_next_twelve_months_as_they_will_count(client, reliability):
    row = make.calendar(country="DE", subdivision="HE")
    CalendarDay.objects.create(calendar=row, day=date(2026, 12, 24), name="Christmas Eve")
    CalendarDay.objects.create(calendar=row, day=date(2027, 5, 6), name="Open all the same", is_worked=True)
    CalendarDay.objects.create(calendar=row, day=date(2027, 6, 1), name="Founders’ Day")
    days, worked = coming_days(row, first=date(2026, 11, 30))
    found = {each.day: (each.name, str(each.mark)) for each in days}
    assert found[date(2026, 12, 24)] == ("Christmas Eve", "a day of your own")
    assert found[date(2026, 12, 25)] == ("Christmas Day", "")
    assert found[date(2026, 12, 26)] == ("Second Day of Christmas", "on the weekend")
    assert found[date(2027, 5, 6)] == ("Ascension Day", "worked all the same")
    assert found[date(2027, 6, 1)] == ("Founders’ Day", "a day of your own")
    assert worked == sum(
        (date(2026, 11, 30) + timedelta(days=n)).weekday() < 5
        and (date(2026, 11, 30) + timedelta(days=n) not in found or n == (date(2027, 5, 6) - date(2026, 11, 30)).days)
        for n in range(365)
    )
    with time_machine.travel("2026-11-30T10:00Z"):
        ChangeFreeze.objects.create(**FREEZE)
        html = client.get(change(row)).content.decode()
    assert "Founders’ Day" in html
    assert "Freeze: Christmas business, 18 Dec 2026 to 3 Jan 2027" in html
    assert "December 2026" in html


def test_a_calendar_says_what_uses_it_and_goes_when_nothing_does(client):
    client.force_login(make.superuser())
    row, unused = make.calendar(), make.calendar()
    make.page(calendar=row, name="Larkwire", label=""), make.location(calendar=row, name="Frankfurt")
    html = client.get(change(row)).content.decode()
    assert "Page: Larkwire" in html
    assert "Location: Frankfurt" in html
    delete = "admin:incidents_businesscalendar_delete"
    refused = client.get(reverse(delete, args=[row.pk])).content.decode()
    assert "stays: it is used" in refused
    client.post(reverse(delete, args=[row.pk]), {"post": "yes"})
    client.post(reverse(delete, args=[unused.pk]), {"post": "yes"})
    assert list(BusinessCalendar.objects.all()) == [row]


def test_the_lists_ask_as_much_for_one_as_for_twenty(client, reliability, same_queries):
    make.calendar(country="DE", subdivision="HE")
    ChangeFreeze.objects.create(**FREEZE)
    for kind in (LIST, FREEZES, "/admin/incidents/location/"):
        client.get(kind)
        with same_queries(at_most=20, kind=kind):
            client.get(kind)
    for _number in range(19):
        ChangeFreeze.objects.create(**FREEZE).calendars.add(make.calendar(country="US", subdivision="VA"))
        make.location(calendar=BusinessCalendar.objects.last())
    for kind in (LIST, FREEZES, "/admin/incidents/location/"):
        with same_queries(at_most=20, kind=kind):
            client.get(kind)


# Its version


def test_the_version_rises_with_what_counts_and_with_nothing_else(client, reliability):
    row, other = make.calendar(), make.calendar()
    given = FACTS | {"name": row.name, "country": "", "subdivision": "", "cut_off": "17:00:00"}

    def saved(expected, **changes):
        given.update(changes)
        assert client.post(change(row), given).status_code == 302
        assert BusinessCalendar.objects.get(pk=row.pk).version == expected

    saved(1)
    saved(1, name="Another name")
    saved(2, country="DE")
    saved(3, subdivision="HE")
    saved(4, weekend=["4", "5"])
    saved(5, cut_off="16:00")
    saved(6, **day(0, "2026-12-24", "Christmas Eve"), **{"own_days-TOTAL_FORMS": "1"})
    own = row.own_days.get()
    kept = {"own_days-INITIAL_FORMS": "1", "own_days-0-calendar": row.pk}
    saved(6, **day(0, "2026-12-24", "Christmas Eve", row=own), **kept)
    saved(7, **day(0, "2026-12-23", "Christmas Eve", row=own))
    saved(8, **{"own_days-0-DELETE": "on"})
    assert not row.own_days.exists()
    other.refresh_from_db()
    assert other.version == 1


def test_a_freeze_raises_the_versions_of_the_calendars_where_it_holds_and_held(client, reliability):
    here, there, elsewhere = make.calendar(), make.calendar(), make.calendar()

    def versions():
        return [BusinessCalendar.objects.get(pk=row.pk).version for row in (here, there, elsewhere)]

    client.post(f"{FREEZES}add/", FREEZE | {"calendars": [here.pk]})
    assert versions() == [2, 1, 1]
    row = ChangeFreeze.objects.get()
    client.post(change(row), FREEZE | {"calendars": [here.pk]})
    assert versions() == [2, 1, 1]
    client.post(change(row), FREEZE | {"calendars": [there.pk]})
    assert versions() == [3, 2, 1]
    client.post(change(row), FREEZE)  # everywhere
    assert versions() == [4, 3, 2]
    client.post(reverse("admin:incidents_changefreeze_delete", args=[row.pk]), {"post": "yes"})
    assert versions() == [5, 4, 3]


def test_what_stands_in_an_announcement_is_version_and_source():
    from incidents.maintenance.counting import calendar_of

    assert calendar_of(make.calendar(version=7), [], [2026]).version == f"7, {SOURCE}"


# Freezes and locations


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"last_day": "2026-12-17"}, "last_day"), ({"last_day": "2027-12-30"}, "last_day"), ({"name": ""}, "name")],
)
def test_what_is_no_freeze_is_refused_beside_its_field(client, reliability, facts, field):
    assert list(errors(client.post(f"{FREEZES}add/", FREEZE | facts))) == [field]


def test_freezes_run_come_and_pass(client, reliability):
    today = timezone.localdate()
    for name, first, last in (("Now", 0, 0), ("Soon", 1, 5), ("Gone", -5, -1)):
        ChangeFreeze.objects.create(
            name=name, first_day=today + timedelta(days=first), last_day=today + timedelta(days=last)
        )
    for state, name in (("running", "Now"), ("coming", "Soon"), ("past", "Gone")):
        rows = client.get(FREEZES, {"state": state}).context["cl"].result_list
        assert [row.name for row in rows] == [name]


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [("23:00", "", "off_peak_until"), ("", "05:00", "off_peak_from"), ("05:00", "05:00", "off_peak_until")],
)
def test_off_peak_hours_have_both_ends(client, reliability, begins, ends, field):
    facts = {"name": "Frankfurt", "time_zone": "Europe/Berlin", "position": "0", "calendar": make.calendar().pk}
    refused = client.post("/admin/incidents/location/add/", facts | {"off_peak_from": begins, "off_peak_until": ends})
    assert list(errors(refused)) == [field]
    client.post("/admin/incidents/location/add/", facts | {"off_peak_from": "23:00", "off_peak_until": "05:00"})
    assert Location.objects.get().off_peak_until.hour == 5


def test_a_page_has_a_calendar_and_asks_for_notice(client):
    client.force_login(make.superuser())
    form = client.get("/admin/statuspage/page/add/").context["adminform"].form
    assert {"calendar", "notice_days"} <= set(form.fields)


@pytest.mark.parametrize("group", ["Viewers", "Support", "Engineering", "Managers", "Security"])
def test_who_may_only_read_changes_nothing(client, group):
    client.force_login(make.in_group(group))
    row = make.calendar()
    assert client.get(change(row)).status_code == 200
    assert client.post(change(row), FACTS).status_code == 403
    assert client.post(f"{FREEZES}add/", FREEZE).status_code == 403
