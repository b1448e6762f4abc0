"""Past incidents, recorded afterwards (DESIGN section 3)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, EntryKind, Level, Status
from incidents.clocks import clocks
from incidents.exceptions import DomainError
from incidents.models import Incident
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_past_incident_is_over_told_and_counts_in_uptime():
    support = make.in_group("Support")
    sms = make.component()
    incident = make.backfilled(by=support, severity="major", affected=[make.affected(sms)])

    assert (incident.status, incident.is_backfilled) == (Status.RESOLVED, True)
    assert [(i.component, i.level, i.started_at, i.ended_at) for i in incident.impacts.all()] == [
        (sms, Level.PARTIAL, incident.started_at, incident.resolved_at)
    ]
    assert [u.status for u in incident.updates.all()] == [Status.RESOLVED, Status.INVESTIGATING]
    assert {u.deliver_notifications for u in incident.updates.all()} == {False}
    assert incident.resolutions.get().resolved_at == incident.resolved_at
    assert list(Incident.objects.public()) == [incident]


def test_a_past_incident_has_no_clock_and_waits_for_nobody():
    make.backfilled()
    incident = clocks.annotated(Incident.objects.all()).get()

    assert clocks.clocks_of(incident) == []
    assert incident.first_notice_at is None
    assert not Incident.objects.awaiting_first_notice().exists()
    assert not Incident.objects.awaiting_telling().exists()


def test_each_update_of_a_past_incident_tells_what_failed_then():
    incident = make.backfilled(affected=[make.affected(level=Level.MAJOR)])

    told = [(u.status, [s.level for s in u.states.all()]) for u in incident.updates.order_by("posted_at")]
    assert told == [(Status.INVESTIGATING, [Level.MAJOR]), (Status.RESOLVED, [Level.OPERATIONAL])]


def test_the_timeline_of_a_past_incident_says_that_it_was_recorded_afterwards():
    incident = make.backfilled()
    entries = incident.timeline.order_by("at", "pk")
    assert [e.kind for e in entries] == [EntryKind.IMPACT, EntryKind.UPDATE, EntryKind.UPDATE, EntryKind.BACKFILLED]


def test_an_update_of_a_past_incident_says_in_its_history_who_wrote_it():
    support = make.in_group("Support")
    incident = make.backfilled(by=support)
    assert {u.history.get().history_user for u in incident.updates.all()} == {support}


def test_a_later_update_of_a_past_incident_starts_no_clock():
    incident = make.backfilled()
    make.update(incident, body="The root cause analysis follows.")
    incident.refresh_from_db()
    assert incident.first_notice_at is None


def test_a_past_incident_may_be_internal():
    make.backfilled(audience=Audience.INTERNAL, updates=[])
    assert not Incident.objects.public().exists()


NOW = timezone.now()
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"started_at": NOW - HOUR, "resolved_at": NOW - HOUR}, "resolved_at"),
        ({"started_at": NOW - HOUR, "resolved_at": NOW + HOUR}, "resolved_at"),
        ({"affected": []}, "components"),
        ({"updates": [(Status.SUSPECTED, "Hm.", NOW - HOUR)]}, "updates"),
        ({"updates": [(Status.RESOLVED, "Over.", NOW - 100 * HOUR)]}, "updates"),
        ({"updates": [(Status.RESOLVED, "Over.", NOW + HOUR)]}, "updates"),
        ({"updates": [(Status.MONITORING, "Watching.", NOW - HOUR)]}, "updates"),
        ({"updates": [(Status.RESOLVED, " ", NOW - HOUR)]}, "updates"),
    ],
)
def test_a_past_that_cannot_be_is_refused(facts, field):
    with pytest.raises(DomainError) as refusal:
        make.backfilled(**facts)
    assert refusal.value.field == field
    assert not Incident.objects.exists()


def test_a_reopened_past_incident_is_live_from_now_on():
    incident = make.backfilled()
    first = incident.updates.order_by("posted_at").first()
    actions.reopen(incident, reason="It is back.", by=None)
    incident = clocks.annotated(Incident.objects.all()).get()

    assert not incident.is_backfilled
    assert incident.first_notice_at == first.posted_at
    assert [clock.key for clock in clocks.clocks_of(incident)] == ["reopening", "first_notice"]
