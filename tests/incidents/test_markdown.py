"""Markdown that staff typed: whether there is anything to read in it, and what it is as plain words."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from incidents.markdown import has_words, one_line, plain_lines

LETTERS = st.characters(categories=["L"], exclude_characters="\u115f\u1160\u3164\uffa0")
SPACES = st.text(" \t\n\r\x0b\x0c\u00a0\u3000", max_size=9)
REST = st.text(
    st.sampled_from("ab:/[]()<>!`~#*_=-|\\&;. \t\n\u200b") | st.characters(codec="utf-8"), max_size=60
)  # what a column can hold


@pytest.mark.parametrize(
    "blank",
    [
        "", " \n\t", "\u200b", "\u200b\u2060 \ufeff", "\u00a0\u3000", "\u202e", "\u00ad", "\ue000", "\u0301\ufe0f",
        "\u3164", "\u2800", "[](https://a.example)", "[\u200b](https://a.example)", "&#8203;", "&nbsp;", "```\n```",
        "- ", "> ",
    ],
)  # fmt: skip
def test_what_only_looks_written_says_nothing(blank):
    assert not has_words(blank)


@pytest.mark.parametrize(
    "text",
    ["A query held a lock.", "7", "–", "✓", "無", "é", "e\u0301", "[a](https://a.example)", "https://a.example", "`a`",
     "<b></b>", "**\u200ba**"],
)  # fmt: skip
def test_what_can_be_read_does(text):
    assert has_words(text)


@given(SPACES, LETTERS, REST)
def test_a_letter_at_the_beginning_can_be_read_whatever_follows(spaces, letter, rest):
    shown = one_line(spaces + letter + rest)
    assert any(unicodedata.category(sign).startswith("L") for sign in shown)
    assert has_words(spaces + letter + rest)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("", ""),
        ("One *word*,\nand another.\n\nTwo & three.", "One word,\nand another.\nTwo & three."),
        ("Bring:\n\n- a\n- b\n  - `c`", "Bring:\n- a\n- b\n- c"),
        ("- a\n\n  more of it\n\n- b", "- a\nmore of it\n- b"),
        ("3. first\n4. then", "3. first\n4. then"),
        ("```\none\n\ntwo\n```\n> <b>said</b>", "one\ntwo\n<b>said</b>"),
    ],
)  # fmt: skip
def test_paragraphs_and_items_are_lines(source, lines):
    assert plain_lines(source) == lines
