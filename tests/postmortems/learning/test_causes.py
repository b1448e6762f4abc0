"""Causes that come again: counted by kind and component, with how long they hurt and what was done about each."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, strategies as st

from incidents.choices import Audience
from incidents.models import Incident
from postmortems import actions as pm
from postmortems.choices import ActionState, CauseKind
from postmortems.learning.causes import Done, causes, minutes_of
from postmortems.models import ActionItem, Cause
from tests import factories as make
from tests.postmortems.learning.past import fill

pytestmark = pytest.mark.django_db
TODAY = timezone.now()


@pytest.fixture
def person():
    return make.in_group("Reliability")


def read(person, **options):
    now = timezone.now()
    period = {"start": now - timedelta(days=90), "end": now + timedelta(days=1)}
    return causes(person, **(period | {"now": now, "today": timezone.localdate()} | options))


def incident(*hit, title="SMS slow", ago=timedelta(days=2), **facts):
    """``hit``: (component, minutes after the beginning at which it failed, and was well again)."""
    row = make.resolved(title=title, started_at=timezone.now() - ago, **facts)
    row.impacts.all().delete()
    for item, start, end in hit:
        at = [row.started_at + timedelta(minutes=minutes) for minutes in (start, end)]
        make.impact(row, item=item, started_at=at[0], ended_at=at[1])
    return row


def cause(row, text="A lock was held.", kind=CauseKind.SOFTWARE, **facts):
    return pm.add(Cause, make.postmortem(row), by=None, text=text, kind=kind, **facts)


def action(cause, *, days=3, state=ActionState.TODO, also=()):
    due_on = timezone.localdate() + timedelta(days=days)
    item = pm.add(ActionItem, cause.postmortem, by=None, text="Read from a copy.", owner=make.user(), due_on=due_on)
    for each in (cause, *also):
        pm.link(item, each, on=True, by=None)
    return pm.track(item, by=None, state=state, reason="It is so.")


def test_by_kind_and_by_component(person):
    root = make.component(name="Messaging")
    sms, voice = make.component(name="SMS", parent=root), make.component(name="Voice")
    first = incident((sms, 0, 30), (voice, 20, 50), (sms, 60, 70))
    second = incident((sms, 0, 10), ago=timedelta(days=5))
    for row in (first, first, second):
        cause(row)
    cause(second, kind=CauseKind.DATA)
    found = read(person)
    assert [(row.label, row.causes, row.incidents, row.minutes) for row in found.by_kind] == [
        ("Software fault", 3, 2, 70), ("Data", 1, 1, 10),
    ]  # fmt: skip
    assert [(row.label, row.causes, row.incidents, row.minutes) for row in found.by_component] == [
        ("Messaging › SMS", 4, 2, 50), ("Voice", 2, 1, 30),
    ]  # fmt: skip
    assert [entry.incident for entry in found.by_kind[0].entries] == [first.pk, first.pk, second.pk]
    assert found.total.minutes == 70


def test_what_was_done_about_each(person):
    row = incident()
    one, two, three, four = (cause(row) for _number in range(4))
    action(one, state=ActionState.DONE)
    action(one, also=[two])
    action(one, days=-1)
    action(three, state=ActionState.DROPPED)
    pm.remove(action(four), by=None)
    found = read(person)
    assert [entry.done for entry in found.entries] == [
        Done(done=1, open=1, overdue=1), Done(open=1), Done(nothing=1), Done(nothing=1),
    ]  # fmt: skip
    assert found.by_kind[0].done == Done(done=1, open=1, overdue=1, nothing=2)


def test_what_counts(person):
    kept = cause(incident())
    drill = incident(title="Drill")
    Incident.objects.filter(pk=drill.pk).update(audience=Audience.DRILL)
    cause(drill)
    cause(incident(ago=timedelta(days=200)))
    pm.remove(cause(incident()), by=None)
    cause(incident(), text=" ")
    full = make.postmortem(incident(), way="full")
    pm.invite(full, people=[], teams=[make.team()], by=None)
    pm.add(Cause, full, by=None, record=full.records.get(), text="As they saw it.")
    assert [(entry.text, entry.incident) for entry in read(person).entries] == [
        ("A lock was held.", kept.postmortem.incident_id)
    ]
    assert read(person, kind="data").entries == []
    assert len(read(person, kind="software").entries) == 1


def test_an_impact_that_goes_on_counts_until_now(person):
    row, sms = incident(), make.component(name="SMS")
    make.impact(row, item=sms, started_at=timezone.now() - timedelta(minutes=90))
    cause(row)
    assert read(person).by_component[0].minutes == 90


def test_nothing_of_what_is_restricted(person):
    row = incident((make.component(name="Vault"), 0, 30))
    cause(row, text="Zanzibar")
    Incident.objects.filter(pk=row.pk).update(audience=Audience.RESTRICTED)
    for reader in (person, make.superuser()):
        found = read(reader)
        assert (found.entries, found.by_kind, found.by_component, found.places) == ([], [], [], {})
    assert read(make.in_group("Security")).total.causes == 1


def test_it_takes_as_many_queries_for_one_and_for_fifty(person, same_queries):
    read(person)  # what they may is read once
    for count in (1, 49):
        fill(count, [make.component() for _number in range(count)], every=1)
        with same_queries(at_most=4):
            found = read(person)
            assert len(found.by_component) == found.total.incidents in (1, 50)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)).map(sorted), max_size=12))
def test_time_is_counted_once(pairs):
    intervals = [tuple(TODAY + timedelta(minutes=minute) for minute in pair) for pair in pairs]
    assert minutes_of(intervals) == len({minute for start, end in pairs for minute in range(start, end)})
