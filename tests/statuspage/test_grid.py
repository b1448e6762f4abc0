"""Where it fails: component × place, while something is wrong in one place and not in another, and never else."""

import re

import pytest

from incidents.choices import Level, Status
from incidents.models import Location, Pin
from statuspage import documents
from statuspage.documents import grid
from statuspage.documents.state import derive
from statuspage.snapshot.load import load
from tests.statuspage import build, larkwire
from tests.statuspage.build import NOW, minutes

pytestmark = pytest.mark.django_db


def table(page, part=None):
    """Row by row what stands in the cells, under the names of the columns; none where no grid is drawn."""
    shot = load(page.pk, touched=None, now=NOW)
    state = derive(shot)
    found = grid.of_component(shot, state, part.pk) if part else grid.of_page(shot, state)
    if found is None:
        return None
    return [("", *found.columns)] + [(line.name, *(mark.word for mark in line.marks)) for line in found.lines]


def html(page, path="index.html"):
    shot = load(page.pk, touched=None, now=NOW)
    return next(e.body.decode() for e in [*documents.hot(shot), *documents.permanent(shot)] if e.path == path)


def places(count):
    names = ["Frankfurt", "Singapore", "Virginia", "São Paulo"] + [f"Place {n}" for n in range(4, 20)]
    return [Location.objects.create(name=names[n], position=n) for n in range(count)]


def broken(page, *impacts):
    return build.incident("Late", page=page, impacts=impacts, updates=[(NOW - minutes(9), Status.INVESTIGATING, "x")])


UP, DEGRADED, PARTIAL, DOWN = (str(level.label) for level in Level)


def test_the_bad_day_by_place():
    row, parts, found = larkwire.demo()
    larkwire.outage(row, parts, found)
    assert table(row) == [
        ("", "Frankfurt", "Singapore", "Virginia", "São Paulo"),
        ("SMS", DOWN, DOWN, UP, UP),
        ("WhatsApp", DOWN, DOWN, UP, UP),
        ("RCS", DEGRADED, UP, UP, UP),
        ("5 more in Channels", UP, UP, UP, UP),
        ("Delivery receipts", DEGRADED, DEGRADED, DEGRADED, DEGRADED),
        ("7 more in API", UP, UP, UP, UP),
    ]


def test_it_is_a_table_whose_cells_have_a_word_a_shape_and_a_colour():
    row, parts, found = larkwire.demo()
    larkwire.outage(row, parts, found)
    front = html(row)
    drawn = front[front.index('<table class="grid">') : front.index("</table>")]
    assert drawn.count('<th scope="col">') == 5
    assert drawn.count('<th scope="row">') == 6
    assert '<caption class="vh">State of each affected component in each location, now</caption>' in drawn
    cell = '<td class="is-major"><svg class="s" aria-hidden="true"><use href="#major"/></svg><span>Major outage</span>'
    assert drawn.count(cell) == 4
    assert front.index("Next update by") < front.index('class="grid"') < front.index("<h2>Components</h2>")


@pytest.mark.parametrize("count", [0, 1, 4])
def test_there_is_none_while_all_is_well_or_no_place_is_told(count):
    found = places(count)
    page = build.page(part := build.component("SMS"))
    assert table(page) is None
    broken(page, (part, found[0] if count == 1 else None, 3))
    assert table(page) is None
    assert 'class="grid' not in html(page)


def test_what_is_over_is_not_in_it():
    found = places(2)
    page = build.page(part := build.component("SMS"))
    broken(page, (part, found[0], 3, NOW - minutes(40), NOW - minutes(5)))
    assert table(page) is None


def test_the_worst_of_what_covers_and_lies_below_counts():
    found = places(3)
    group = build.component("Channels")
    sms, voice = build.component("SMS", group), build.component("Voice", group)
    page = build.page(group)
    broken(page, (group, found[0], 1), (sms, found[1], 3))
    Pin.objects.create(component=sms, level=2, reason="x", started_at=NOW, ends_at=NOW + minutes(9), location=found[2])
    assert table(page) == [
        ("", "Frankfurt", "Singapore", "Virginia"),
        ("Channels", DEGRADED, DOWN, PARTIAL),
        ("SMS", DEGRADED, DOWN, PARTIAL),
    ]
    assert table(page, voice) == [("", "Frankfurt", "Singapore", "Virginia"), ("Voice", DEGRADED, UP, UP)]


def test_more_places_than_there_is_room_for_are_one_column_with_their_worst():
    found = places(12)
    page = build.page(part := build.component("SMS"), build.component("Voice"))
    broken(page, *((part, place, 3) for place in found[9:]), (part, found[0], 1))
    head, sms, rest = table(page)
    assert head == (
        "",
        "Frankfurt",
        "Singapore",
        "Virginia",
        "São Paulo",
        "Place 9",
        "Place 10",
        "Place 11",
        "5 others",
    )
    assert sms == ("SMS", DEGRADED, UP, UP, UP, DOWN, DOWN, DOWN, UP)
    assert rest == ("1 more component", *[UP] * 8)
    front = html(page)
    assert re.search(r'<table class="grid wide">.*?</table>\s*<p class="key">', front, flags=re.DOTALL)


def test_many_rows_end_in_a_number():
    found = places(2)
    parts = [build.component(f"Part {n:02}", position=n) for n in range(30)]
    page = build.page(*parts)
    broken(page, *((part, found[0], 3 if n == 20 else 1) for n, part in enumerate(parts)))
    assert [line[0] for line in table(page)[1:3]] == ["Part 20", "Part 00"]
    assert len(table(page)) == 9
    assert "and 22 more components" in html(page)


def test_a_component_page_shows_its_own_places():
    row, parts, found = larkwire.demo()
    larkwire.outage(row, parts, found)
    assert table(row, parts["SMS"]) == [
        ("", "Frankfurt", "Singapore", "Virginia", "São Paulo"),
        ("SMS", DOWN, DOWN, UP, UP),
    ]
    assert [line[0] for line in table(row, parts["Channels"])] == ["", "Channels", "SMS", "WhatsApp", "RCS"]
    assert table(row, parts["Voice"]) is None
    assert 'class="grid"' in html(row, f"components/{parts['SMS'].public_id}/index.html")
