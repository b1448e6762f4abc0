"""Maintenance that recurs, on its screens: written, counted as one types, left out, stopped."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.maintenance import timing
from incidents.maintenance.models import Series, SeriesException, Window
from tests import factories as make
from tests.incidents.maintenance.around import on, series
from tests.statuspage.test_window_forms import typed

pytestmark = pytest.mark.django_db
LIST = "/admin/maintenance/series/"


@pytest.fixture
def sms():
    return make.component(name="SMS")


@pytest.fixture
def page(sms):
    return make.page(sms, name="Larkwire", is_default=True)


@pytest.fixture(autouse=True)
def support(client):
    person = make.in_group("Support", time_zone="UTC")
    client.force_login(person)
    return person


def form(page, sms, **more):
    return typed(page, sms) | {"rule": "FREQ=WEEKLY;BYDAY=SU", "announce_days": "21"} | more


def test_it_is_written_with_its_pages(client, page, sms, support):
    answer = client.post(f"{LIST}new/", form(page, sms, length="90"))

    row = Series.objects.get()
    assert answer.url == reverse("statuspage_staff:series", args=[row.public_id])
    assert (row.minutes, row.rule, row.author, list(row.pages.all())) == (90, "FREQ=WEEKLY;BYDAY=SU", support, [page])


def test_the_next_starts_are_counted_as_one_types(client, page, sms):
    shown = client.post(f"{LIST}count/", form(page, sms))
    assert "Every week" in shown.text
    assert shown.text.count("Announced ") >= 8
    assert "Planned: " in shown.text
    soon = client.post(f"{LIST}count/", form(page, sms, announce_days="3"))
    assert "It waits for a person." in soon.text
    assert not Series.objects.exists()


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "FREQ=WEEKLY;COUNT=0", "every sunday", "FREQ=WEEKLY;BYDAY=XX"])
def test_a_wrong_rule_says_what_to_write(client, page, sms, rule):
    live = client.post(f"{LIST}count/", form(page, sms, rule=rule))
    answer = client.post(f"{LIST}new/", form(page, sms, rule=rule))
    assert answer.status_code == 422
    [wrong] = answer.context["form"].errors["rule"]
    assert wrong in unescape(live.text)
    assert answer.context["form"]["title"].value() == "Core router upgrade"


def test_of_a_series_that_has_ended_the_words_are_saved_and_no_window_is_promised(client, page, sms, support):
    now = timezone.now()
    ended = {
        "date": f"{now - timedelta(days=9):%Y-%m-%d}",
        "rule": f"FREQ=DAILY;UNTIL={now - timedelta(days=3):%Y%m%d}",
    }
    refused = client.post(f"{LIST}new/", form(page, sms, **ended))
    assert refused.status_code == 422
    assert "never comes again" in refused.context["form"].errors["rule"][0]

    with on(now - timedelta(days=10)):
        client.force_login(support)
        client.post(f"{LIST}new/", form(page, sms, **ended))
    client.force_login(support)
    row = Series.objects.get()
    changed = form(page, sms, **ended, version=row.version, title="Patch night")
    answer = client.post(reverse("statuspage_staff:series", args=[row.public_id]), changed, follow=True)
    assert [str(each) for each in answer.context["messages"]][-1] == "Saved. No window is made of it any more."
    row.refresh_from_db()
    assert row.title == "Patch night"


FAR = [
    ("rule", {"rule": "FREQ=DAILY;UNTIL=99991231T235959Z"}),
    ("rule", {"rule": "FREQ=DAILY;UNTIL=00010101T000000Z", "time_zone": "America/Los_Angeles"}),
    ("until", {"length": "other", "until": "9999-12-31T23:59", "time_zone": "America/Los_Angeles"}),
    ("until", {"length": "other", "until": "0001-01-01T00:00", "time_zone": "Asia/Tokyo"}),
    ("date", {"date": "9999-12-31", "time_zone": "America/Los_Angeles"}),
    ("date", {"date": "0001-01-01", "time_zone": "Asia/Tokyo"}),
]


@pytest.mark.parametrize(("field", "typed"), FAR)
def test_a_year_that_nobody_means_is_refused_at_its_field(client, page, sms, field, typed):
    assert client.post(f"{LIST}count/", form(page, sms, **typed)).status_code == 200
    answer = client.post(f"{LIST}new/", form(page, sms, **typed))
    assert answer.status_code == 422
    assert "Write a year from 1970 to 2099." in answer.context["form"].errors[field][0]


def test_the_last_hours_of_the_last_year_are_refused_beside_the_day(client, page, sms):
    """2100 has begun, in UTC."""
    typed = {"date": "2099-12-31", "time": "23:00", "time_zone": "America/Los_Angeles"}
    answer = client.post(f"{LIST}new/", form(page, sms, **typed))
    assert answer.status_code == 422
    assert answer.context["form"].errors["date"] == ["Write a year from 1970 to 2099."]


@pytest.mark.parametrize(
    "occurrence", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00", "2026-13-45T00:00:00+00:00", "soon", ""]
)
def test_what_is_no_start_is_not_left_out(client, page, sms, occurrence):
    row = series(sms, pages=[page])
    act = reverse("statuspage_staff:series_act", args=[row.public_id])
    answer = client.post(act, {"act": "skip", "occurrence": occurrence, "reason": "Holidays"}, follow=True)
    assert [str(each) for each in answer.context["messages"]] == ["The series has no start then."]
    assert not SeriesException.objects.exists()


def test_it_is_changed_and_somebody_who_was_quicker_is_noticed(client, page, sms):
    row = series(sms, pages=[page], first_at=timezone.now() + timedelta(days=30))
    address = reverse("statuspage_staff:series", args=[row.public_id])
    shown = client.get(address)
    assert shown.context["form"]["length"].value() == "90"
    assert client.post(address, form(page, sms, version=row.version + 7)).status_code == 412
    row.refresh_from_db()
    client.post(address, form(page, sms, version=row.version, title="Patch night"))
    row.refresh_from_db()
    assert row.title == "Patch night"


def test_one_start_is_left_out_with_a_reason_and_the_series_is_stopped_and_goes_on(client, page, sms):
    row = series(sms, pages=[page], rule="FREQ=WEEKLY", first_at=timezone.now() + timedelta(days=30))
    act = reverse("statuspage_staff:series_act", args=[row.public_id])
    start = client.get(reverse("statuspage_staff:series", args=[row.public_id])).context["upcoming"][1].starts_at
    client.post(act, {"act": "skip", "occurrence": start.isoformat()})
    assert not SeriesException.objects.exists()
    left = client.post(act, {"act": "skip", "occurrence": start.isoformat(), "reason": "Black Friday"}, follow=True)
    assert "It is left out." in left.text
    assert SeriesException.objects.get().occurrence == start
    assert "Left out: Black Friday" in client.get(reverse("statuspage_staff:series", args=[row.public_id])).text

    client.post(act, {"act": "stop", "reason": "Not needed"})
    row.refresh_from_db()
    assert not row.is_active
    client.post(act, {"act": "resume"})
    row.refresh_from_db()
    assert row.is_active


def test_who_may_not_change_it_reads_it(client, page, sms):
    row = series(sms, pages=[page])
    client.force_login(make.in_group("Viewers"))
    address = reverse("statuspage_staff:series", args=[row.public_id])
    assert "disabled" in client.get(address).text
    client.post(address, form(page, sms, version=row.version, title="Mine"))
    row.refresh_from_db()
    assert row.title != "Mine"
    assert client.get(f"{LIST}new/").status_code == 403


def test_the_list_costs_the_same_for_one_and_fifty(client, page, sms, same_queries):
    assert "Nothing recurs yet" in client.get(LIST).text
    for count in (1, 49):
        for _each in range(count):
            series(sms, pages=[page])
        with same_queries(at_most=16):
            client.get(LIST)
    assert not Window.objects.exists()


def test_what_was_announced_before_the_rule_changed_stands_there_with_its_own_times(client, page, sms):
    first = (timezone.now() + timedelta(days=16)).replace(hour=2, minute=0, second=0, microsecond=0)
    row = series(sms, pages=[page], rule="FREQ=WEEKLY", first_at=first, time_zone="UTC", announce_days=40)
    timing.make_windows(timezone.now())
    announced = row.windows.order_by("occurrence")
    count = announced.count()
    address = reverse("statuspage_staff:series", args=[row.public_id])
    assert "It keeps the times that it has" not in client.get(address).text

    later = form(page, sms, date=first.date().isoformat(), time="05:00", rule="FREQ=WEEKLY", series=row.public_id)
    beside = client.post(f"{LIST}count/", later | {"time_zone": "UTC"})
    assert beside.text.count("It keeps the times that it has") == count >= 3
    assert "no longer" not in beside.text

    next_day = {"date": (first + timedelta(days=1)).date().isoformat(), "time": "02:00", "time_zone": "UTC"}
    beside = client.post(f"{LIST}count/", later | next_day)
    assert "Announced, on days that the rule has no longer" in beside.text
    assert [window.public_id in beside.text for window in announced] == [True] * count


def test_a_series_whose_components_are_gone_says_so_everywhere(client, page, sms, support):
    row = series(sms, pages=[page])
    address = reverse("statuspage_staff:series", args=[row.public_id])
    for path in (LIST, address, reverse("admin:index")):
        assert "gone" not in client.get(path).text
        assert "nothing any more" not in client.get(path).text
    row.impacts.all().delete()
    assert "Affects nothing any more" in client.get(LIST).text
    assert "nothing is made of it until you choose a component" in client.get(address).text
    assert address in client.get(reverse("admin:index")).text
    assert "affects nothing any more: choose components, or stop it" in client.get(reverse("admin:index")).text
