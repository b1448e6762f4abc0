"""Promises kept and broken, from facts only; and the screen and the export that tell of them."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from incidents import actions
from incidents.choices import Audience, Promise, Status
from incidents.clocks import compliance, figures
from incidents.clocks.promises import Subject, broken
from incidents.exceptions import DomainError, NotAllowed
from incidents.models import Breach, Incident
from tests import factories as make

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LATER = START + timedelta(days=1)

pytestmark = pytest.mark.django_db


def at(minutes):
    return time_machine.travel(START + minutes * MINUTE, tick=False)


def told(*minutes, title="SMS delayed", **facts):
    """Detected at 0 and told at these minutes; the last says that it is over."""
    with at(0):
        incident = make.confirmed(detected_at=START, title=title, **facts)
    for minute in minutes[:-1]:
        with at(minute):
            make.update(incident)
    with at(minutes[-1]):
        make.update(incident, status=Status.RESOLVED, override_reason="For a test.")
    return incident


def promises(now=LATER):
    found = compliance.promises_of(compliance.counted())
    return [(p.clock, (p.due_at - START) // MINUTE, p.late_by(now) // MINUTE) for p in found if p.is_judged(now)]


def report(user=None, now=LATER, **chosen):
    user = user or make.in_group("Engineering Leads")
    start = datetime(2026, 11, 1, tzinfo=UTC)
    return figures.report(user, start=start, end=datetime(2026, 12, 1, tzinfo=UTC), now=now, **chosen)


def test_the_first_notice_and_each_interval_are_promises_of_their_own():
    told(14, 40, 75, 80)
    assert promises() == [
        (Promise.FIRST_NOTICE, 15, 0),
        (Promise.NEXT_UPDATE, 44, 0),
        (Promise.NEXT_UPDATE, 70, 5),
        (Promise.NEXT_UPDATE, 105, 0),
    ]


def test_a_promise_is_kept_up_to_its_second():
    told(15, 45)
    assert [late for _clock, _due, late in promises()] == [0, 0]
    assert report().total.late == 0


def test_what_is_not_due_yet_says_nothing_and_what_is_due_is_late_already():
    with at(0):
        make.confirmed(detected_at=START)
    assert promises(START + 15 * MINUTE) == []
    assert promises(START + 20 * MINUTE) == [(Promise.FIRST_NOTICE, 15, 5)]


def test_a_suspicion_counts_and_owes_no_notice_before_it_is_confirmed():
    with at(0):
        incident = make.suspicion(detected_at=START)
    with at(20):
        assert promises(START + 20 * MINUTE) == [(Promise.SUSPICION, 10, 10)]
        actions.dismiss(incident, reason="Nothing.", by=None)
    assert promises() == [(Promise.SUSPICION, 10, 10)]


def test_an_update_that_was_withdrawn_kept_nothing():
    with at(0):
        incident = make.told()
    with at(20):
        withdrawn = make.update(incident)
        actions.withdraw_update(withdrawn, reason="So", by=None)
    assert promises(START + 40 * MINUTE)[-1] == (Promise.NEXT_UPDATE, 30, 10)


def test_reopened_the_word_that_it_is_back_is_a_promise():
    incident = told(5, 10)
    with at(60):
        actions.reopen(incident, reason="Back.", by=None)
    with at(80):
        make.update(incident, status=Status.INVESTIGATING)
    assert (Promise.REOPENING, 75, 5) in promises(START + 81 * MINUTE)


@pytest.mark.parametrize(("minute", "late"), [(29, None), (35, 5)])
def test_the_clocks_of_a_merged_incident_stop_at_the_merging(minute, late):
    with at(0):
        source, target = make.told(title="One"), make.told(title="Other")
        make.update(target, promised_at=START + 300 * MINUTE)
    with at(minute):
        actions.merge(source, into=target, by=None)
    mine = [
        p.late_by(LATER) // MINUTE
        for p in compliance.promises_of(Incident.objects.filter(pk=source.pk))
        if p.clock == Promise.NEXT_UPDATE
    ]
    assert mine == ([late] if late else [])


@pytest.mark.parametrize("kind", ["drill", "backfilled", "internal"])
def test_what_owes_nothing_is_not_counted(kind):
    with at(0):
        getattr(make, kind)()
    assert promises() == []


def test_what_was_taken_from_the_public_is_not_counted():
    incident = told(20, 25)
    actions.set_audience(incident, audience=Audience.INTERNAL, reason="So", by=None)
    assert promises() == []


# Figures


def test_figures_say_how_many_and_by_how_much():
    for minutes in (10, 17, 19, 25):
        told(minutes, minutes + 1)
    total = report(clock=Promise.FIRST_NOTICE).total
    assert (total.met, total.late, total.percent) == (1, 3, 25)
    assert (total.median, total.worst) == (4 * MINUTE, 10 * MINUTE)
    assert [p.late_by(LATER) // MINUTE for p in report(clock="first_notice").late] == [10, 4, 2]


def test_figures_by_clock_month_severity_and_team_add_up():
    core, owner = make.team(name="Core"), make.user(team=None)
    owner.team = core
    owner.save()
    told(10, 20, owner=owner, severity="critical")
    told(20, 30)
    found = report()
    assert [(t.key, t.met, t.late) for t in found.by_clock()] == [("first_notice", 1, 1), ("next_update", 2, 0)]
    assert [(t.label, t.total) for t in found.by_month()] == [("November 2026", 4)]
    assert [(t.label, t.total) for t in found.by_severity()] == [("Critical", 2), ("Minor", 2)]
    assert [(t.label, t.total) for t in found.by_team()] == [("Core", 2), ("No team", 2)]
    assert report(team=str(core.pk)).total.total == 2
    assert report(team="none").total.late == 1
    assert report(severity=3).total.total == 2


def test_without_a_lead_it_counts_for_the_team_that_owns_what_fails():
    core = make.team(name="Core")
    told(10, 20, affects=[make.component(team=core)])
    assert [t.label for t in report().by_team()] == ["Core"]


@pytest.mark.parametrize(
    ("met", "late", "percent"), [(2, 1, 67), (1, 2, 33), (299, 1, 99), (1, 299, 1), (0, 3, 0), (3, 0, 100), (0, 0, 100)]
)
def test_a_share_is_the_nearest_percent_and_neither_all_nor_none_that_is_not(met, late, percent):
    assert figures.PromiseFigures("", "", met, late, MINUTE, MINUTE).whole_percent == percent


def test_restricted_incidents_count_for_those_who_may_see_them_only():
    with at(0):
        make.suspicion(is_data_leak=True, title="Keys in a log")
    assert report().total.total == 0
    assert report(make.in_group("Security")).total.late == 1


def test_the_figures_cost_the_same_for_one_and_for_many(same_queries):
    user = make.in_group("Engineering Leads")
    team = make.team()
    told(20, 30, affects=[make.component(team=team)])
    with same_queries(at_most=18):
        report(user)
    for _n in range(3):
        told(20, 60, affects=[make.component(team=team), make.component(team=make.team())])
    user = type(user).objects.get(pk=user.pk)
    with same_queries(at_most=18):
        report(user)


# Breaches and their reasons


def breach(incident=None):
    incident = incident or told(20, 30)
    promise = next(p for p in compliance.promises_of(Incident.objects.filter(pk=incident.pk)) if p.is_late(LATER))
    return actions.notice_breach(promise)


def test_noticed_twice_it_is_noted_once():
    incident = told(20, 30)
    assert breach(incident) == breach(incident)
    assert Breach.objects.count() == 1


def test_the_reason_is_kept_with_who_gave_it_and_what_stood_before():
    row, engineer = breach(), make.in_group("Engineering")
    actions.explain_breach(row, reason="  Nobody was\n awake. ", by=engineer)
    actions.explain_breach(row, reason="The page did not reach the phone.", by=engineer)
    row.refresh_from_db()
    assert (row.reason, row.reason_by) == ("The page did not reach the phone.", engineer)
    assert list(row.history.values_list("reason", flat=True)) == [
        "The page did not reach the phone.", "Nobody was awake.", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("group", "reason", "field"),
    [("Viewers", "So", None), ("Support", "  ", "reason"), ("Support", "x" * 256, "reason")],
)
def test_a_reason_needs_the_right_and_some_words(group, reason, field):
    row = breach()
    with pytest.raises(DomainError) as refused:
        actions.explain_breach(row, reason=reason, by=make.in_group(group))
    assert refused.value.field == field
    row.refresh_from_db()
    assert row.reason == ""


def test_who_may_not_see_the_incident_may_not_explain_it():
    with at(0):
        incident = make.suspicion(is_data_leak=True)
    with time_machine.travel(LATER):
        row = breach(incident)
        with pytest.raises(NotAllowed):
            actions.explain_breach(row, reason="So", by=make.in_group("Engineering"))


def test_the_workspace_asks_why_and_keeps_the_answer(client):
    row = breach()
    client.force_login(make.in_group("Support"))
    workspace = reverse("admin:incidents_incident_change", args=[row.incident.public_id])
    page = client.get(workspace).content.decode()
    assert "5 min late" in page
    address = reverse("admin:promise_explain", args=[row.pk])
    assert address in page
    assert "What happens" in client.get(address).content.decode()
    assert "Say why; it stays on the record." in client.post(address, {"reason": " "}).content.decode()
    assert client.post(address, {"reason": "Nobody was awake."}).url == f"{workspace}#late"
    assert "Nobody was awake." in client.get(workspace).content.decode()


def test_viewers_read_the_reason_and_are_not_asked(client):
    row = breach()
    client.force_login(make.in_group("Viewers"))
    assert (
        'name="reason"'
        not in client.get(reverse("admin:incidents_incident_change", args=[row.incident.public_id])).content.decode()
    )
    assert client.post(reverse("admin:promise_explain", args=[row.pk]), {"reason": "x"}).status_code == 403


def test_a_corrected_time_that_keeps_the_promise_ends_the_question(client):
    row = breach()
    actions.change_facts(row.incident, detected_at=START + 10 * MINUTE, reason="Seen later.", by=None)
    assert broken(Subject(compliance.INCIDENT_CLOCKS, row.incident), now=LATER) == []


def test_home_asks_the_owner_for_the_reason(client):
    owner = make.in_group("Engineering")
    with time_machine.travel(LATER):
        row = breach(told(20, 30, owner=owner))
        client.force_login(owner)

        def asked():
            steps = client.get(reverse("admin:index")).context["mine"]
            return [(step.detail, step.url) for step in steps if "Say why" in step.detail]

        assert asked() == [("First notice: 5 min late. Say why", reverse("admin:promise_explain", args=[row.pk]))]
        actions.explain_breach(row, reason="Nobody was awake.", by=owner)
        assert asked() == []


def test_home_asks_for_no_reason_while_customers_still_wait(client):
    owner = make.in_group("Engineering")
    with at(0):
        incident = make.confirmed(detected_at=START, owner=owner)
    with time_machine.travel(LATER):
        breach(incident)
        client.force_login(owner)
        assert [step.detail for step in client.get(reverse("admin:index")).context["mine"]] == [
            "Customers have not been told yet"
        ]


# The screen


def look(client, query="?first=2026-11&last=2026-11", group="Managers"):
    client.force_login(make.in_group(group))
    with time_machine.travel(LATER):
        return client.get(f"{reverse('admin:promises')}{query}")


def test_the_screen_says_it_in_a_sentence_and_lists_the_late_ones(client):
    row = breach(told(20, 30, title="Calls dropped"))
    actions.explain_breach(row, reason="Nobody was awake.", by=None)
    told(10, 20)
    response = look(client)
    page = response.content.decode()
    assert response.context["sentence"] == "3 of 4 promises were kept."
    assert "Calls dropped" in page
    assert "Nobody was awake." in page
    assert page.count('<svg class="bw-share"') == 2 + 1 + 1 + 1


def test_the_screen_is_calm_where_nothing_was_due(client):
    response = look(client)
    assert response.context["sentence"] == "No promise was due."
    assert "Nothing was due" in response.content.decode()


@pytest.mark.parametrize("query", ["?first=nonsense", "?first=2026-12&last=2026-11", "?severity=9", "?team=x", "?p=zz"])
def test_a_wrong_choice_is_answered_in_words(client, query):
    told(20, 30)
    assert look(client, query).status_code in (200, 422)


def test_the_screen_names_no_restricted_incident(client):
    with at(0):
        make.suspicion(is_data_leak=True, title="Keys in a log")
    assert "Keys in a log" not in look(client, group="Engineering Leads").content.decode()
    assert "Keys in a log" in look(client, group="Security").content.decode()


def test_the_sidebar_leads_there_for_those_who_may(client):
    client.force_login(make.user())
    assert client.get(reverse("admin:promises")).status_code == 403
    assert client.get(reverse("admin:promises_export")).status_code == 403
    assert reverse("admin:promises") not in client.get(reverse("admin:index")).content.decode()


def test_the_export_holds_every_promise_and_no_formula(client):
    told(20, 30, title="=HYPERLINK(1)")
    make.restricted()
    client.force_login(make.in_group("Managers"))
    with time_machine.travel(LATER):
        response = client.get(f"{reverse('admin:promises_export')}?first=2026-11&last=2026-11")
    assert response["Content-Disposition"] == 'attachment; filename="promises-2026-11-2026-11.csv"'
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["promise"], row["kept"], row["late_minutes"]) for row in rows] == [
        ("first_notice", "no", "5.0"), ("next_update", "yes", "0.0"),
    ]  # fmt: skip
    assert {row["title"] for row in rows} == {"'=HYPERLINK(1)"}
