"""Markdown that staff typed: whether there is anything to read in it, and what it is as plain words."""

import re
import unicodedata

import pytest
from hypothesis import given, strategies as st

from incidents.markdown import has_words, one_line, plain, render, render_line
from incidents.plain_text import UNPRINTABLE

REL = 'rel="nofollow noopener"'
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
        ("One *word*,\nand another.\n\nTwo & three.", "One word,\nand another.\n\nTwo & three."),
        ("Bring:\n\n- a\n- b\n  - `c`", "Bring:\n\n- a\n- b\n  - c"),
        ("- a\n\n  more of it\n\n- b", "- a\n\n  more of it\n\n- b"),
        ("3. first\n4. then", "3. first\n4. then"),
        ("```\none\n\ntwo\n```\n> <b>said</b>", "one\n\ntwo\n\n> <b>said</b>"),
        ("[how](https://a.example/x) <https://b.example>", "how (https://a.example/x) https://b.example"),
        ("[ops@a.example](mailto:ops@a.example)", "ops@a.example"),
        ("63~~62~~", "63(struck out: 62)"),
        ("https://a.example/a%20b?x=%01%0A%E2%80%AE", "https://a.example/a%20b?x=%01%0A%E2%80%AE"),
        ("<https://straße.example/ü>", "https://straße.example/ü"),
        ("[hotline](tel:+4930123)", "hotline (+4930123)"),
        ("[a](/b) [c](sip:d@e.example) ![f](ftp://g.example/h) <sip:d@e.example>",
         "[a](/b) [c](sip:d@e.example) ![f](ftp://g.example/h) <sip:d@e.example>"),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 | 4 |\n5 | 6", "- a: 1 · b: 2 · 3 · 4\n- a: 5 · b: 6"),
        ("a\n\n* * *\nb", "a\n\n———\n\nb"),
        ("<https://a.example|here>", "here (https://a.example)"),
        ("a&#12;b&#x202e;c&#10;d", "abc d"),
    ],
)  # fmt: skip
def test_without_markup_paragraphs_and_items_are_lines(source, lines):
    assert plain(source) == lines


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("Affected:\n\n- SMS\n- **WhatsApp**\n\nNot Voice.", "Affected: • SMS • WhatsApp Not Voice."),
        ("2. then\n3. last", "2. then 3. last"),
        ("> said [by](https://a.example)", "said by"),
        ("-\n- ", ""),
    ],
)
def test_in_one_line_an_item_begins_with_its_sign(source, line):
    assert one_line(source) == line


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**「障害」**が起きた", "<p><strong>「障害」</strong>が起きた</p>"),
        ("**「A」**と**「B」**", "<p><strong>「A」</strong>と<strong>「B」</strong></p>"),
        ("*（一部）*の*API。*を", "<p><em>（一部）</em>の<em>API。</em>を</p>"),
        ("是**“故障”**的", "<p>是<strong>“故障”</strong>的</p>"),
        ("**(필수)**입니다", "<p><strong>(필수)</strong>입니다</p>"),
        ("~~「古い」~~が", "<p><s>「古い」</s>が</p>"),
        ("2 * 3 * 4 snake_case_name ** x", "<p>2 * 3 * 4 snake_case_name ** x</p>"),
        ("**\"a\"**b", "<p>**&quot;a&quot;**b</p>"),  # as CommonMark has it where spaces are written
    ],
)  # fmt: skip
def test_bold_stands_beside_every_script_as_its_writers_expect(source, html):
    assert render(source) == html.replace("&quot;", '"')


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("## What we *know*\n\nLittle.", "<p><strong>What we <em>know</em></strong></p>\n<p>Little.</p>"),
        ("Now\n===\nthen", "<p><strong>Now</strong></p>\n<p>then</p>"),
        ("### **a** b", "<p><strong>a b</strong></p>"),
        ("~~63~~ 62", "<p><s>63</s> 62</p>"),
        (
            "| Region | State |\n|---|---|\n| Frankfurt | **down** |\n| Kyiv | |",
            "<ul>\n<li>Region: Frankfurt · State: <strong>down</strong></li>\n<li>Region: Kyiv · State: –</li>\n</ul>",
        ),
        ("| a | b |\n|---|---|", "<p>a · b</p>"),
        ("![the graph](https://a.example/g.png)", f'<p><a href="https://a.example/g.png" {REL}>the graph</a></p>'),
        ("**a\nb**", "<p><strong>a</strong><br>\n<strong>b</strong></p>"),
        ("[a](/b) [c](javascript:d)", "<p>[a](/b) [c](javascript:d)</p>"),
        ("- a\n\n  ***", "<ul>\n<li>\n<p>a</p>\n<hr>\n</li>\n</ul>"),
        ("[x](tel:+4930123)", f'<p><a href="tel:+4930123" {REL}>x</a></p>'),
        ("https://straße.example/", f'<p><a href="https://xn--strae-oqa.example/" {REL}>https://straße.example/</a></p>'),
        ("https://a.example/%E2%80%AE",
         f'<p><a href="https://a.example/%E2%80%AE" {REL}>https://a.example/%E2%80%AE</a></p>'),
        ("<https://a.example|here>", f'<p><a href="https://a.example" {REL}>here</a></p>'),
        ("```\nx\n\ny\n```", "<pre><code>x&#10;&#10;y&#10;</code></pre>"),
        ("[x]: https://a.example", f'<p>[x]: <a href="https://a.example" {REL}>https://a.example</a></p>'),
    ],
)  # fmt: skip
def test_what_pages_have_no_place_for_is_shown_in_what_they_have(source, html):
    assert render(source) == html


@pytest.mark.parametrize(
    ("source", "addresses"),
    [
        ("詳細はhttps://a.example/x。です", ["https://a.example/x"]),
        ("詳細はhttps://a.example/xをご覧ください。", ["https://a.example/x"]),
        ("です。https://a.example/x、https://b.example", ["https://a.example/x", "https://b.example"]),
        ("자세한 내용은 https://a.example/x에서", ["https://a.example/x"]),
        ("https://a.exampleを https://例え.テスト/xを", ["https://a.example", "https://例え.テスト/x"]),
        ("https://fifa世界.example/a.です", ["https://fifa世界.example/a"]),
        ("<https://a.example/障害>", ["https://a.example/障害"]),
    ],
)
def test_an_address_ends_where_words_of_a_script_without_spaces_go_on(source, addresses):
    html = render(source)
    assert re.findall(r">(https?:[^<]*)</a>", html) == addresses
    assert re.sub(r"<[^>]+>", "", html) == source.strip("<>")


PIECES = st.sampled_from(
    ["%01", "%08", "%0A", "%E2%80%AE", "%20", "%EF%BF%BE", "a", "_", "?x=", "/", "&#12;", "&#x202e;"]
)


@given(st.lists(PIECES, max_size=8).map(lambda pieces: f"https://a.example/{''.join(pieces)}"))
def test_no_text_brings_a_character_that_xml_forbids_or_that_turns_letters(source):
    for text in (render(source), render_line(source), plain(source), one_line(source)):
        assert UNPRINTABLE.search(text) is None
        assert "\n" not in text


@given(st.text(st.sampled_from("abc019%/?=&._~-"), min_size=1, max_size=20))
def test_an_address_is_shown_as_typed(path):
    assert plain(f"https://a.example/{path}") == f"https://a.example/{path}"
    assert plain(f"<https://a.example/{path}>") == f"https://a.example/{path}"
