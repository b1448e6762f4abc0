"""What a window makes of components: nothing before it runs, maintenance while it does; and of their uptime."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from incidents.choices import ComponentState, Level
from incidents.maintenance import actions
from incidents.maintenance.choices import Expected
from statuspage.documents.state import current_state
from statuspage.snapshot import uptime
from statuspage.snapshot.load import load
from statuspage.snapshot.uptime import Span
from tests import factories as make
from tests.statuspage.windows import A_WEEK, END, NOW, START, announced, begun, drawn, ended, minutes, outage

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def sms(clock):
    return make.component(name="SMS", parent=make.component(name="Channels"), introduced_on="2024-03-01")


@pytest.fixture
def page(sms):
    return make.page(sms.parent, make.component(name="Voice", introduced_on="2024-03-01"), is_default=True)


def state(page, **how):
    return current_state(load(page.pk, **{"touched": None, "now": timezone.now()} | how))


def states(page):
    shot = load(page.pk, touched=None, now=timezone.now())
    return {shot[pk].name: found for pk, found in current_state(shot).components.items()}


def test_only_what_runs_colours_a_component_and_what_is_above_it(clock, page, sms):
    window = announced(page, sms)
    well = {"Channels": "operational", "SMS": "operational", "Voice": "operational"}
    assert states(page) == well
    begun(clock, window)
    worked_on = {"Channels": "maintenance", "SMS": "maintenance", "Voice": "operational"}
    assert states(page) == worked_on
    actions.verify(window, by=None)
    assert states(page) == worked_on
    clock.move_to(END + minutes(90))
    assert states(page) == worked_on  # nobody said that it is over
    actions.end(window, by=None)
    assert states(page) == well


def test_one_that_is_broken_off_colours_no_longer_and_one_without_effect_never(clock, page, sms):
    quiet = announced(page, sms, expected=Expected.NOTHING)
    begun(clock, quiet)
    assert states(page)["SMS"] == "operational"
    clock.move_to(NOW)
    loud = announced(page, sms, expected=Expected.AT_RISK)
    begun(clock, loud, after=minutes(20))
    assert states(page)["SMS"] == "maintenance"
    actions.cancel(loud, reason="x", by=None)
    assert states(page)["SMS"] == "operational"


def test_drafts_internal_ones_and_those_of_other_pages_colour_nothing(clock, page, sms):
    elsewhere = make.page(sms)
    for window in (announced(page, sms, audience="internal"), announced(elsewhere, sms)):
        clock.move_to(NOW)
        begun(clock, window)
    clock.move_to(NOW)
    make.window(sms, starts_at=START, ends_at=END)
    assert states(page)["SMS"] == "operational"
    clock.move_to(START)
    assert states(elsewhere)["SMS"] == "maintenance"


def test_badges_bars_and_the_grid_show_it(clock, page, sms):
    frankfurt, vienna = make.location(name="Frankfurt"), make.location(name="Vienna")
    begun(clock, announced(page, sms, location=vienna))
    found = drawn(page)

    assert json.loads(found["badge.json"])["message"] == "maintenance"
    badge = json.loads(found[f"components/{sms.public_id}/badge.json"])
    assert (badge["message"], badge["color"]) == ("maintenance", "blue")
    assert 'class="maint"' in found["index.html"]
    assert "maintenance today; otherwise operational." in found["index.html"]
    assert '<td class="is-maint">' in found["index.html"]
    assert frankfurt.name in found["index.html"]


def test_an_incident_meanwhile_is_as_bad_as_it_is(clock, page, sms):
    begun(clock, announced(page, sms), after=minutes(10))
    make.told(page=page, affects=[make.affected(sms, level=Level.MAJOR)], started_at=START + minutes(5))
    assert states(page)["SMS"] == "major"
    assert "1 of 2 components affected" in drawn(page)["index.html"]


def test_a_day_of_maintenance_loses_no_time(clock, page, sms):
    ended(clock, announced(page, sms), after=minutes(60))
    clock.move_to(START + timedelta(days=3))
    now = state(page)
    assert [day.state for day in now.days[sms.pk]][-4:-2] == ["maintenance", "operational"]
    assert now.uptime[sms.pk] == 1


# Uptime with and without agreed windows


def lost(page, item):
    """Hours lost in ninety days: as it is, and without what was agreed on."""
    now = state(page)
    hours = [89 * 24 * (1 - figure[item.pk]) for figure in (now.uptime, now.agreed) if item.pk in figure]
    return [round(each, 4) for each in hours]


@pytest.mark.parametrize(
    ("begins", "ends", "counted"),
    [(0, 60, 0), (-30, 30, 0.5), (60, 180, 1), (-60, 200, 7 / 3), (130, 190, 1)],
)
def test_what_fails_in_a_window_was_agreed_on(clock, page, sms, begins, ends, counted):
    window = announced(page, sms)
    ended(clock, window, after=minutes(170))  # it took longer than was announced: that was not agreed on
    clock.move_to(START + timedelta(days=2))
    outage(sms, start=START + minutes(begins), end=START + minutes(ends), page=page)
    assert lost(page, sms) == [round((ends - begins) / 60, 4), round(counted, 4)]
    assert lost(page, sms.parent) == lost(page, sms)
    assert sms.parent.pk != sms.pk
    voice = page.components.get(name="Voice")
    assert voice.pk not in state(page).agreed


def test_what_fails_elsewhere_was_not_agreed_on(clock, page, sms):
    vienna, frankfurt = make.location(name="Vienna"), make.location(name="Frankfurt")
    ended(clock, announced(page, sms, location=vienna), after=minutes(120))
    clock.move_to(START + 2 * A_WEEK)
    for at, place in ((0, frankfurt), (60, vienna)):
        outage(sms, start=START + minutes(at), end=START + minutes(at + 60), location=place, page=page)
    outage(sms, start=START + A_WEEK, end=START + A_WEEK + minutes(60), page=page)
    assert lost(page, sms) == [3, 2]


def test_a_component_says_both_figures(clock, page, sms):
    ended(clock, announced(page, sms), after=minutes(120))
    outage(sms, start=START, end=START + minutes(60), page=page)
    clock.move_to(START + timedelta(days=2))
    text = drawn(page)[f"components/{sms.public_id}/index.html"]
    assert "99.953% uptime, today not counted" in text
    assert "100% without what failed during announced maintenance" in text


def test_a_span_without_others():
    at = [NOW + minutes(each) for each in range(10)]
    bad = Span(ComponentState.MAJOR, at[2], at[8])
    ran = [Span(ComponentState.MAINTENANCE, at[a], at[b]) for a, b in ((5, 6), (0, 3), (4, 5), (8, 9))]
    assert [(s.start, s.end) for s in uptime.outside(bad, ran)] == [(at[3], at[4]), (at[6], at[8])]
    assert list(uptime.outside(bad, [Span(ComponentState.MAINTENANCE, at[0], at[9])])) == []
    still = Span(ComponentState.MAJOR, at[2], None)
    assert [(s.start, s.end) for s in uptime.outside(still, ran)] == [(at[3], at[4]), (at[6], at[8]), (at[9], None)]
