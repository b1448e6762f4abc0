"""Markdown that staff typed: whether there is anything to read in it."""

import pytest

from incidents.markdown import has_words


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
