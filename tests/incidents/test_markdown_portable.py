"""What people typed, for renderers of others: the same words and shapes, and nothing of what our pages do not show."""

import re

import pytest
from hypothesis import given, settings, strategies as st
from markdown_it import MarkdownIt

from incidents import markdown
from incidents.markdown.portable import escaped, portable, portable_line

theirs = MarkdownIt("gfm-like", {"html": True, "linkify": False}).enable("table")
PIECES = st.sampled_from([
    "word", "a_b_c", " ", "\n", "\n\n", "- ", "* ", "1. ", "2026) ", "> ", "    ", "# ", "## x", "\n===\n", "\n---\n",
    "*", "**", "_", "`", "```", "~~~", "<", ">", "<script>", "</p>", "<!-- ", "&lt;", "&", "\\", "!", "[", "]", "(x)",
    "[x](javascript:alert(1))", "[y](https://e.example/a_(b))", "[z](/here)", "![p](https://e.example/p.png)", "|",
    "| a | b |\n|---|---|\n", "https://e.example/x?a=1&b=2", "<https://e.example>", "mailto:a@e.example", ":", "+ ",
    "~", "[f]: https://e.example", "漢", "\u00a0",
])  # fmt: skip
FORBIDDEN = re.compile(
    r"<(?!/?(?:p|br|hr|strong|em|s|a|ul|ol|li|code|pre|blockquote)\b)|href=\"(?!https?:|mailto:)|<a>"
)


def shape(html):
    """Its elements and words; a link that leads nowhere is none."""
    html = re.sub(r'<a rel="[^"]*">(.*?)</a>', r"\1", html, flags=re.DOTALL)
    html = re.sub(r"<(\w+)[^>]*>", r"<\1>", html.replace("&#10;", "\n"))
    return re.sub(r"\s+", " ", re.sub(r"\s*(<[^>]+>)\s*", r"\1", html)).strip()


@given(st.lists(PIECES, max_size=12).map("".join))
@settings(max_examples=150, deadline=None)
def test_nothing_reaches_a_renderer_that_pages_would_not_show(source):
    for made in (portable(source), portable_line(source), escaped(" ".join(source.split()))):
        assert FORBIDDEN.search(theirs.render(made)) is None
        assert "<script" not in re.sub(r"(`+).*?\1", "", made, flags=re.DOTALL)


@pytest.mark.parametrize(
    "source",
    [
        "One.\nTwo, *em* and **strong**, `a|b`, [link](https://e.example/a_(b)).\n\nThree.",
        "- a\n- b\n  1. c\n  2. d\n\n     e\n\n* f\n* g",
        "3. a\n4. b\n\n1) c",
        "> quoted\n> > twice\n\n```\ncode <b>\n\n``\n```",
        "# heading\nSetext\n===\n<b>bold</b> [x](javascript:alert(1))\n2026. year\n| a |\n|---|",
    ],
)
def test_it_says_the_same_to_everybody(source):
    assert shape(theirs.render(portable(source))).replace("<br>", "") == shape(markdown.render(source)).replace(
        "<br>", ""
    )
    assert markdown.render(portable(source)).count("<br>") == markdown.render(source).count("<br>")
