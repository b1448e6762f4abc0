"""How a component or a page is: one order, and for each state a word, a shape, a colour and what programs read."""

from itertools import permutations

import pytest
from django.template.loader import render_to_string

from incidents.choices import ComponentState, Level
from notifications.messages import marks
from statuspage import page_status
from statuspage.documents import api_v2, badges, bars, words
from statuspage.snapshot import uptime

# state: slug, word, on a badge, colour of the badge, component and indicator of /api/v2
DRAWN = {
    "unknown": ("unknown", "Unknown", "unknown", "lightgrey", "operational", "none"),
    "operational": ("op", "Operational", "operational", "brightgreen", "operational", "none"),
    "maintenance": ("maint", "Maintenance", "maintenance", "blue", "under_maintenance", "maintenance"),
    "degraded": ("degraded", "Degraded", "degraded", "yellow", "degraded_performance", "minor"),
    "partial": ("partial", "Partial outage", "partial outage", "orange", "partial_outage", "major"),
    "major": ("major", "Major outage", "major outage", "red", "major_outage", "critical"),
}


def test_the_words_of_the_contract_from_best_to_worst():
    assert ComponentState.values == [*DRAWN]
    assert [state for state in ComponentState if state.is_troubled] == ["maintenance", "degraded", "partial", "major"]


@pytest.mark.parametrize("state", ComponentState)
def test_each_state_is_drawn_everywhere(state):
    slug, word, on_badge, color, component, indicator = DRAWN[state]

    assert words.mark(state) == words.Mark(slug, word)
    assert (badges.word(state), badges.COLOR[state]) == (on_badge, color)
    assert badges.NAMED[color].startswith("#")
    assert (api_v2.COMPONENT[state], api_v2.INDICATOR[state][0]) == (component, indicator)
    assert bars.HEIGHT[state] <= bars.BOTTOM
    assert marks.SHAPES[slug]
    assert f'id="lv-{state}"' in render_to_string("incidents/_shapes.html")  # on the staff side
    assert state == ComponentState.UNKNOWN or page_status.STATES[indicator] == state


def test_maintenance_is_said_as_readers_of_the_api_expect_it():
    assert api_v2.INDICATOR[ComponentState.MAINTENANCE] == ("maintenance", "Service Under Maintenance")


def test_the_worst_is_the_worst_in_any_order():
    """A string would compare by its letters."""
    for better, worse in zip(ComponentState, [*ComponentState][1:], strict=False):
        assert worse > better
        assert worse >= better
        assert better < worse
        assert better <= worse
        assert (max(better, worse), max(worse, better), min(worse, better)) == (worse, worse, better)
    for each in permutations(ComponentState):
        assert sorted(each) == [*ComponentState]


@pytest.mark.parametrize("level", Level)
def test_an_impact_makes_of_a_component_what_it_is_called(level):
    assert (level.state.value, level.state.label) == (level.name.lower(), level.label)


def test_a_day_of_a_group_is_unknown_only_where_nothing_is_known():
    def days(*states):
        return tuple(uptime.Day(None, ComponentState(state)) for state in states)

    first = days("unknown", "unknown", "maintenance")
    second = days("unknown", "operational", "operational")
    assert [day.state for day in uptime.together([first, second, first])] == ["unknown", "operational", "maintenance"]
