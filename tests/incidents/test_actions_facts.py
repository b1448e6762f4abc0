"""Facts and times, changed with a trace (0-07, DESIGN sections 3 and 4)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import actions
from incidents.choices import EntryKind, IncidentType
from incidents.clocks import clocks
from incidents.exceptions import DomainError
from incidents.models import Incident
from tests import factories as make

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def incident():
    start = timezone.now() - 60 * MINUTE
    return make.told(started_at=start, detected_at=start + 5 * MINUTE)


def change(incident, **changes):
    return actions.change_facts(incident, by=None, **changes)


def test_a_changed_fact_leaves_old_new_who_and_why(incident):
    engineer = make.in_group("Engineering")
    incident = actions.change_facts(
        incident, type=IncidentType.QUALITY, volume=1_900_000, reason="Counted", by=engineer
    )

    entries = {e.data["field"]: e for e in incident.timeline.filter(kind=EntryKind.FACT)}
    assert set(entries) == {"type", "volume"}
    assert (entries["volume"].by, entries["volume"].text) == (engineer, "Counted")
    assert entries["volume"].data == {"field": "volume", "label": "volume", "old": "", "new": "1900000"}
    last = incident.history.first()
    assert (last.history_user, last.history_change_reason) == (engineer, "Counted")


def test_what_stays_the_same_leaves_no_trace(incident):
    version = incident.version
    incident = change(incident, title=incident.title)
    assert incident.version == version
    assert not incident.timeline.filter(kind=EntryKind.FACT).exists()


def test_only_facts_are_changed(incident):
    with pytest.raises(TypeError):
        change(incident, status="resolved")


def test_a_time_is_set_freely_once_and_corrected_with_a_reason(incident):
    incident = change(incident, mitigated_at=timezone.now() - MINUTE)
    with pytest.raises(DomainError) as refusal:
        change(incident, mitigated_at=timezone.now() - 2 * MINUTE)
    assert refusal.value.field == "reason"
    corrected = timezone.now() - 2 * MINUTE
    assert change(incident, mitigated_at=corrected, reason="By the graph").mitigated_at == corrected


@pytest.mark.parametrize("name", ["identified_at", "monitoring_at", "resolved_at"])
def test_a_stamped_time_is_not_set_before_it_happens(incident, name):
    with pytest.raises(DomainError) as refusal:
        change(incident, reason="By the graph", **{name: timezone.now()})
    assert refusal.value.field == name


@pytest.mark.parametrize("name", ["started_at", "detected_at", "confirmed_at", "first_notice_at"])
def test_a_time_that_is_needed_is_not_emptied(incident, name):
    with pytest.raises(DomainError) as refusal:
        change(incident, reason="Nobody knows", **{name: None})
    assert refusal.value.field == name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"started_at": 1}, "started_at"),
        ({"detected_at": -61}, "detected_at"),
        ({"started_at": -50}, "started_at"),
        ({"mitigated_at": -61}, "mitigated_at"),
        ({"caught_up_at": -61}, "caught_up_at"),
        ({"first_notice_at": -61}, "first_notice_at"),
        ({"title": " "}, "title"),
    ],
)
def test_times_that_cannot_be_are_refused_beside_their_field(incident, changes, field):
    now = timezone.now()
    changes = {k: now + v * MINUTE if isinstance(v, int) else v for k, v in changes.items()}
    with pytest.raises(DomainError) as refusal:
        change(incident, reason="By the graph", **changes)
    assert refusal.value.field == field
    assert Incident.objects.get().version == incident.version


def test_it_cannot_be_confirmed_before_it_was_reported():
    incident = make.suspicion()
    incident = actions.confirm(incident, rule=make.rule(), severity=make.severity(), by=None)
    with pytest.raises(DomainError) as refusal:
        change(incident, confirmed_at=incident.declared_at - MINUTE, reason="By the log")
    assert refusal.value.field == "confirmed_at"


def test_declared_at_once_there_is_one_time_for_both(incident):
    corrected = incident.declared_at - 10 * MINUTE
    incident = change(incident, confirmed_at=corrected, reason="By the log")
    assert incident.declared_at == incident.confirmed_at == corrected
    told = clocks.annotated(Incident.objects.all()).get()
    assert "suspicion" not in [clock.key for clock in clocks.clocks_of(told)]


def test_impacts_that_began_with_the_incident_move_with_its_start(incident):
    later = actions.set_impacts(incident, [make.affected()], by=None)
    first, second = incident.impacts.order_by("started_at")
    start = incident.started_at - 10 * MINUTE
    change(later, started_at=start, reason="By the graph")

    was = second.started_at
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.started_at, second.started_at) == (start, was)
    assert first.history.first().history_change_reason == "By the graph"


def test_the_start_does_not_pass_an_impact_that_began_later(incident):
    now = timezone.now()
    incident = actions.set_impacts(incident, [make.affected()], at=now - 30 * MINUTE, by=None)
    with pytest.raises(DomainError) as refusal:
        change(incident, started_at=now - 20 * MINUTE, detected_at=now - 20 * MINUTE, reason="By the graph")
    assert refusal.value.field == "started_at"


def test_the_end_moves_the_impacts_and_the_resolution_that_ended_with_it():
    incident = make.backfilled()
    end = incident.resolved_at - 10 * MINUTE
    change(incident, resolved_at=end, reason="By the graph")
    assert [i.ended_at for i in incident.impacts.all()] == [end]
    assert incident.resolutions.get().resolved_at == end


def test_the_end_does_not_pass_the_start():
    incident = make.backfilled()
    with pytest.raises(DomainError) as refusal:
        change(incident, resolved_at=incident.started_at - MINUTE, reason="By the graph")
    assert refusal.value.field == "resolved_at"


# Severity and its limits


def test_a_new_severity_renews_the_limits_from_the_same_starts():
    critical = make.severity("critical")
    critical.first_notice_minutes, critical.update_minutes, critical.suspicion_minutes = 5, 20, 4
    critical.save()
    incident = make.told()
    posted_at = incident.updates.get().posted_at
    incident = change(incident, severity=critical)

    update = incident.updates.get()
    assert incident.first_notice_limit == 5
    assert (update.limit_minutes, update.due_at) == (20, posted_at + 20 * MINUTE)
    assert incident.suspicion_limit == 10  # that clock is over
    assert change(make.suspicion(), severity=critical).suspicion_limit == 4


def test_a_new_severity_leaves_a_promise_alone():
    incident = make.confirmed()
    promised = timezone.now() + 45 * MINUTE
    make.update(incident, promised_at=promised)
    critical = make.severity("critical")
    critical.update_minutes = 20
    critical.save()
    change(incident, severity=critical)
    assert incident.updates.get().due_at == promised


def test_changing_a_setting_rewrites_no_past():
    incident = make.told()
    due_at = incident.updates.get().due_at
    minor = make.severity()
    minor.first_notice_minutes = minor.update_minutes = minor.suspicion_minutes = 1
    minor.save()

    incident.refresh_from_db()
    assert (incident.first_notice_limit, incident.suspicion_limit) == (15, 10)
    assert incident.updates.get().due_at == due_at


# The owner


def test_the_owner_changes_with_a_trace():
    anna, lead = make.in_group("Engineering"), make.in_group("Engineering Leads")
    incident = actions.assign(make.confirmed(), owner=anna, by=lead)
    version = incident.version
    assert actions.assign(incident, owner=anna, by=lead).version == version
    incident = actions.assign(incident, owner=None, by=lead)
    assert [e.data for e in incident.timeline.filter(kind=EntryKind.OWNER).order_by("pk")] == [
        {"old": "", "new": str(anna)},
        {"old": str(anna), "new": ""},
    ]


def test_the_owner_of_a_restricted_incident_must_be_able_to_see_it():
    anna = make.in_group("Engineering")
    incident = make.restricted()
    with pytest.raises(DomainError) as refusal:
        actions.assign(incident, owner=anna, by=None)
    assert refusal.value.field == "owner"
    actions.add_member(incident, user=anna, by=None)
    assert actions.assign(incident, owner=anna, by=None).owner == anna
