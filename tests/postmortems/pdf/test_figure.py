"""The drawing of the timeline: to scale, without clashes, whatever is missing or however many there are."""

import re
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings, strategies as st

from incidents.choices import Level
from postmortems.document.facts import Impact, Notice, Times
from postmortems.document.outline import course
from postmortems.document.outline.spoken import timeline as spoken
from postmortems.document.words import Calendar
from postmortems.pdf import bars, figure, letters
from postmortems.pdf.axis import axis
from postmortems.pdf.flags import place
from tests.postmortems import examples, generated
from tests.postmortems.long import at

LONG = examples.LONG
SVG = "{http://www.w3.org/2000/svg}"


def drawn(content, zone="UTC"):
    way = course(content)
    calendar = Calendar.of(zone, way.start, way.end)
    return ElementTree.fromstring(figure.timeline(way, calendar, alternative=spoken(way, calendar)))


def texts(svg):
    return [each.text for each in svg.iter(f"{SVG}text")]


def height(svg):
    return float(svg.get("viewBox").split()[3])


def test_it_names_what_happened_how_long_each_phase_took_and_which_promise_was_missed():
    words = [" ".join(text.split()) for text in texts(drawn(LONG))]

    for flag in ("Began", "Detected", "Acknowledged", "Cause found", "Mitigated", "Caught up", "Resolved"):
        assert flag in words
    assert {"17 min", "3 min", "1 h 28 min", "1 h 6 min", "50 min"} <= set(words)
    assert words.count("8 min late") == 1
    assert words.count("UTC") == 1


def test_a_bar_is_as_long_as_its_phase():
    boxes = [
        float(box.get("width")) for box in drawn(LONG).iter(f"{SVG}rect") if box.get("height") == "6.00"
    ]  # fmt: skip

    undetected, unacknowledged, unmitigated, unresolved = boxes
    assert unmitigated / undetected == pytest.approx(88 / 17, rel=0.01)
    assert unresolved / unacknowledged == pytest.approx(66 / 3, rel=0.01)


def test_the_height_of_a_strip_is_its_level():
    tall = {level: figure.TALL[level] for level in Level}

    assert sorted(tall.values()) == [tall[level] for level in Level]


def test_the_alternative_says_the_same():
    title = drawn(LONG).find(f"{SVG}title").text

    assert "was resolved at 12:08" in title
    assert "For 17\u00a0min, from 09:14 to 09:31, it was not detected." in title
    assert "SMS · Frankfurt: partial outage from 09:14 to 09:52, then major outage from 09:52 to 11:02" in title
    assert "The notice of 11:08 came later than promised." in title


def test_times_are_in_the_zone_that_is_asked_for():
    assert "10:14" in texts(drawn(LONG, "Europe/Berlin"))
    assert "CET" in texts(drawn(LONG, "Europe/Berlin"))
    assert "UTC+5:45" not in texts(drawn(LONG))
    assert "14:59" in texts(drawn(LONG, "Asia/Kathmandu"))


def test_over_midnight_the_days_are_named():
    times = Times(at("23:14"), at("23:31"), resolved_at=at("02:08", 20))
    words = texts(drawn(replace(LONG, times=times, impacts=(), notices=())))

    assert {"19\u00a0Nov", "20\u00a0Nov", "00:00", "20\u00a0Nov, 02:08"} <= set(words)


def test_over_weeks_the_axis_counts_days():
    times = Times(at("09:14", 1), at("09:31", 4), resolved_at=at("12:08", 28))
    words = texts(drawn(replace(LONG, times=times, impacts=(), notices=())))

    assert {"1\u00a0Nov", "8\u00a0Nov", "15\u00a0Nov", "22\u00a0Nov"} <= set(words)


def test_what_is_not_known_is_open_or_left_out():
    words = texts(drawn(replace(LONG, times=Times(at("09:14"), at("09:31")))))

    assert "Unacknowledged" not in words
    assert "Catching up" not in words
    assert [text for text in words if text.endswith(", open")] != []
    assert "Resolved" in words  # the last notice
    assert words.count("Mitigated") == 0


def test_many_strips_and_notices_stay_on_one_page():
    impacts = tuple(Impact(f"Component {n}", "Frankfurt", Level.MAJOR, at("09:14"), at("11:00")) for n in range(40))
    notices = tuple(Notice(at("09:20") + timedelta(minutes=n), "Investigating", "x") for n in range(160))
    svg = drawn(replace(LONG, impacts=impacts, notices=notices))

    assert height(svg) < 640
    assert "8 more rows stand in the table of impacts." in texts(svg)
    assert "Component 31" in texts(svg)
    assert "Component 32" not in texts(svg)
    assert texts(svg).count("Investigating") < 12


@given(generated.contents())
@settings(max_examples=60, deadline=None)
def test_anything_can_be_drawn(made):
    content, _secret = made

    svg = drawn(content)

    assert 40 < height(svg) < 700
    for box in svg.iter(f"{SVG}rect"):
        assert float(box.get("width")) >= 0
        assert -3 <= float(box.get("x")) <= figure.WIDTH + 1
    assert "nan" not in ElementTree.tostring(svg, encoding="unicode")


@given(st.lists(st.tuples(st.floats(120, 490), st.floats(20, 70)), min_size=1, max_size=7))
@settings(deadline=None)
def test_flags_never_clash(flags):
    spots = place(flags, left=89, right=495)

    assert [(spot.x, spot.end - spot.start) for spot in spots] == [
        (x, pytest.approx(width)) for x, width in flags
    ]  # fmt: skip
    for at_, one in enumerate(spots):
        assert not any(one.clashes(other) for other in spots[at_ + 1 :])


@given(st.integers(0, 60 * 24 * 200), st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]))
@settings(deadline=None)
def test_the_axis_has_a_few_ticks_and_room_at_its_end(minutes, zone):
    start, end = at("09:14", 1), at("09:14", 1) + timedelta(minutes=minutes)
    calendar = Calendar.of(zone, start, end)

    made = axis(start, end, calendar, left=100, right=500, room=40)

    assert 1 <= len(made.ticks) <= 9
    assert made.first <= start
    assert made(made.first) == 100
    assert made(end) <= 460.01
    assert len({tick.at for tick in made.ticks}) == len(made.ticks)


def test_a_label_is_as_wide_as_its_letters():
    assert letters.width("Frankfurt", 10) == pytest.approx(sum(letters.width(each, 10) for each in "Frankfurt"))
    assert letters.width("漢字", 10) == 20
    assert letters.width("a\u0301", 10) == letters.width("a", 10)
    assert letters.shortened("Frankfurt am Main", 30, 7).endswith("…")
    assert letters.width(letters.shortened("Frankfurt am Main", 30, 7), 7) <= 30


@pytest.mark.parametrize(("used", "beyond"), [(0, False), (0.5, False), (1, False), (1.2, True), (900, True)])
def test_a_bar_shows_what_lies_beyond_the_limit(used, beyond):
    svg = b64decode(bars.share(used).partition(",")[2]).decode()

    assert (svg.count("#14171a") > 1) == beyond
    assert max(map(float, re.findall(r"h(\d+\.\d+)v", svg)), default=0) <= bars.WIDTH
