"""A page of 500 components weighs what one of 40 does, and everything on it can still be found."""

import re

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from incidents.choices import ComponentState, Level, Status
from incidents.models import Component
from statuspage import documents
from statuspage.documents import truncation
from statuspage.documents.state import derive
from statuspage.snapshot.load import load
from statuspage.snapshot.values import Component as Shown, Tree
from tests.statuspage import build
from tests.statuspage.build import NOW, minutes
from tests.statuspage.test_documents import words

pytestmark = pytest.mark.django_db
BUDGET = 45_000
SHAPES = {"flat": (0, 500), "in groups of 50": (10, 50), "in pairs": (250, 2), "in one group": (1, 500)}


def page_of(groups, each, *, depth=1, name="Endpoint {}"):
    """The page, and its leaves in their order."""
    tops = parents = [build.component(f"Group {n}", position=n) for n in range(groups)]
    for _level in range(depth - 1):
        parents = [build.component(f"{up.name} part {n}", up, position=n) for up in parents for n in range(2)]
    count = groups * each if groups else each
    made = Component.objects.bulk_create(
        Component(
            name=name.format(n), parent=parents[n * len(parents) // count] if parents else None,
            introduced_on=build.LONG_AGO, position=n, public_id=f"comp_leaf{n}",
        )
        for n in range(count)
    )  # fmt: skip
    return build.page(*(tops or made)), made


def broken(page, parts, level=Level.MAJOR):
    return build.incident("Endpoints fail", page=page, severity=3, impacts=[(part, None, level) for part in parts],
                          updates=[(NOW - minutes(9), Status.INVESTIGATING, "Seen. " * 40)])  # fmt: skip


def publish(page):
    shot = load(page.pk, touched=None, now=NOW)
    return {each.path: each.body.decode() for each in [*documents.hot(shot), *documents.permanent(shot)]}


def linked(html):
    return set(re.findall(r'href="[./]*components/(comp_\w+)/"', html))


@pytest.mark.parametrize("share", [0, 1, 50, 500])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_front_page_stays_inside_its_budget(shape, share):
    page, leaves = page_of(*SHAPES[shape])
    if share:
        broken(page, leaves[:: 500 // share])
    assert len(front_of(page)) <= BUDGET


@pytest.mark.parametrize("share", [1, 500])
def test_deep_trees_and_long_names_stay_inside_it_too(share):
    page, leaves = page_of(5, 100, depth=3, name="Nachrichtenzustellungsbestätigung " * 2 + "{}")
    broken(page, leaves[:share])
    assert len(front_of(page)) <= BUDGET


def front_of(page):
    shot = load(page.pk, touched={}, now=NOW, due=NOW + minutes(5))
    return next(each.body for each in documents.hot(shot) if each.path == "index.html")


def test_a_calm_group_is_one_row_that_leads_to_its_page():
    page, leaves = page_of(10, 50)
    found = publish(page)
    front = found["index.html"]
    assert not linked(front) & {leaf.public_id for leaf in leaves}
    groups = list(Component.objects.filter(parent=None))
    assert linked(front) == {group.public_id for group in groups}
    assert "Group 3 50 components Operational" in words(front)
    assert len(linked(found[f"components/{groups[3].public_id}/index.html"])) >= 50


def test_in_a_troubled_group_the_troubled_stand_and_the_calm_are_a_number():
    page, leaves = page_of(10, 50)
    broken(page, leaves[2:6])
    front = publish(page)["index.html"]
    assert linked(front) & {leaf.public_id for leaf in leaves} == {leaf.public_id for leaf in leaves[2:6]}
    group = leaves[0].parent
    assert re.search(
        rf'<p class="fold"><a href="\./components/{group.public_id}/"><svg.*?</svg>46 operational</a>', front
    )


def test_a_flat_crowd_that_is_calm_is_one_row_that_leads_to_all():
    page, leaves = page_of(0, 500)
    broken(page, leaves[7:9])
    found = publish(page)
    assert re.search(r'<a href="\./components/"><svg.*?</svg>498 operational</a>', found["index.html"])
    assert linked(found["components/index.html"]) == {leaf.public_id for leaf in leaves}
    assert "All components 2 of 500 components affected" in words(found["components/index.html"])


def test_when_all_is_down_each_group_has_its_share_and_the_rest_is_counted():
    page, leaves = page_of(10, 50)
    broken(page, leaves)
    front = words(publish(page)["index.html"])
    told = sum(int(n) for n in re.findall(r"(\d+) more: major outage", front))
    shown = len(re.findall(r"Endpoint \d+ Major outage", front))
    assert shown >= 10
    assert told + shown == 500


def test_a_group_page_of_five_hundred_names_them_all_and_leads_with_the_troubled():
    page, leaves = page_of(1, 500)
    broken(page, leaves[400:402], Level.DEGRADED)
    page_of_group = publish(page)[f"components/{leaves[0].parent.public_id}/index.html"]
    assert linked(page_of_group) >= {leaf.public_id for leaf in leaves}
    text = words(page_of_group)
    assert text.index("Endpoint 401 Degraded") < text.index("498 operational") < text.index("Endpoint 17 ")
    assert len(page_of_group) < 80_000


def test_below_the_crowd_nothing_is_left_out():
    page, leaves = page_of(5, truncation.CROWD // 5)
    found = publish(page)
    assert {leaf.public_id for leaf in leaves} <= linked(found["index.html"])
    assert "components/index.html" not in found


def test_an_ordinary_update_writes_what_it_touches_and_the_page_of_all():
    page, leaves = page_of(10, 50)
    row = broken(page, leaves[:1])
    shot = load(page.pk, touched={"incident": {row.pk}}, now=NOW, due=NOW + minutes(5))
    written = {each.path.rpartition("/")[0] for each in documents.permanent(shot)}
    assert written == {
        f"incidents/{row.public_id}",
        "history/2026-11",
        "components",
        f"components/{leaves[0].public_id}",
        f"components/{leaves[0].parent.public_id}",
    }
    quiet = load(page.pk, touched={}, now=NOW, due=NOW + minutes(5))
    assert documents.permanent(quiet) == []


def test_the_worst_of_each_group_come_first():
    page, leaves = page_of(2, 50)
    broken(page, leaves[:40], Level.DEGRADED)
    broken(page, leaves[90:92], Level.PARTIAL)
    shot = load(page.pk, touched=None, now=NOW)
    state = derive(shot)
    drawn = truncation.drawn(shot.tree, state.components, shot.tree.roots, calm=True)
    assert {leaves[90].pk, leaves[91].pk, *shot.tree.roots} <= drawn
    assert 0 < len(drawn & {leaf.pk for leaf in leaves[:40]}) < 40


def node(pk, parent, children, name):
    return Shown(pk, f"comp_{pk}", name, "", build.LONG_AGO, parent, children, NOW, NOW)


STATES = [state for state in ComponentState if state != ComponentState.UNKNOWN]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(STATES), st.text(min_size=1, max_size=100)), min_size=60))
def test_what_is_drawn_fits_and_hangs_together(leaves):
    """Whatever the names and states: the room is kept, and nothing is drawn below what is not."""
    groups = {n: [at + 10 for at, (group, _level, _name) in enumerate(leaves) if group == n] for n in range(5)}
    components = {n: node(n, None, tuple(groups[n]), "Group") for n in groups}
    components |= {at + 10: node(at + 10, group, (), name) for at, (group, _level, name) in enumerate(leaves)}
    level = {at + 10: its for at, (_group, its, _name) in enumerate(leaves)}
    level |= {n: max((level[pk] for pk in groups[n]), default=ComponentState.OPERATIONAL) for n in groups}
    tree = Tree(components, tuple(groups), {}, frozenset())
    drawn = truncation.drawn(tree, level, tree.roots, calm=True)
    assert all(components[pk].parent in drawn for pk in drawn if components[pk].parent is not None)
    assert sum(truncation._cost(components[pk], level[pk]) for pk in drawn) <= truncation.ROOM
    assert not [pk for pk in drawn if pk >= 10 and not level[pk].is_troubled]
    rest = [pk for pk in tree.roots if pk not in drawn]
    told = sum(int(re.match(r"\d+", fold.text)[0]) for fold in truncation.folds(tree, level, rest, beside=True))
    assert told == sum(len(groups[pk]) or 1 for pk in rest)
