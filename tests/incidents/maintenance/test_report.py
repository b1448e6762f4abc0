"""Notice compliance: what is counted, how it is grouped, and as CSV."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from incidents.maintenance import actions, notice_report
from incidents.maintenance.models import Window
from tests import factories as make

pytestmark = pytest.mark.django_db
REPORT = "/admin/maintenance/report/"


def emergency(*components, **facts) -> Window:
    by, approver = make.in_group("Support"), make.in_group("Managers")
    components = components or (make.component(),)
    window = make.window(*components, starts_at=timezone.now() + timedelta(days=2), by=by, **facts)
    make.place_window(make.page(*components), window)
    actions.approve(actions.ask_approval(window, approver=approver, reason="It burns.", by=by), by=approver)
    window.refresh_from_db()
    return window


def found(**chosen):
    now = timezone.now()
    start, end = now - timedelta(days=365), now + timedelta(days=365)
    return notice_report.report(make.superuser(), start=start, end=end, now=now, **chosen)


def test_planned_and_emergencies_are_counted_with_their_notice():
    make.scheduled()
    make.scheduled()
    window = emergency()
    make.scheduled(audience="internal")
    actions.cancel(make.scheduled(), reason="Not needed.", by=None)

    report = found()

    assert (report.total.total, report.total.planned, report.total.whole_percent) == (3, 2, 67)
    assert [row.window for row in report.emergencies] == [window]
    assert sum(bar.planned for bar in report.bars) == 2
    assert sum(bar.emergencies for bar in report.bars[:10]) == 1


def test_it_is_grouped_by_page_and_team():
    team = make.team(name="Network")
    sms = make.component()
    page = make.page(sms, name="Larkwire")
    make.scheduled(sms, page=page, team=team)
    emergency(owner=make.user(team=team))
    make.scheduled()

    report = found()

    assert [(row.label, row.total, row.planned) for row in report.by_team()] == [("Network", 2, 1), ("No team", 1, 1)]
    assert ("Larkwire", 1) in [(row.label, row.total) for row in report.by_page()]
    assert found(team=str(team.pk)).total.total == 2
    assert found(team="none").total.total == 1
    assert found(page="Larkwire").total.total == 1


def test_what_overran_and_what_ended_early_stand_with_by_how_much():
    early, late = make.scheduled(), make.scheduled()
    at = timezone.now() - timedelta(hours=5)
    for window, minutes in ((early, 90), (late, 150)):
        ended = at + timedelta(minutes=minutes)
        Window.objects.filter(pk=window.pk).update(
            state="completed", starts_at=at, started_at=at, ends_at=at + timedelta(hours=2), ended_at=ended
        )
    report = found()
    half = timedelta(minutes=30)
    assert [(row.window.pk, by) for row, by in report.overran] == [(late.pk, half)]
    assert [(row.window.pk, by) for row, by in report.early] == [(early.pk, half)]


def test_extended_it_is_early_and_longer_against_the_end_that_was_announced_before_it_began(client):
    """To 18:00, extended to 20:30."""
    begun = timezone.now().replace(microsecond=0) + timedelta(days=40)
    plan, later = begun + timedelta(hours=6), begun + timedelta(hours=8, minutes=30)
    lasted = {"early": timedelta(hours=1, minutes=29), "as told": timedelta(hours=6, seconds=40),
              "longer": timedelta(hours=7), "runs": None, "broken off": timedelta(hours=2)}  # fmt: skip
    for title, length in lasted.items():
        window = make.scheduled(title=title, starts_at=begun, ends_at=plan, is_automatic=False)
        with time_machine.travel(begun, tick=False) as clock:
            actions.begin(window, by=None)
            actions.extend(window, ends_at=later, by=None)
            clock.shift(length or timedelta())
            if title == "broken off":
                actions.cancel(window, reason="It failed.", by=None)
            elif length:
                actions.end(window, by=None)

    with time_machine.travel(plan + timedelta(hours=2), tick=False):
        report = found()
        client.force_login(make.in_group("Managers", time_zone="UTC"))
        month = f"{begun:%Y-%m}"
        answer = client.get(f"{REPORT}export/?first={month}&last={month}")
        shown = client.get(f"{REPORT}?first={month}&last={month}").text
    hour = timedelta(hours=1)
    assert [(row.window.title, by) for row, by in report.overran] == [("runs", 2 * hour), ("longer", hour)]
    assert [(row.window.title, by) for row, by in report.early] == [("early", timedelta(hours=4, minutes=31))]
    lines = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert {line["title"]: (line["overran_minutes"], line["early_minutes"]) for line in lines} == {
        "early": ("0.0", "271.0"), "as told": ("0.0", "0.0"), "longer": ("60.0", "0.0"), "runs": ("120.0", "0.0"),
        "broken off": ("0.0", "0.0"),
    }  # fmt: skip
    assert "4 h 31 min early" in shown
    assert "1 h longer than announced" in shown


def test_the_screen_and_the_file_say_the_same(client):
    client.force_login(make.in_group("Managers", time_zone="UTC"))
    assert "Nothing to report" in client.get(REPORT).text
    window = emergency()
    month = f"{window.starts_at:%Y-%m}"
    shown = client.get(f"{REPORT}?first={month}&last={month}")
    assert "It burns." in shown.text
    assert shown.context["report"].total.emergencies == 1

    answer = client.get(f"{REPORT}export/?first={month}&last={month}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    [line] = csv.DictReader(io.StringIO(text))
    assert (line["window"], line["class"], line["reason"]) == (window.public_id, "emergency", "It burns.")
    assert line["arithmetic"].startswith("Emergency: ")
    assert int(line["notice_days"]) < int(line["asked_days"])


def test_a_wrong_month_is_said_at_its_field(client):
    client.force_login(make.in_group("Managers"))
    answer = client.get(f"{REPORT}?first=2026-13")
    assert "Write a year and a month" in answer.text


def test_it_costs_the_same_for_one_and_fifty(same_queries):
    for count in (1, 49):
        for _each in range(count):
            make.scheduled()
        user = make.superuser()
        now = timezone.now()
        with same_queries(at_most=4):
            notice_report.report(user, start=now, end=now + timedelta(days=365), now=now).by_team()


def test_the_home_of_those_who_approve_says_how_much_notice_there_was(client):
    client.force_login(make.in_group("Managers"))
    assert "Notice of maintenance" not in client.get("/admin/").text
    emergency()
    now = timezone.now()
    Window.objects.update(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
    assert "0 of 1 windows" in client.get("/admin/").text
    client.force_login(make.in_group("Engineering"))
    assert "Notice of maintenance" not in client.get("/admin/").text
