"""The token sheet and a customer's colour: everything can be read, in both schemes."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from hypothesis import given, strategies as st

from incidents import contrast
from statuspage.branding.contrast import PAPER
from statuspage.documents import shared
from statuspage.stores import headers

SHEET = Path(finders.find("bridgewatch/tokens.css")).read_text()
BLOCKS = [dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r"\{([^{}]+)\}", SHEET)]
LIGHT, DARK, DARK_BY_CLASS = (block for block in BLOCKS if "--paper" in block)
TEXT = ["ink", "ink-2", "op", "degraded", "partial", "major", "maint", "unknown"]


def test_both_ways_to_be_dark_are_one():
    assert DARK == DARK_BY_CLASS
    assert {"light": LIGHT["--paper"], "dark": DARK["--paper"]} == PAPER


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_colour_of_text_can_be_read(scheme):
    weak = {name for name in TEXT if contrast.ratio(scheme[f"--{name}"], scheme["--paper"]) < 4.5}
    assert weak == set()
    assert contrast.ratio(scheme["--op-bar"], scheme["--paper"]) >= 3


@given(st.integers(0, 0xFFFFFF), st.sampled_from(sorted(PAPER)))
def test_any_colour_of_a_customer_becomes_readable(number, scheme):
    color, paper = f"#{number:06x}", PAPER[scheme]
    shade = contrast.readable(color, on=paper)
    assert contrast.ratio(shade, paper) >= contrast.READABLE
    if contrast.ratio(color, paper) >= contrast.READABLE:
        assert shade == color


def test_the_ratio_is_that_of_wcag():
    assert contrast.ratio("#000000", "#ffffff") == 21
    assert contrast.ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_colour_dresses_the_sheet_and_never_a_status():
    plain, dressed = (shared.documents(color)[-1] for color in ("", "#ffcc00"))
    assert plain.path != dressed.path
    assert b"--brand:#" not in plain.body
    assert dressed.body.count(b"--brand:#") == 2
    assert b"#ffcc00" in dressed.body  # yellow can be read on dark paper, and is bent on light


def test_assets_have_the_hash_of_what_they_hold_and_name_each_other():
    found = shared.documents("#0b5fa5")
    names = {document.path.removeprefix("assets/") for document in found}
    style = next(
        document.body.decode() for document in found if "/page." in document.path and document.path.endswith(".css")
    )
    assert all(re.fullmatch(r"[\w-]+\.[0-9a-f]{12}\.(css|js|woff2)", name) for name in names)
    assert set(re.findall(r"url\((.*?)\)", style)) == {name for name in names if name.endswith("woff2")}
    assert "/*" not in style
    assert "  " not in style


@pytest.mark.parametrize("path", ["index.html", "incidents/inc_1/index.html", "api/v2/summary.json", "history.atom"])
def test_headers_are_strict_and_readers_ask_each_time(path):
    sent = headers.for_path(path)
    assert sent["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; font-src 'self'")
    assert "unsafe" not in sent["Content-Security-Policy"]
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert sent["Cache-Control"] == "no-cache"
    assert ("Access-Control-Allow-Origin" in sent) == (not path.endswith("html"))
    assert "Strict-Transport-Security" not in sent
    assert "Strict-Transport-Security" in headers.for_path(path, tls=True)


@pytest.mark.parametrize("path", ["badge.svg", "badge.json", "components/comp_1/badge.svg"])
def test_badges_may_be_kept_for_a_minute_and_shown_anywhere(path):
    sent = headers.for_path(path)
    assert sent["Cache-Control"] == "public, max-age=60"
    assert sent["Access-Control-Allow-Origin"] == "*"
    assert sent["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert headers.content_type("badge.svg") == "image/svg+xml"
    assert sent["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert ("script-src" in sent["Content-Security-Policy"]) == path.endswith("json")


def test_only_the_page_itself_may_be_asked_by_its_script():
    assert "connect-src 'self'" in headers.for_path("index.html")["Content-Security-Policy"]


def test_assets_may_be_kept_for_ever():
    assert headers.for_path("assets/page.0123.css")["Cache-Control"] == "public, max-age=31536000, immutable"


def test_what_was_typed_wrong_is_not_red():
    """Red is kept for what fails or is late now."""
    rules = [
        (sheet.name, rule)
        for app in ("incidents", "statuspage", "notifications", "postmortems")
        for sheet in (settings.BASE_DIR / app / "static").rglob("*.css")
        for rule in re.findall(r"[^{}]+\{[^{}]*\}", re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL))
    ]
    about_errors = [rule for rule in rules if re.search(r"wrong|error|invalid|\[data-summary", rule[1].split("{")[0])]
    assert len(about_errors) > 15
    assert [rule for rule in about_errors if re.search(r"--bw-late|--major|--bw-bad|\bred\b", rule[1])] == []
