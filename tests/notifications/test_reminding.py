"""Reminders: warned, told, escalated, each once; never for a clock that was met; breaches are noted."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from incidents import actions
from incidents.choices import Audience, Promise, Status
from incidents.clocks import clocks
from incidents.clocks.compliance import INCIDENT_CLOCKS
from incidents.models import Breach, Incident
from notifications.announcements import release, reminders
from notifications.choices import AnnouncementState, Event, Topic, Transport
from notifications.models import Announcement, Channel, Delivery
from tests import factories as make
from tests.incidents.test_concurrency import at_once

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def at(minutes):
    return time_machine.travel(START + minutes * MINUTE, tick=False)


def remind(minutes):
    with at(minutes):
        return reminders.remind(START + minutes * MINUTE)


def phases(state=AnnouncementState.WAITING):
    rows = Announcement.objects.filter(event=Event.STAFF_CLOCK, state=state).order_by("pk")
    return [row.key.rsplit(":", 1)[1] for row in rows]


def addressed():
    release.release_due()
    while release.address():
        pass


def clock(phase):
    return Announcement.objects.get(event=Event.STAFF_CLOCK, key__endswith=phase)


def confirmed(**facts):
    with at(0):
        return make.confirmed(detected_at=START, **facts)


def test_a_first_notice_is_warned_of_told_and_escalated_each_once():
    confirmed()
    for minutes in (0, 9, 9.9):
        assert remind(minutes) == 0
    assert [remind(minutes) for minutes in (10, 11, 14.9)] == [1, 0, 0]
    assert [remind(minutes) for minutes in (15, 16, 24)] == [1, 0, 0]
    assert [remind(minutes) for minutes in (25, 26, 600)] == [1, 0, 0]
    assert phases() == ["warning", "breach", "escalation"]
    assert phases(AnnouncementState.SILENT) == []


def test_a_limit_shorter_than_ten_minutes_is_warned_of_at_half():
    with at(0):
        incident = make.told()
        make.update(incident, promised_at=START + 4 * MINUTE)
    assert [remind(minutes) for minutes in (1.9, 2, 4, 14)] == [0, 1, 1, 1]


def test_after_a_standstill_only_the_latest_word_goes_out_and_the_others_are_on_the_record():
    confirmed()
    assert remind(40) == 1
    assert phases() == ["escalation"]
    assert phases(AnnouncementState.SILENT) == ["warning", "breach"]
    assert remind(41) == 0


def test_what_had_passed_before_it_was_declared_leaves_no_record():
    with at(20):
        make.confirmed(detected_at=START)
    assert remind(21) == 1
    assert phases() == ["breach"]
    assert phases(AnnouncementState.SILENT) == []


def test_a_clock_that_was_met_is_not_reminded_of():
    incident = confirmed()
    with at(9):
        make.update(incident, promised_at=START + 120 * MINUTE)
    assert remind(16) == 0
    assert phases() == []


def test_met_between_the_look_and_the_lock_it_is_not_told(monkeypatch):
    incident = confirmed()
    read = INCIDENT_CLOCKS.locked

    def meanwhile(pk, **options):
        make.update(incident, promised_at=START + 120 * MINUTE)
        return read(pk, **options)

    monkeypatch.setattr(INCIDENT_CLOCKS, "locked", meanwhile)
    assert remind(16) == 0
    assert phases() == []


def test_each_promise_has_reminders_of_its_own():
    incident = confirmed()
    with at(1):
        make.update(incident, promised_at=START + 30 * MINUTE)
    assert remind(26) == 1
    with at(27):
        make.update(incident, promised_at=START + 60 * MINUTE)
    assert [remind(56), remind(61)] == [1, 1]
    assert phases() == ["warning", "warning", "breach"]


def test_a_suspicion_and_the_notice_that_it_may_owe():
    with at(0):
        make.suspicion(detected_at=START)
    assert remind(5) == 1  # of the suspicion
    assert remind(10) == 2  # it has passed, and the notice is due soon
    assert phases() == ["warning", "breach", "warning"]
    assert list(Breach.objects.values_list("clock", flat=True)) == []
    remind(10.1)
    assert list(Breach.objects.values_list("clock", flat=True)) == [Promise.SUSPICION]


def test_reopened_it_is_as_urgent_as_a_first_notice():
    with at(0):
        incident = make.resolved()
        actions.reopen(incident, reason="It is back.", by=None)
    assert [remind(9), remind(10), remind(15.1)] == [0, 1, 1]
    assert Breach.objects.get().clock == Promise.REOPENING


def test_resolved_inside_the_promise_to_the_public_is_still_reminded_of():
    with at(0):
        incident = make.told()
        actions.change_stage(incident, status=Status.RESOLVED, override_reason="Over.", by=None)
    assert remind(31) == 1
    assert clock("breach").content["clock"] == "next_update"


@pytest.mark.parametrize("kind", ["drill", "internal", "backfilled"])
def test_what_owes_nothing_is_never_reminded_of(kind):
    with at(0):
        getattr(make, kind)()
    assert remind(200) == 0
    assert not Breach.objects.exists()


def test_merged_its_clocks_stop():
    one, other = confirmed(), confirmed()
    with at(1):
        make.update(other, promised_at=START + 300 * MINUTE)
        actions.merge(one, into=other, by=None)
    assert remind(40) == 0


# Who


def test_the_owner_is_told_and_leads_when_it_stays_late():
    owner, lead = make.in_group("Engineering"), make.in_group("Engineering Leads")
    make.in_group("Engineering Leads", is_active=False)
    make.superuser()
    confirmed(owner=owner)
    remind(10)
    assert list(clock("warning").people.all()) == [owner]
    remind(25)
    assert set(clock("escalation").people.all()) == {owner, lead}


def test_of_a_restricted_incident_only_its_members_hear_and_nothing_of_its_content():
    make.in_group("Engineering Leads")
    security = Channel.objects.create(name="#security", address="https://chat.example.com/s", is_security=True)
    Channel.objects.create(name="#support", address="https://chat.example.com/t")
    member = make.in_group("Security")
    with at(0):
        actions.suspect(title="Keys in a log", severity=make.severity(), by=member, is_data_leak=True)
    with at(20):
        reminders.remind(START + 20 * MINUTE)
        addressed()
    row = clock("escalation")
    told = {delivery.channel or delivery.person for delivery in row.deliveries.all()}
    assert told == {security, member}
    for content in Announcement.objects.filter(event=Event.STAFF_CLOCK).values_list("content", flat=True):
        assert "Keys in a log" not in str(content)
        assert content["fields"] == []


def test_channels_that_listen_to_clocks_are_told():
    listens = Channel.objects.create(name="#a", address="https://chat.example.com/a", topics=[Topic.CLOCKS])
    Channel.objects.create(name="#b", address="https://chat.example.com/b", topics=[Topic.UPDATES])
    owner = make.in_group("Support")
    confirmed(owner=owner)
    with at(10):
        reminders.remind(START + 10 * MINUTE)
        addressed()
    rows = {
        (row.transport, row.channel, row.person)
        for row in Delivery.objects.filter(announcement__event=Event.STAFF_CLOCK)
    }
    assert rows == {(Transport.SLACK, listens, None), (Transport.EMAIL, None, owner)}


# What it says


def test_it_says_what_is_due_by_when_and_who_owes_it():
    confirmed(title="SMS delayed", owner=make.user(first_name="Ana", last_name="Kovač"))
    remind(10)
    content = clock("warning").content
    assert content["title"] == "SMS delayed"
    assert content["line"] == "First notice: due in 5 min"
    assert content["fields"][0] == ["Due", {"at": "2026-11-02T09:15:00.000Z"}]
    assert ["Leads", "Ana Kovač"] in content["fields"]
    assert content["next_step"].startswith("Support:")
    assert content["action"]["label"] == "Write the first notice"
    assert content["action"]["url"].endswith("#compose")


# Breaches


def test_a_breach_is_noted_once_also_where_nobody_looked_while_it_was_late():
    incident = confirmed()
    with at(18):
        make.update(incident)
    remind(30)
    remind(31)
    breach = Breach.objects.get()
    assert (breach.incident, breach.clock, breach.due_at) == (incident, Promise.FIRST_NOTICE, START + 15 * MINUTE)
    assert phases() == []


def test_nothing_is_asked_per_incident(same_queries):
    confirmed()
    remind(30)
    with same_queries(at_most=12):
        remind(31)
    for _n in range(3):
        confirmed()
    remind(32)
    with same_queries(at_most=12):
        remind(33)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_schedulers_at_once_remind_once():
    for _n in range(5):
        confirmed(owner=make.in_group("Support"))
    make.in_group("Engineering Leads")
    now = START + 26 * MINUTE
    with at(26):
        results = at_once(*[lambda: reminders.remind(now)] * 4)
    assert sum(results) == 5
    assert phases() == ["escalation"] * 5
    assert Breach.objects.count() == 5
    assert all(row.people.count() == 2 for row in Announcement.objects.filter(key__endswith="escalation"))


def test_an_incident_taken_from_the_public_is_not_reminded_of():
    incident = confirmed()
    actions.set_audience(incident, audience=Audience.INTERNAL, reason="So", by=None)
    assert remind(16) == 0
    assert clocks.clocks_of(clocks.annotated(Incident.objects.all()).get()) == []
