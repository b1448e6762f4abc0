"""Deadlines derived from facts, at their boundaries (2-11, 2-17, 3-22, DESIGN section 4)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, Status
from incidents.clocks import clocks
from incidents.clocks.clock import Clock, State
from incidents.models import Incident
from tests import factories as make

START = timezone.now().replace(microsecond=0) - timedelta(days=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def minutes(count):
    return time_machine.travel(START + count * MINUTE, tick=False)


def clocks_of(incident):
    row = clocks.annotated(Incident.objects.all()).get(pk=incident.pk)
    return {clock.key: clock for clock in clocks.clocks_of(row)}


# The states of one clock


@pytest.mark.parametrize(
    ("left", "state"),
    [
        (60 * MINUTE, State.RUNNING),
        (15 * MINUTE, State.RUNNING),
        (15 * MINUTE - SECOND, State.SOON),  # the last quarter
        (7 * MINUTE, State.SOON),
        (timedelta(), State.SOON),
        (-SECOND, State.LATE),
    ],
)
def test_an_hour_runs_short_in_its_last_quarter(left, state):
    clock = Clock("next_update", "Next update", START, START + 60 * MINUTE)
    assert clock.state(clock.due_at - left) == state


@pytest.mark.parametrize(("left", "state"), [(7 * MINUTE, State.RUNNING), (7 * MINUTE - SECOND, State.SOON)])
def test_a_short_clock_runs_short_at_seven_minutes(left, state):
    clock = Clock("suspicion", "Confirm or dismiss", START, START + 10 * MINUTE)
    assert clock.state(clock.due_at - left) == state


@pytest.mark.parametrize(("late", "state"), [(-SECOND, State.MET), (timedelta(), State.MET), (SECOND, State.MISSED)])
def test_a_promise_is_kept_up_to_its_time(late, state):
    due_at = START + 15 * MINUTE
    clock = Clock("first_notice", "First notice", START, due_at, met_at=due_at + late)
    assert clock.state(due_at + 99 * MINUTE) == state
    assert not clock.is_running
    assert clock.took == 15 * MINUTE + late


# The clocks of an incident

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gate_only_warns")]


def test_a_suspicion_is_to_be_confirmed_in_ten_minutes_and_the_notice_runs_already():
    with minutes(5):
        incident = make.suspicion(detected_at=START)
    found = clocks_of(incident)
    assert set(found) == {"suspicion", "first_notice"}
    assert found["suspicion"].due_at == START + 15 * MINUTE
    assert found["first_notice"].due_at == START + 15 * MINUTE
    assert found["suspicion"].is_running


def test_confirming_and_dismissing_stop_the_first_clock():
    with minutes(0):
        confirmed, dismissed = make.suspicion(), make.suspicion()
    with minutes(10):
        actions.confirm(confirmed, rule=make.rule(), severity=make.severity(), by=None)
    with minutes(11):
        actions.dismiss(dismissed, reason="So", by=None)
    assert clocks_of(confirmed)["suspicion"].state(timezone.now()) == State.MET
    assert clocks_of(dismissed)["suspicion"].state(timezone.now()) == State.MISSED
    assert set(clocks_of(dismissed)) == {"suspicion"}


def test_the_first_notice_is_due_fifteen_minutes_after_detection():
    with minutes(5):
        incident = make.confirmed(detected_at=START)
    assert set(clocks_of(incident)) == {"first_notice"}
    with minutes(14):
        make.update(incident)
    clock = clocks_of(incident)["first_notice"]
    assert (clock.due_at, clock.met_at) == (START + 15 * MINUTE, START + 14 * MINUTE)


def test_the_next_update_is_due_as_promised():
    with minutes(0):
        incident = make.told()
        assert clocks_of(incident)["next_update"].due_at == START + 30 * MINUTE
        assert not clocks_of(incident)["next_update"].is_promise
        make.update(incident, promised_at=START + 12 * MINUTE)
    clock = clocks_of(incident)["next_update"]
    assert (clock.due_at, clock.is_promise) == (START + 12 * MINUTE, True)
    assert clock.state(START + 13 * MINUTE) == State.LATE


def test_an_update_that_was_withdrawn_promises_nothing():
    with minutes(0):
        incident = make.told()
    with minutes(5):
        later = make.update(incident, promised_at=START + 60 * MINUTE)
    actions.withdraw_update(later, reason="So", by=None)
    assert clocks_of(incident)["next_update"].due_at == START + 30 * MINUTE


def test_after_the_all_clear_no_clock_of_the_public_runs():
    incident = make.resolved()
    assert [key for key, clock in clocks_of(incident).items() if clock.is_running] == []


def test_resolved_inside_the_promise_to_the_public_still_runs():
    incident = actions.change_stage(make.told(), status=Status.RESOLVED, by=None)
    assert clocks_of(incident)["next_update"].is_running


@pytest.mark.parametrize("kind", ["internal", "restricted", "drill", "backfilled"])
def test_what_the_public_never_hears_of_owes_it_nothing(kind):
    assert clocks_of(getattr(make, kind)()) == {}


def test_what_is_taken_from_the_public_owes_it_nothing_more():
    incident = make.told()
    actions.set_audience(incident, audience=Audience.INTERNAL, reason="So", by=None)
    assert clocks_of(incident) == {}


def test_a_drill_has_no_clock_from_the_first_suspicion():
    assert clocks_of(make.suspicion(is_drill=True)) == {}


def test_a_suspected_leak_has_only_the_clock_of_the_suspicion():
    assert set(clocks_of(make.suspicion(is_data_leak=True))) == {"suspicion"}


def test_a_running_clock_leads():
    with minutes(0):
        calm = make.told()
        make.update(calm, promised_at=START + 60 * MINUTE)
    (incident,) = clocks.annotated(Incident.objects.all())
    assert [clock.is_running for clock in clocks.clocks_of(incident)] == [True, False]


def test_clocks_of_many_incidents_ask_nothing(django_assert_num_queries):
    make.told()
    make.suspicion()
    incidents = list(clocks.annotated(Incident.objects.all()))
    with django_assert_num_queries(0):
        for incident in incidents:
            clocks.clocks_of(incident)


def test_a_reopened_incident_owes_the_public_a_word_until_it_is_said():
    incident = make.resolved()
    incident = actions.reopen(incident, reason="It is back.", by=None)
    waiting = clocks.clocks_of(clocks.annotated(Incident.objects.all()).get())[0]
    assert (waiting.key, waiting.due_at - waiting.started_at) == ("reopening", timedelta(minutes=15))

    make.update(incident, status=Status.INVESTIGATING)

    assert clocks.clocks_of(clocks.annotated(Incident.objects.all()).get())[0].key == "next_update"


def test_an_incident_that_is_resolved_again_owes_nothing():
    incident = actions.reopen(make.resolved(), reason="It is back.", by=None)
    make.update(incident, status=Status.RESOLVED, override_reason="For a test.")

    kept = clocks.clocks_of(clocks.annotated(Incident.objects.all()).get())
    assert [clock.is_running for clock in kept] == [False] * len(kept)


def test_taken_up_again_the_clock_of_a_suspicion_starts_anew():
    with minutes(0):
        incident = make.suspicion()
    with minutes(5):
        incident = actions.dismiss(incident, reason="A test account.", by=None)
    with minutes(180):
        incident = actions.reconsider(incident, by=None)
        clock = clocks_of(incident)["suspicion"]
        assert (clock.started_at, clock.due_at) == (START + 180 * MINUTE, START + 190 * MINUTE)
        assert clock.state(timezone.now()) == State.RUNNING
    with minutes(185):
        incident = actions.dismiss(incident, reason="Nothing again.", by=None)
        assert clocks_of(incident)["suspicion"].state(timezone.now()) == State.MET


def test_taken_up_again_it_has_the_limit_of_now():
    incident = make.dismissed()
    severity = incident.severity
    severity.suspicion_minutes = 4
    severity.save()
    assert actions.reconsider(incident, by=None).suspicion_limit == 4


def test_the_first_notice_counts_from_detection_also_when_taken_up_again():
    with minutes(0):
        incident = make.dismissed()
    with minutes(180):
        incident = actions.reconsider(incident, by=None)
        assert clocks_of(incident)["first_notice"].due_at == START + 15 * MINUTE
