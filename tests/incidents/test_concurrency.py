"""Two people at once: whatever the order, one valid story comes out, and nobody's work is lost in silence."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from incidents import actions, signals
from incidents.actions import passwords
from incidents.choices import Audience, EntryKind, Level, Status
from incidents.exceptions import DomainError, StaleVersion
from incidents.models import Impact, Incident, Resolution
from tests import factories as make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("gate_only_warns")]

PATIENCE = 30  # seconds


def at_once(*acts):
    """Run each in a thread of its own, released together; what each returned or raised, in their order."""
    gate = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(number, act):
        try:
            gate.wait(PATIENCE)
            results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    return results


def refused(results, kind=DomainError):
    errors = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, kind) for error in errors), errors
    return len(errors)


def test_two_resolve_at_once_and_it_is_resolved_once():
    incident = make.told()
    results = at_once(*[lambda: actions.change_stage(incident, status=Status.RESOLVED, by=None)] * 2)

    assert refused(results) == 1
    assert Incident.objects.get().status == Status.RESOLVED
    assert Resolution.objects.count() == 1
    assert incident.timeline.filter(kind=EntryKind.RESOLVED).count() == 1
    assert not Impact.objects.open().exists()


def test_two_all_clears_at_once_are_two_texts_and_one_resolution():
    incident = make.told()
    results = at_once(*[lambda: make.update(incident, status=Status.RESOLVED)] * 2)

    assert refused(results) == 0
    assert incident.updates.filter(status=Status.RESOLVED).count() == 2
    assert Resolution.objects.count() == 1
    assert incident.timeline.filter(kind=EntryKind.RESOLVED).count() == 1


def test_of_two_who_read_the_same_version_one_is_told():
    incident = make.told()
    results = at_once(*[lambda: make.update(incident, status=Status.IDENTIFIED, version=incident.version)] * 4)
    assert refused(results, StaleVersion) == 3
    assert incident.updates.count() == 2
    assert Incident.objects.get().version == incident.version + 1


def test_updates_at_once_are_all_there_and_the_version_counts_them():
    incident = make.told()
    bodies = [f"Text {number}." for number in range(6)]
    results = at_once(
        *[lambda body=body: make.update(incident, status=Status.INVESTIGATING, body=body) for body in bodies]
    )

    assert refused(results) == 0
    assert {update.body for update in incident.updates.all()} >= set(bodies)
    assert Incident.objects.get().version == incident.version + 6


def test_the_first_notice_is_given_once():
    incident = make.confirmed()
    at_once(*[lambda: make.update(incident, status=Status.INVESTIGATING)] * 3)
    incident.refresh_from_db()
    assert incident.first_notice_at == incident.updates.earliest("posted_at").posted_at


def test_a_suspicion_is_confirmed_or_dismissed_never_both():
    incident = make.suspicion(affected=[make.affected()])
    rule, severity = make.rule(), make.severity()
    results = at_once(
        lambda: actions.confirm(incident, rule=rule, severity=severity, by=None),
        lambda: actions.dismiss(incident, reason="So", by=None),
    )
    assert refused(results) == 1
    kinds = set(incident.timeline.values_list("kind", flat=True))
    assert len(kinds & {EntryKind.CONFIRMED, EntryKind.DISMISSED}) == 1
    assert (Incident.objects.get().status == Status.INVESTIGATING) is Impact.objects.open().exists()


def test_the_same_impact_set_twice_at_once_is_one_interval():
    incident, sms = make.told(), make.component()
    results = at_once(*[lambda: actions.set_impacts(incident, [make.affected(sms, level=Level.MAJOR)], by=None)] * 3)
    assert refused(results) == 0
    assert Impact.objects.filter(component=sms).count() == 1


def test_resolving_while_it_spreads_leaves_nothing_failing():
    incident, sms = make.told(), make.component()
    results = at_once(
        lambda: actions.change_stage(incident, status=Status.RESOLVED, by=None),
        lambda: actions.set_impacts(incident, [make.affected(sms, level=Level.MAJOR)], by=None),
    )
    assert refused(results) <= 1  # whoever comes second after the end is told so
    assert Incident.objects.get().status == Status.RESOLVED
    assert not Impact.objects.open().exists()


def test_reopened_at_once_it_is_reopened_once():
    incident = make.resolved()
    results = at_once(*[lambda: actions.reopen(incident, reason="Again", by=None)] * 2)
    assert refused(results) == 1
    assert Impact.objects.open().count() == 1
    assert incident.timeline.filter(kind=EntryKind.REOPENED).count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_whoever_waited_for_the_lock_while_it_became_restricted_is_shut_out(attempt):
    incident = make.told()
    support, security = make.in_group("Support"), make.in_group("Security")
    results = at_once(
        lambda: actions.set_audience(incident, audience=Audience.RESTRICTED, reason="So", by=security),
        lambda: make.update(incident, status=Status.IDENTIFIED, by=support),
    )
    assert not isinstance(results[0], Exception)
    assert refused(results) in (0, 1)
    restricted = incident.timeline.get(kind=EntryKind.AUDIENCE)
    assert not incident.timeline.filter(pk__gt=restricted.pk, by=support).exists()


def test_a_severity_changed_while_one_waits_for_the_lock_hides_nothing():
    """A joined row that changes meanwhile would make PostgreSQL find no incident at all."""
    incident, critical = make.told(), make.severity("critical")
    for level in (critical, make.severity(), critical):
        results = at_once(
            lambda level=level: actions.change_facts(incident, severity=level, by=None),
            *[lambda: make.update(incident, status=Status.INVESTIGATING)] * 3,
        )
        assert refused(results) == 0, results


def test_notes_at_once_collide_with_nothing():
    incident = make.told()
    results = at_once(*[lambda n=n: actions.add_note(incident, text=f"Note {n}", by=None) for n in range(6)])
    assert refused(results) == 0
    assert incident.timeline.filter(kind=EntryKind.NOTE).count() == 6


def test_a_pin_ends_once():
    row = actions.pin(
        make.component(), level=Level.MAJOR, reason="So", ends_at=timezone.now() + timedelta(hours=1), by=None
    )
    assert refused(at_once(*[lambda: actions.unpin(row, by=None)] * 2)) == 0
    assert row.history.count() == 2


def test_two_that_are_merged_into_one_another_at_once_are_merged_once():
    for _number in range(3):
        one, two = make.told(), make.told()
        results = at_once(
            lambda one=one, two=two: actions.merge(one, into=two, by=None),
            lambda one=one, two=two: actions.merge(two, into=one, by=None),
        )
        assert refused(results) == 1
        assert {one.status, two.status} == {Status.INVESTIGATING}
        statuses = Incident.objects.filter(pk__in=[one.pk, two.pk]).values_list("status", flat=True)
        assert sorted(statuses) == [Status.INVESTIGATING, Status.MERGED]


def test_many_are_merged_into_one_and_every_impact_goes_on():
    into, sources = make.told(), [make.told() for _number in range(4)]
    results = at_once(*[lambda source=source: actions.merge(source, into=into, by=None) for source in sources])
    assert refused(results) == 0
    assert into.impacts.open().count() == 5
    assert into.timeline.filter(kind=EntryKind.CAME_IN).count() == 4
    assert Incident.objects.get(pk=into.pk).version == into.version + 4


def test_asks_for_a_new_password_at_once_send_three_links():
    person, heard = make.user(), []

    def listen(sender, user, **kwargs):
        heard.append(user)

    signals.password_reset_asked.connect(listen)
    try:
        at_once(*[lambda: passwords.ask_password_reset(email=person.email, client="192.0.2.7")] * 6)
        at_once(*[passwords.answer_asks] * 4)
    finally:
        signals.password_reset_asked.disconnect(listen)
    assert heard == [person] * 3
