"""Badges: the state in a word, a picture that always fits and can be read, and nothing that a query can break."""

import json
import re
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from hypothesis import given, strategies as st

from incidents import contrast
from incidents.choices import ComponentState, Status
from statuspage import documents
from statuspage.documents import badges
from statuspage.snapshot.load import load
from tests.statuspage import build, larkwire
from tests.statuspage.build import NOW

PUBLISHED = badges.documents("SMS", ComponentState.PARTIAL)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(**query):
    return badges.from_query(PUBLISHED[1].body, urlencode(query)).decode()


def texts(svg):
    return [text.text for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("state", "message", "color"),
    [
        (ComponentState.OPERATIONAL, "operational", "brightgreen"),
        (ComponentState.DEGRADED, "degraded", "yellow"),
        (ComponentState.PARTIAL, "partial outage", "orange"),
        (ComponentState.MAJOR, "major outage", "red"),
        (ComponentState.MAINTENANCE, "maintenance", "blue"),
        (ComponentState.UNKNOWN, "unknown", "lightgrey"),
    ],
)
def test_each_state_has_its_word_and_colour(state, message, color):
    svg, described = badges.documents("", state)
    assert json.loads(described.body) == {
        "schemaVersion": 1,
        "label": "status",
        "message": message,
        "color": color,
        "isError": message.endswith("outage"),
        "cacheSeconds": 60,
    }
    assert texts(svg.body) == ["status", message]
    assert (svg.path, described.path, svg.content_type) == ("badge.svg", "badge.json", "image/svg+xml")


@pytest.mark.parametrize("style", badges.STYLES)
def test_a_badge_says_what_it_shows_and_runs_nothing(style):
    svg = badges.draw("SMS & <MMS>", 'down "now"', "red", style)
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find(f"{SVG}title").text == 'SMS & <MMS>: down "now"'
    assert not [each.tag for each in root.iter() if each.tag.split("}")[1] in ("script", "style", "a", "foreignObject")]
    assert b"style=" not in svg


def test_styles_differ_and_an_unknown_one_is_flat():
    pictures = {style: drawn(style=style) for style in badges.STYLES}
    assert len(set(pictures.values())) == 4
    assert drawn(style="neon") == pictures["flat"] == drawn() == PUBLISHED[0].body.decode()
    assert texts(pictures["for-the-badge"]) == ["SMS", "PARTIAL OUTAGE"]


def test_a_query_dresses_it():
    assert texts(drawn(label="Our gateway")) == ["Our gateway", "partial outage"]
    assert texts(drawn(label="")) == ["partial outage"]
    assert 'fill="#ff69b4"' in drawn(color="ff69b4")
    assert 'fill="#ffcc00"' in drawn(labelColor="#fc0")
    assert f'fill="{badges.NAMED["blue"]}"' in drawn(color="BLUE")
    assert drawn(color="url(#x)", labelColor="javascript:1", logo="x") == drawn()


def test_a_query_that_is_too_much_is_none():
    body = PUBLISHED[1].body
    assert badges.from_query(body, "label=" + "x" * 495) is None
    assert badges.from_query(body, "&".join(f"a{n}=1" for n in range(11))) is None
    assert badges.from_query(body, "&".join(f"a{n}=1" for n in range(10))) is not None
    assert badges.from_query(b"<html>", "label=x") is None
    assert badges.from_query(b"[]", "label=x") is None
    assert badges.from_query(b"\xff", "label=x") is None


def test_a_long_label_is_cut_and_turning_characters_are_left_out():
    (label, _message) = texts(drawn(label="y" * 90))
    assert label == "y" * 59 + "…"
    assert texts(drawn(label="a\u202eb\x00\x1b\nc"))[0] == "ab c"
    assert texts(drawn(label="نامه\u200cها 👩\u200d💻"))[0] == "نامه\u200cها 👩\u200d💻"
    assert texts(drawn(label="\u200d \u200c")) == texts(drawn(label=""))


@given(st.binary(max_size=520).map(lambda raw: raw.decode("latin-1")), st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_asked_the_answer_is_nothing_or_a_picture(raw, label, color):
    for query in (raw, urlencode({"label": label, "color": color, "style": label}, errors="replace")):
        found = badges.from_query(PUBLISHED[1].body, query)
        assert found is None or ElementTree.fromstring(found).tag == f"{SVG}svg"


@given(st.integers(0, 0xFFFFFF))
def test_text_can_be_read_on_any_colour(number):
    fill = f"#{number:06x}"
    ink = {"#fff": "#ffffff", "#000": "#000000"}[badges._ink(fill)]
    assert contrast.ratio(ink, fill) >= 4.5


@given(st.text(min_size=1, max_size=60))
def test_text_is_set_to_the_width_that_is_drawn_for_it(message):
    root = ElementTree.fromstring(badges.draw("", f"{message}x", "red"))
    (text,) = root.iter(f"{SVG}text")
    assert int(text.get("textLength")) + 12 == int(root.get("width"))


@pytest.mark.django_db
def test_every_page_and_component_has_its_badges():
    row, parts, places = larkwire.demo()
    larkwire.outage(row, parts, places)
    shot = load(row.pk, touched=None, now=NOW)
    found = {each.path: each.body for each in [*documents.hot(shot), *documents.permanent(shot)]}
    assert json.loads(found["badge.json"])["message"] == "major outage"
    for name, message in {"SMS": "major outage", "RCS": "degraded", "Voice": "operational", "API": "degraded"}.items():
        folder = f"components/{parts[name].public_id}/"
        assert json.loads(found[f"{folder}badge.json"])["message"] == message
        assert texts(found[f"{folder}badge.svg"]) == [name, message]
        page = found[f"{folder}index.html"].decode()
        assert f"http://127.0.0.1:8000/{folder}badge.svg" in page
        assert re.search(r'<svg[^>]* aria-label="' + f"{name}: {message}" + '"', page)


@pytest.mark.django_db
def test_a_component_before_its_time_is_unknown():
    part = build.component("Later", introduced_on=NOW.date().replace(year=2027))
    shot = load(build.page(part).pk, touched=None, now=NOW)
    found = {each.path: each.body for each in documents.permanent(shot)}
    assert json.loads(found[f"components/{part.public_id}/badge.json"])["message"] == "unknown"


@pytest.mark.django_db
def test_a_hostile_name_is_a_label():
    part = build.component("</text><script>alert(1)</script>")
    page = build.page(part)
    build.incident("Late", page=page, impacts=[(part, None, 1)], updates=[(NOW, Status.INVESTIGATING, "x")])
    shot = load(page.pk, touched=None, now=NOW)
    found = {each.path: each.body for each in documents.permanent(shot)}
    assert texts(found[f"components/{part.public_id}/badge.svg"])[0] == "</text><script>alert(1)</script>"
    assert b"<script>a" not in found[f"components/{part.public_id}/index.html"]
