"""What runs where; and an incident within maintenance that customers had read of owes no first notice."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.choices import Level, Promise
from incidents.clocks import clocks, compliance
from incidents.maintenance import actions
from incidents.maintenance.choices import Expected
from incidents.maintenance.coverage import covered, covers
from incidents.maintenance.judging import Affects
from incidents.models import Impact, Incident
from tests import factories as make
from tests.incidents.maintenance.around import HOUR, LATER, MINUTE, announced, on, running

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
END = LATER + 2 * HOUR
DURING = LATER + HOUR


def tree(depth=4):
    rows = [make.component()]
    for _level in range(depth):
        rows.append(make.component(parent=rows[-1]))
    return rows


def test_a_window_covers_its_components_with_all_below_them():
    rows, other = tree(depth=12), make.component()
    window = running(rows[2])
    assert [covers(row, None, DURING) for row in rows] == [None, None, *[window] * 11]
    assert covers(other, None, DURING) is None


@pytest.mark.parametrize(
    ("at", "is_in"), [(LATER - SECOND, False), (LATER, True), (END - SECOND, True), (END, False), (END + HOUR, False)]
)
def test_from_its_real_beginning_to_its_real_end(at, is_in):
    sms = make.component()
    window = running(sms)
    actions.end_by_itself(window, now=END)
    assert bool(covers(sms, None, at)) == is_in


def test_an_overrun_is_covered_and_what_ended_early_is_not():
    sms, voice = make.component(), make.component()
    late, early = running(sms, is_automatic=True), running(voice)
    with on(LATER + 30 * MINUTE):
        actions.end(early, by=None)
    assert covers(sms, None, END + HOUR) == late
    assert covers(voice, None, DURING) is None


def test_what_has_not_begun_or_was_called_off_covers_nothing():
    sms, voice = make.component(), make.component()
    announced(sms)
    broken_off = running(voice)
    with on(LATER + 30 * MINUTE):
        actions.cancel(broken_off, reason="Alarms.", by=None)
    assert covers(sms, None, DURING) is None
    assert covers(voice, None, DURING) is None
    assert covers(voice, None, LATER + 20 * MINUTE) == broken_off


def test_a_location_covers_itself_and_everywhere_covers_all():
    sms, frankfurt, singapore = make.component(), make.location(), make.location()
    window = running(sms, location=frankfurt)
    places = [(sms.pk, frankfurt.pk), (sms.pk, singapore.pk), (sms.pk, None)]
    assert list(covered(places, DURING).values()) == [window, None, None]
    everywhere = running(make.component(parent=None), Affects(sms))
    assert set(covered(places, DURING).values()) == {window, everywhere}


def test_where_nothing_is_noticed_nothing_is_covered():
    sms = make.component()
    running(sms, expected=Expected.NOTHING)
    assert covers(sms, None, DURING) is None


def test_of_several_the_one_that_began_first():
    sms = make.component()
    second, first = running(sms, at=LATER + 10 * MINUTE), running(sms)
    assert covers(sms, None, DURING) == first
    assert second != first


def test_two_queries_whatever_there_is(same_queries):
    rows = tree()
    running(rows[0])
    with same_queries(at_most=2):
        covers(rows[-1], None, DURING)
    for _number in range(20):
        running(rows[0])
    more = [(make.component(parent=rows[-1]).pk, None) for _number in range(30)]
    with same_queries(at_most=2):
        assert all(covered(more, DURING).values())


# The first notice


def incident(*affects, at=DURING):
    with on(at):
        return make.confirmed(affects=affects or None, detected_at=at)


def keys(row):
    return {clock.key for clock in clocks.clocks_of(clocks.annotated(Incident.objects.all()).get(pk=row.pk))}


def promised(row):
    kind = compliance.INCIDENT_CLOCKS
    return {
        promise.clock
        for promise in kind.between(LATER - HOUR, timezone.now() + timedelta(days=900))
        if promise.subject.pk == row.pk
    }


def test_an_incident_within_public_maintenance_owes_no_first_notice():
    rows = tree()
    running(rows[1])
    inside, outside = incident(make.affected(rows[3])), incident(make.affected(rows[0]))
    assert ("first_notice" in keys(inside), "first_notice" in keys(outside)) == (False, True)
    assert (Promise.FIRST_NOTICE in promised(inside), Promise.FIRST_NOTICE in promised(outside)) == (False, True)


def test_every_impact_of_it_has_to_be_within():
    sms, voice = make.component(), make.component()
    running(sms)
    row = incident(make.affected(sms), make.affected(voice))
    assert "first_notice" in keys(row)
    running(voice)
    assert "first_notice" not in keys(row)
    with on(DURING):
        Impact.objects.create(incident=row, component=make.component(), level=Level.DEGRADED)
    assert "first_notice" in keys(row)


@pytest.mark.parametrize(
    "facts", [{"audience": "internal"}, {"expected": Expected.NOTHING}, {"at": LATER + 61 * MINUTE}]
)
def test_what_customers_had_not_read_of_covers_nothing(facts):
    sms = make.component()
    running(sms, **facts)
    assert "first_notice" in keys(incident(make.affected(sms)))


def test_what_was_detected_before_or_after_is_owed():
    sms = make.component()
    window = running(sms)
    actions.end_by_itself(window, now=END)
    found = {at: "first_notice" in keys(incident(make.affected(sms), at=at)) for at in (LATER - SECOND, LATER, END)}
    assert found == {LATER - SECOND: True, LATER: False, END: True}


def test_nobody_is_asked_on_the_home_for_what_is_not_owed(client):
    sms = make.component()
    with on(DURING):
        running(sms)
        row = incident(make.affected(sms))
        client.force_login(make.in_group("Support"))
        html = client.get("/admin/").content.decode()
    assert row.first_notice_at is None
    assert "customers have not been told" not in html


def test_a_notice_all_the_same_is_no_promise_kept():
    sms = make.component()
    running(sms)
    row = incident(make.affected(sms))
    with on(DURING + HOUR):
        make.update(row)
    assert "first_notice" not in keys(row)


def test_one_query_whatever_there_is_and_none_for_one_incident(same_queries, django_assert_num_queries):
    rows = tree()
    running(rows[0])
    incident(make.affected(rows[2]))
    with same_queries(at_most=1):
        found = list(clocks.annotated(Incident.objects.all()))
    for _number in range(20):
        incident(make.affected(make.component(parent=rows[2])))
    with same_queries(at_most=1):
        found = list(clocks.annotated(Incident.objects.all()))
    with django_assert_num_queries(0):
        assert not any(clock.key == "first_notice" for row in found for clock in clocks.clocks_of(row))


def test_the_database_and_the_tree_say_the_same():
    """Any trees, locations and windows: what covers each impact, asked in both ways."""
    dice = random.Random(7)
    places = [None, make.location(), make.location()]
    rows = []
    for _number in range(25):
        rows.append(make.component(parent=dice.choice([None, *rows])))
    for _number in range(4):
        what = dice.sample(rows, 2)
        running(*[Affects(each, dice.choice(places), dice.choice(list(Expected))) for each in what])
    found = []
    for _number in range(40):
        affects = [make.affected(each, dice.choice(places)) for each in dice.sample(rows, dice.randint(1, 2))]
        row = incident(*affects)
        there = [(each.component_id, each.location_id) for each in row.impacts.all()]
        found.append(all(covered(there, DURING).values()))
        assert clocks.annotated(Incident.objects.all()).get(pk=row.pk).is_covered == found[-1]
    assert set(found) == {True, False}
