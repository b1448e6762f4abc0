"""Resolved by mistake, and taken back within minutes by whoever did it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from incidents import actions, undo
from incidents.choices import EntryKind, Level, Status
from incidents.clocks import clocks
from incidents.exceptions import DomainError, NotAllowed
from incidents.models import Incident
from incidents.signals import unresolved
from statuspage.checks.truth import findings
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gate_only_warns")]

START = timezone.now().replace(microsecond=0) - timedelta(days=1)


def minutes(count):
    return time_machine.travel(START + timedelta(minutes=count), tick=False)


def resolved_at_20(**facts):
    """In monitoring since 10 with an impact that is open; resolved at 20 by Support, with an update."""
    support, page_component = make.in_group("Support"), make.component()
    with minutes(0):
        incident = make.told(affects=[make.affected(page_component, level=Level.PARTIAL)], **facts)
    with minutes(10):
        make.update(incident, status=Status.MONITORING, body="It recovers.")
        incident = actions.attest(incident, condition="stable", by=None)
    with minutes(20):
        update = make.update(incident, status=Status.RESOLVED, body="It works again.", by=support)
    incident.refresh_from_db()
    return incident, update, support


def test_it_is_as_if_it_had_never_been_resolved():
    incident, update, support = resolved_at_20()
    heard = []

    def hear(**fact):
        heard.append(fact["incident"])

    unresolved.connect(hear)
    with minutes(24):
        back = actions.unresolve(incident, reason="Delays again.", by=support)
    unresolved.disconnect(hear)

    update.refresh_from_db()
    impact = incident.impacts.get()
    assert (back.status, back.resolved_at) == (Status.MONITORING, None)
    assert back.monitoring_at == START + timedelta(minutes=10)
    assert back.stable_at is not None
    assert (impact.started_at, impact.ended_at, impact.level) == (START, None, Level.PARTIAL)
    assert impact.history.first().history_user == support
    assert (update.withdrawn_by, update.withdrawal_reason) == (support, "Delays again.")
    assert Incident.objects.with_told().get().told_status == Status.MONITORING
    assert heard == [incident]
    entry = incident.timeline.get(kind=EntryKind.REOPENED)
    assert (entry.by, entry.text, entry.data) == (support, "Delays again.", {"new": "monitoring", "taken_back": True})
    row = incident.resolutions.get()
    assert (row.reopened_by, row.reopen_reason) == (support, "Delays again.")


def test_the_promise_that_stood_before_runs_again():
    incident, _update, support = resolved_at_20()
    with minutes(24):
        actions.unresolve(incident, reason="Too early.", by=support)
        lead = clocks.clocks_of(clocks.annotated(Incident.objects.all()).get())[0]
        assert (lead.key, lead.due_at) == ("next_update", START + timedelta(minutes=40))


def test_whoever_resolved_without_telling_takes_that_back_and_no_text_is_touched():
    engineer = make.in_group("Engineering")
    incident = actions.change_stage(make.told(), status=Status.RESOLVED, by=engineer)

    back = actions.unresolve(incident, reason="Too early.", by=engineer)

    assert back.status == Status.INVESTIGATING
    assert incident.updates.get().withdrawn_at is None
    assert incident.impacts.open().count() == 1


def test_what_had_ended_before_stays_ended():
    first, second = make.component(), make.component()
    incident = make.told(affects=[make.affected(first), make.affected(second)])
    actions.set_impacts(incident, [make.affected(first, level=Level.OPERATIONAL)], by=None)
    make.update(incident, status=Status.RESOLVED)

    actions.unresolve(incident, reason="Too early.", by=None)

    assert [impact.component for impact in incident.impacts.open()] == [second]


def test_only_within_ten_minutes():
    incident, _update, support = resolved_at_20()
    with minutes(31), pytest.raises(DomainError, match="More than 10 min"):
        actions.unresolve(incident, reason="Late.", by=support)
    incident.refresh_from_db()
    assert incident.status == Status.RESOLVED


def test_only_whoever_resolved_it():
    incident, _update, _support = resolved_at_20()
    with minutes(21), pytest.raises(NotAllowed, match="resolved it, and may take that back"):
        actions.unresolve(incident, reason="I think not.", by=make.in_group("Engineering Leads"))


def test_not_once_more_was_told():
    incident, _update, support = resolved_at_20()
    with minutes(22):
        make.update(incident, status=Status.RESOLVED, body="One thing more.")
    with minutes(23), pytest.raises(DomainError, match="Customers were told more since"):
        actions.unresolve(incident, reason="Late.", by=support)


def test_only_with_the_right_to_do_what_is_taken_back():
    incident, update, support = resolved_at_20()
    support.groups.clear()
    with minutes(21), pytest.raises(NotAllowed):
        actions.unresolve(incident, reason="So", by=type(support).objects.get(pk=support.pk))
    update.refresh_from_db()
    assert update.withdrawn_at is None


@pytest.mark.parametrize("kind", ["told", "backfilled", "dismissed"])
def test_there_must_be_a_resolution(kind):
    with pytest.raises(DomainError, match="no resolution to take back"):
        actions.unresolve(getattr(make, kind)(), reason="So", by=None)


def test_it_says_why():
    with pytest.raises(DomainError) as refusal:
        actions.unresolve(make.resolved(), reason=" ", by=None)
    assert refusal.value.field == "reason"


def test_an_incident_declared_as_over_goes_on_and_leaves_the_page():
    incident = make.told(status=Status.RESOLVED, is_resolved=True, started_at=START)

    actions.unresolve(incident, reason="It is not.", by=None)

    incident.refresh_from_db()
    assert (incident.status, incident.first_notice_at) == (Status.INVESTIGATING, None)
    assert incident.impacts.open().count() == 1
    assert not Incident.objects.public().exists()


def test_nothing_contradicts_itself_afterwards():
    page = make.page(sms := make.component(), is_default=True)
    incident = make.resolved(page=page, affects=[sms])
    actions.unresolve(incident, reason="Too early.", by=None)
    assert [f for f in findings(now=timezone.now()) if incident.public_id in f] == []


# The screens


def test_the_workspace_offers_it_to_whoever_resolved_it_and_to_nobody_else(client):
    person = make.in_group("Support")
    incident = make.told()
    make.update(incident, status=Status.RESOLVED, by=person)
    workspace = reverse("admin:incidents_incident_change", args=[incident.public_id])
    way = reverse("admin:incidents_incident_unresolve", args=[incident.public_id])

    client.force_login(person)
    assert way in client.get(workspace).content.decode()
    asked = client.get(way).content.decode()
    assert "Investigating" in asked
    assert "Resolved too early." in asked
    response = client.post(way, {"reason": "Too early."})

    incident.refresh_from_db()
    assert response.headers["Location"] == workspace
    assert incident.status == Status.INVESTIGATING
    assert "took the resolution back; it is investigating again" in client.get(workspace).content.decode()


def test_others_read_who_may(client):
    incident = make.told()
    make.update(incident, status=Status.RESOLVED, by=make.in_group("Support", first_name="Ana", last_name="Ruiz"))
    client.force_login(make.in_group("Support"))
    way = reverse("admin:incidents_incident_unresolve", args=[incident.public_id])

    response = client.post(way, {"reason": "Too early."})

    incident.refresh_from_db()
    assert (response.status_code, incident.status) == (403, Status.RESOLVED)
    assert "Ana Ruiz resolved it, and may take that back" in response.content.decode()
    assert way not in client.get(reverse("admin:incidents_incident_change", args=[incident.public_id])).content.decode()


def test_an_empty_reason_stays_on_the_screen(client):
    person = make.superuser()
    incident = make.told()
    make.update(incident, status=Status.RESOLVED, by=person)
    client.force_login(person)

    response = client.post(reverse("admin:incidents_incident_unresolve", args=[incident.public_id]), {"reason": " "})

    assert response.status_code == 422
    assert "Say why; it stays on the record." in response.content.decode()


def test_nothing_is_asked_about_an_old_resolution(django_assert_num_queries):
    incident = make.resolved()
    later = timezone.now() + timedelta(hours=1)
    with django_assert_num_queries(0):
        assert undo.offered(incident, by=None, now=later) is None
