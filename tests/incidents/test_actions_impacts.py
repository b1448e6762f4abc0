"""Impacts begin, change, end, and are set right; each change is in the timeline (0-25)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from incidents import actions
from incidents.choices import EntryKind, Level
from incidents.exceptions import DomainError
from incidents.models import Impact
from tests import factories as make

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def set_level(incident, component, level, **options):
    return actions.set_impacts(incident, [make.affected(component, level=level)], by=None, **options)


def test_a_new_level_ends_one_interval_and_begins_another():
    sms = make.component()
    incident = make.confirmed(affects=[make.affected(sms, level=Level.MAJOR)])
    set_level(incident, sms, Level.DEGRADED)

    old, new = Impact.objects.order_by("pk")
    assert (old.level, new.level) == (Level.MAJOR, Level.DEGRADED)
    assert old.ended_at == new.started_at
    assert new.ended_at is None


def test_each_change_of_scope_is_one_line_of_the_timeline():
    sms, here = make.component(name="SMS"), make.location(name="Frankfurt")
    incident = make.confirmed(affects=[make.affected(sms, here, Level.MAJOR)])
    actions.set_impacts(incident, [make.affected(sms, here, Level.OPERATIONAL)], by=None)
    lines = [e.data for e in incident.timeline.filter(kind=EntryKind.IMPACT).order_by("pk")]
    assert lines == [
        {"component": "SMS", "location": "Frankfurt", "old": 0, "new": 3},
        {"component": "SMS", "location": "Frankfurt", "old": 3, "new": 0},
    ]


def test_what_stays_as_it_is_leaves_no_trace():
    sms = make.component()
    incident = make.confirmed(affects=[make.affected(sms, level=Level.MAJOR)])
    same = set_level(incident, sms, Level.MAJOR)
    assert same.version == incident.version
    assert same.timeline.filter(kind=EntryKind.IMPACT).count() == 1


def test_other_places_stay():
    sms, voice, here, there = make.component(), make.component(), make.location(), make.location()
    incident = make.confirmed(affects=[make.affected(sms, here), make.affected(sms, there), voice])
    actions.set_impacts(incident, [make.affected(sms, here, Level.OPERATIONAL)], by=None)
    assert {(i.component, i.location) for i in incident.impacts.open()} == {(sms, there), (voice, None)}


def test_a_change_may_lie_back_but_not_before_the_start_nor_ahead():
    start = timezone.now() - 60 * MINUTE
    sms = make.component()
    incident = make.confirmed(affects=[make.affected(sms, level=Level.MAJOR)], started_at=start)
    incident = set_level(incident, sms, Level.DEGRADED, at=start + 20 * MINUTE)
    assert [i.started_at for i in incident.impacts.open()] == [start + 20 * MINUTE]
    for at in (start - MINUTE, timezone.now() + MINUTE):
        with pytest.raises(DomainError) as refusal:
            set_level(incident, sms, Level.MAJOR, at=at)
        assert refusal.value.field == "at"


def test_a_change_from_before_the_present_interval_does_not_overlap_it():
    start = timezone.now() - 60 * MINUTE
    sms = make.component()
    incident = make.confirmed(affects=[make.affected(sms, level=Level.MAJOR)], started_at=start)
    incident = set_level(incident, sms, Level.DEGRADED, at=start + 20 * MINUTE)
    set_level(incident, sms, Level.PARTIAL, at=start + 10 * MINUTE)
    open_one = incident.impacts.open().get()
    assert (open_one.level, open_one.started_at) == (Level.PARTIAL, start + 20 * MINUTE)


@pytest.mark.parametrize("kind", ["resolved", "dismissed", "backfilled"])
def test_what_is_over_affects_nothing_new(kind):
    incident = getattr(make, kind)()
    with pytest.raises(DomainError):
        set_level(incident, make.component(), Level.MAJOR)


# Setting an interval right


@pytest.fixture
def impact():
    start = timezone.now() - 60 * MINUTE
    incident = make.told(affects=[make.affected(level=Level.MAJOR)], started_at=start)
    return incident.impacts.get()


def correct(impact, **changes):
    facts = {"started_at": impact.started_at, "ended_at": impact.ended_at, "level": impact.level, "reason": "Graph"}
    return actions.correct_impact(impact, by=None, **(facts | changes))


def test_an_interval_is_set_right_with_a_reason_that_stays(impact):
    lead = make.in_group("Engineering Leads")
    began, ended = impact.started_at + MINUTE, impact.started_at + 5 * MINUTE
    corrected = actions.correct_impact(
        impact, started_at=began, ended_at=ended, level=Level.DEGRADED, reason="By the graph", by=lead
    )
    assert (corrected.started_at, corrected.ended_at, corrected.level) == (began, ended, Level.DEGRADED)
    last = corrected.history.first()
    assert (last.history_user, last.history_change_reason) == (lead, "By the graph")
    entry = corrected.incident.timeline.filter(kind=EntryKind.IMPACT).first()
    assert (entry.text, entry.data["old"], entry.data["new"]) == ("By the graph", 3, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"started_at": 61}, "started_at"),
        ({"ended_at": 61}, "ended_at"),
        ({"started_at": -1}, "started_at"),
        ({"started_at": 20, "ended_at": 10}, "ended_at"),
        ({"reason": " "}, "reason"),
    ],
)
def test_intervals_that_cannot_be_are_refused(impact, changes, field):
    changes = {k: impact.started_at + v * MINUTE if isinstance(v, int) else v for k, v in changes.items()}
    with pytest.raises(DomainError) as refusal:
        correct(impact, **changes)
    assert refusal.value.field == field
    assert impact.history.count() == 1


def test_an_interval_of_a_resolved_incident_has_an_end():
    incident = make.resolved()
    with pytest.raises(DomainError) as refusal:
        correct(incident.impacts.get(), ended_at=None)
    assert refusal.value.field == "ended_at"


def test_two_intervals_are_not_open_at_one_place(impact):
    incident = set_level(impact.incident, impact.component, Level.DEGRADED)
    impact.refresh_from_db()
    with pytest.raises(DomainError) as refusal:
        correct(impact, ended_at=None)
    assert refusal.value.field == "ended_at"
    for location in (None, make.location()):
        place = {"incident": incident, "component": make.component(), "location": location, "level": Level.MAJOR}
        Impact.objects.create(**place)
        with pytest.raises(IntegrityError), transaction.atomic():
            Impact.objects.create(**place)


def test_an_impact_that_never_was_is_removed_and_remembered(impact):
    incident = actions.set_impacts(impact.incident, [make.affected()], by=None)
    lead = make.in_group("Engineering Leads")
    actions.remove_impact(impact, reason="Wrong component", by=lead)

    assert not Impact.objects.filter(pk=impact.pk).exists()
    gone = Impact.history.filter(id=impact.pk).first()
    assert (gone.history_type, gone.history_user, gone.history_change_reason) == ("-", lead, "Wrong component")
    assert incident.timeline.filter(kind=EntryKind.IMPACT).first().text == "Wrong component"


def test_what_customers_read_keeps_at_least_one_impact(impact):
    with pytest.raises(DomainError):
        actions.remove_impact(impact, reason="Wrong component", by=None)
    internal = make.internal()
    actions.remove_impact(internal.impacts.get(), reason="Wrong component", by=None)
    assert not internal.impacts.exists()


def test_an_impact_that_somebody_removed_meanwhile_is_named(impact):
    actions.set_impacts(impact.incident, [make.affected()], by=None)
    stale = Impact.objects.get(pk=impact.pk)
    actions.remove_impact(impact, reason="Wrong component", by=None)
    for again in (lambda: actions.remove_impact(stale, reason="Wrong", by=None), lambda: correct(stale)):
        with pytest.raises(DomainError, match="removed this impact"):
            again()
