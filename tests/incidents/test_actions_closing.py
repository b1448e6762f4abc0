"""Stages, the closure gate and its override, and the way back (0-26, 1-13, 1-16, 3-31)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from incidents import actions, gate
from incidents.choices import EntryKind, GateHardness, Level, Status
from incidents.exceptions import DomainError, GateNotMet, NotAllowed
from incidents.models import Incident, Resolution
from tests import factories as make

pytestmark = pytest.mark.django_db

START = timezone.now().replace(microsecond=0) - timedelta(days=1)


def minutes(count):
    return time_machine.travel(START + timedelta(minutes=count), tick=False)


def meet_the_gate(incident):
    """Everything but health: both attestations, and the three answers."""
    for condition in ("stable", "fix_time"):
        actions.attest(incident, condition=condition, by=None)
    actions.change_facts(incident, workflow_impact=False, data_impact=False, by=None)


def resolve(incident, **options):
    options = {"override_reason": ""} | options
    return make.update(incident, status=Status.RESOLVED, body="It works again.", **options)


def state(incident):
    return {condition.key: condition.is_met for condition in gate.conditions(incident, now=timezone.now())}


# The gate's arithmetic


def test_healthy_since_the_later_of_monitoring_and_the_end_of_the_last_impact():
    with minutes(0):
        incident = make.confirmed()
        assert gate.healthy_since(incident) is None
    with minutes(10):
        incident = actions.change_stage(incident, status=Status.MONITORING, by=None)
        assert gate.healthy_since(incident) is None  # an impact is open
    with minutes(12):
        sms = incident.impacts.get().component
        incident = actions.set_impacts(incident, [make.affected(sms, level=Level.OPERATIONAL)], by=None)
        assert gate.healthy_since(incident) == START + timedelta(minutes=12)
    with minutes(20):
        incident = actions.change_stage(incident, status=Status.IDENTIFIED, by=None)
        assert gate.healthy_since(incident) is None  # not being watched
    with minutes(30):
        incident = actions.change_stage(incident, status=Status.MONITORING, by=None)
        assert gate.healthy_since(incident) == START + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("severity", "after", "healthy"),
    [("minor", 4, False), ("minor", 5, True), ("major", 14, False), ("major", 15, True), ("critical", 16, True)],
)
def test_healthy_for_fifteen_minutes_means_fifteen_and_five_for_a_minor_one(severity, after, healthy):
    with minutes(0):
        incident = make.confirmed(severity=severity)
        actions.set_impacts(
            incident, [make.affected(incident.impacts.get().component, level=Level.OPERATIONAL)], by=None
        )
        incident = actions.change_stage(incident, status=Status.MONITORING, by=None)
    with minutes(after):
        assert state(incident)["healthy"] is healthy


def test_the_gate_says_how_many_minutes_are_left():
    with minutes(0):
        incident = make.confirmed(severity="major")
        actions.set_impacts(
            incident, [make.affected(incident.impacts.get().component, level=Level.OPERATIONAL)], by=None
        )
        incident = actions.change_stage(incident, status=Status.MONITORING, by=None)
    with time_machine.travel(START + timedelta(minutes=3, seconds=1), tick=False):
        healthy = gate.conditions(incident, now=timezone.now())[0]
    assert (healthy.detail, healthy.ready_at) == ("12 min to go", START + timedelta(minutes=15))


def test_a_catch_up_time_is_needed_where_something_has_to_catch_up():
    incident = make.confirmed()
    assert state(incident)["catch_up_eta"]
    incident = actions.change_facts(incident, data_impact=True, workflow_impact=False, by=None)
    assert state(incident) == {
        "healthy": False, "stable": False, "fix_time": False, "workflow_impact": True, "data_impact": True,
        "catch_up_eta": False,
    }  # fmt: skip
    incident = actions.change_facts(incident, catch_up_eta=timezone.now() + timedelta(hours=1), by=None)
    assert state(incident)["catch_up_eta"]


def test_an_attestation_can_be_taken_back():
    incident = make.confirmed()
    lead = make.in_group("Engineering Leads")
    incident = actions.attest(incident, condition="stable", by=lead)
    assert (state(incident)["stable"], incident.stable_by) == (True, lead)
    incident = actions.attest(incident, condition="stable", given=False, by=lead)
    assert (state(incident)["stable"], incident.stable_by) == (False, None)
    assert [e.data["given"] for e in incident.timeline.filter(kind=EntryKind.ATTESTED)] == [False, True]


def test_only_an_open_confirmed_incident_is_attested():
    for incident in (make.suspicion(), make.resolved()):
        with pytest.raises(DomainError):
            actions.attest(incident, condition="stable", by=None)


def test_both_attested_stamp_mitigated_and_one_taken_back_takes_that_away():
    """3-31."""
    incident = make.confirmed()
    with minutes(10):
        incident = actions.attest(incident, condition="stable", by=None)
    assert incident.mitigated_at is None
    with minutes(12):
        incident = actions.attest(incident, condition="fix_time", by=None)
    assert incident.mitigated_at == START + timedelta(minutes=12)
    with minutes(20):
        assert actions.attest(incident, condition="stable", given=False, by=None).mitigated_at is None


def test_a_time_of_mitigation_that_a_person_wrote_stays():
    with minutes(0):
        incident = make.confirmed()
    with minutes(30):
        at = START + timedelta(minutes=7)
        incident = actions.change_facts(incident, mitigated_at=at, by=None)
        for condition in ("stable", "fix_time"):
            incident = actions.attest(incident, condition=condition, by=None)
        assert incident.mitigated_at == at
        assert actions.attest(incident, condition="stable", given=False, by=None).mitigated_at == at


# The gate at work


def test_a_minor_incident_asks_for_health_and_two_answers_and_warns_of_the_rest():
    with minutes(0):
        incident = make.told()
        sms = incident.impacts.get().component
        make.update(incident, status=Status.MONITORING, states=[make.affected(sms, level=Level.OPERATIONAL)])
    with minutes(4), pytest.raises(GateNotMet) as refusal:
        resolve(incident, by=make.in_group("Support"))
    assert refusal.value.missing == [
        "Healthy for 5 min: 1 min to go",
        "Workflow impact: not answered yet",
        "Data impact: not answered yet",
    ]
    with minutes(5):
        actions.change_facts(incident, workflow_impact=False, data_impact=False, by=None)
        resolve(incident, by=make.in_group("Support"))
    resolution = incident.resolutions.get()
    assert resolution.override_reason == ""
    assert resolution.missing == [
        "Stable without hands: not attested yet",
        "Time enough for a proper fix: not attested yet",
    ]


def test_where_the_gate_only_warns_it_keeps_what_was_missing(gate_only_warns):
    incident = make.told()
    resolve(incident, by=make.in_group("Support"))
    incident.refresh_from_db()

    assert incident.status == Status.RESOLVED
    resolution = incident.resolutions.get()
    assert (resolution.override_reason, len(resolution.missing)) == ("", 5)
    assert resolution.missing[0] == "Healthy for 5 min: counts from Monitoring, once no impact is open"


@pytest.mark.parametrize("severity", ["major", "critical"])
@pytest.mark.parametrize("door", ["post_update", "change_stage"])
def test_for_a_major_or_critical_incident_the_gate_blocks(severity, door):
    incident = make.told(severity=severity)
    support = make.in_group("Support")

    with pytest.raises(GateNotMet) as refusal:
        if door == "post_update":
            resolve(incident, by=support)
        else:
            actions.change_stage(incident, status=Status.RESOLVED, by=support)

    assert len(refusal.value.missing) == 5
    assert str(refusal.value).startswith("The closure gate is not met: Healthy for 15 min")
    incident.refresh_from_db()
    assert (incident.status, incident.version, incident.updates.count()) == (Status.INVESTIGATING, 2, 1)
    assert incident.impacts.open().exists()
    assert not Resolution.objects.exists()


def test_a_refused_resolution_saves_nothing_of_what_came_with_it():
    incident = make.told(severity="major")
    other = make.component()
    with pytest.raises(GateNotMet):
        resolve(incident, states=[make.affected(other, level=Level.MAJOR)])
    assert not other.impacts.exists()
    assert not incident.timeline.filter(data__component=other.name).exists()


def test_only_a_lead_overrides_the_gate_and_the_reason_stays():
    incident = make.told(severity="major")
    with pytest.raises(NotAllowed):
        resolve(incident, by=make.in_group("Support"), override_reason="We are sure.")
    with pytest.raises(GateNotMet):
        resolve(incident, by=make.in_group("Engineering Leads"), override_reason="  ")

    lead = make.in_group("Engineering Leads")
    resolve(incident, by=lead, override_reason=" The carrier confirmed. ")

    resolution = incident.resolutions.get()
    assert (resolution.by, resolution.override_reason) == (lead, "The carrier confirmed.")
    assert len(resolution.missing) == 5
    entry = incident.timeline.get(kind=EntryKind.RESOLVED)
    assert (entry.text, entry.data["override_reason"]) == ("The carrier confirmed.", "The carrier confirmed.")


def test_a_major_incident_whose_gate_is_met_needs_no_lead():
    with minutes(0):
        incident = make.told(severity="major")
        sms = incident.impacts.get().component
        make.update(incident, status=Status.MONITORING, states=[make.affected(sms, level=Level.OPERATIONAL)])
        meet_the_gate(incident)
    with minutes(15):
        resolve(incident, by=make.in_group("Support"), override_reason="not needed")
    resolution = incident.resolutions.get()
    assert (resolution.missing, resolution.override_reason) == ([], "")


def test_zero_healthy_minutes_let_it_resolve_at_once():
    minor = make.severity()
    minor.healthy_minutes, minor.gate = 0, GateHardness.ALL
    minor.save()
    incident = make.told(severity=minor)
    sms = incident.impacts.get().component
    make.update(incident, status=Status.MONITORING, states=[make.affected(sms, level=Level.OPERATIONAL)])
    meet_the_gate(incident)
    resolve(incident, by=make.in_group("Support"))
    assert incident.resolutions.get().missing == []


def test_declared_when_it_was_over_the_gate_only_warns():
    incident = make.confirmed(severity="critical", is_resolved=True)
    resolve(incident, by=make.in_group("Support"))
    incident.refresh_from_db()
    assert incident.status == Status.RESOLVED


def test_the_system_may_override():
    assert make.resolved(severity="critical").status == Status.RESOLVED


def test_resolving_ends_every_impact_and_tells_what_works_again(gate_only_warns):
    sms, here = make.component(), make.location()
    incident = make.told(affects=[make.affected(sms, here, Level.MAJOR), make.component()])
    update = resolve(incident)

    assert not incident.impacts.open().exists()
    assert {i.ended_at for i in incident.impacts.all()} == {update.posted_at}
    assert {(s.component, s.location, s.level) for s in update.states.all()} == {
        (i.component, i.location, Level.OPERATIONAL) for i in incident.impacts.all()
    }
    assert (update.promised_at, update.due_at) == (None, None)


# Engineering's step


def test_a_stage_without_an_update_waits_for_support_to_tell_it():
    incident = make.told()
    actions.change_stage(incident, status=Status.IDENTIFIED, note="A full disk.", by=make.in_group("Engineering"))

    incident = Incident.objects.awaiting_telling().get()
    assert (incident.status, incident.told_status) == (Status.IDENTIFIED, Status.INVESTIGATING)
    entry = incident.timeline.get(kind=EntryKind.STAGE)
    assert (entry.text, entry.data) == ("A full disk.", {"old": "investigating", "new": "identified"})
    assert incident.identified_at is not None

    make.update(incident)
    assert not Incident.objects.awaiting_telling().exists()


def test_what_engineering_resolved_support_tells_with_what_works_again(gate_only_warns):
    incident = make.told()
    engineer = make.in_group("Engineering")
    incident = actions.change_stage(incident, status=Status.RESOLVED, note="Disk replaced.", by=engineer)
    assert incident.timeline.get(kind=EntryKind.RESOLVED).text == "Disk replaced."
    assert list(Incident.objects.awaiting_telling()) == [incident]

    update = resolve(incident, by=make.in_group("Support"))
    assert [s.level for s in update.states.all()] == [Level.OPERATIONAL]
    assert incident.resolutions.get().by == engineer
    assert not Incident.objects.awaiting_telling().exists()


@pytest.mark.parametrize("status", [Status.INVESTIGATING, Status.SUSPECTED, Status.DISMISSED])
def test_a_stage_change_changes_something(status):
    with pytest.raises(DomainError) as refusal:
        actions.change_stage(make.confirmed(), status=status, by=None)
    assert refusal.value.field == "status"


def test_the_time_of_the_first_identification_stays():
    with minutes(0):
        incident = actions.change_stage(make.confirmed(), status=Status.IDENTIFIED, by=None)
    with minutes(10):
        incident = actions.change_stage(incident, status=Status.INVESTIGATING, by=None)
        incident = actions.change_stage(incident, status=Status.IDENTIFIED, by=None)
    assert incident.identified_at == START


# The way back


def test_reopening_begins_a_new_impact_where_the_last_one_ended():
    sms, here = make.component(), make.location()
    incident = make.resolved(affects=[make.affected(sms, here, Level.MAJOR)])
    lead = make.in_group("Engineering Leads")
    incident = actions.reopen(incident, reason="Delayed again.", by=lead)

    assert (incident.status, incident.resolved_at) == (Status.INVESTIGATING, None)
    new = incident.impacts.open().get()
    assert (new.component, new.location, new.level) == (sms, here, Level.MAJOR)
    assert incident.impacts.count() == 2
    resolution = incident.resolutions.get()
    assert (resolution.reopened_by, resolution.reopen_reason) == (lead, "Delayed again.")
    assert incident.timeline.get(kind=EntryKind.REOPENED).text == "Delayed again."


def test_reopening_finds_the_last_place_even_if_it_healed_before_the_resolution(gate_only_warns):
    with minutes(0):
        early, late = make.component(), make.component()
        incident = make.told(affects=[early, late])
    with minutes(5):
        actions.set_impacts(incident, [make.affected(early, level=Level.OPERATIONAL)], by=None)
    with minutes(6):
        actions.set_impacts(incident, [make.affected(late, level=Level.OPERATIONAL)], by=None)
    with minutes(30):
        resolve(incident)
    with minutes(40):
        incident = actions.reopen(incident, reason="Again.", by=None)
    assert [i.component for i in incident.impacts.open()] == [late]


def test_reopening_may_name_what_is_affected_now():
    other = make.component()
    incident = actions.reopen(make.resolved(), reason="Wider.", affected=[make.affected(other)], by=None)
    assert [i.component for i in incident.impacts.open()] == [other]


def test_reopening_starts_the_gate_anew_and_keeps_earlier_resolutions():
    incident = make.confirmed(severity="major", is_resolved=True)
    meet_the_gate(incident)
    resolve(incident)
    incident = actions.reopen(incident, reason="Again.", by=None)

    assert incident.stable_at is incident.fix_time_at is incident.monitoring_at is None
    with pytest.raises(GateNotMet):  # it is no longer an incident that was over when declared
        resolve(incident)
    resolve(incident, override_reason="Now it is.")
    assert [r.reopened_at is None for r in incident.resolutions.all()] == [False, True]


def test_reopening_needs_a_reason_and_a_resolved_incident():
    with pytest.raises(DomainError) as refusal:
        actions.reopen(make.resolved(), reason="", by=None)
    assert refusal.value.field == "reason"
    for incident in (make.told(), make.suspicion(), make.dismissed()):
        with pytest.raises(DomainError):
            actions.reopen(incident, reason="Again.", by=None)


def test_a_reopened_incident_waits_to_be_told():
    incident = actions.reopen(make.resolved(), reason="Again.", by=None)
    assert list(Incident.objects.awaiting_telling()) == [incident]
