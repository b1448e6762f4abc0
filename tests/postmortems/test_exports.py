"""The same document as Markdown, JSON and HTML for word processors: whole, in order, nothing internal for customers."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from markdown_it import MarkdownIt

from incidents.markdown.portable import escaped
from postmortems.document import exports, frozen
from postmortems.document.outline import shown
from postmortems.document.values import Content
from tests.postmortems import examples, generated

LONG, DRESS = examples.LONG, examples.DRESS
WAYS = (exports.as_markdown, exports.as_json, exports.as_html)
markdown = MarkdownIt("commonmark").enable("table")


def in_words(way, content, **how):
    return way(content, examples.edition(content, **how), DRESS)


def plain(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("way", WAYS)
@given(made=generated.contents())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_nothing_for_staff_is_in_what_customers_get(way, made):
    content, secret = made

    text = in_words(way, content)

    assert [word for word in [*secret, "Oskar Nyman"] if word in text] == []
    assert content.title in text


def test_links_of_a_notice_lead_on():
    notice = replace(LONG.notices[0], text="See [our advice](https://example.com/a|b), *now* <b>")
    content = replace(LONG, notices=(notice,))

    assert '<a href="https://example.com/a%7Cb" rel' in in_words(exports.as_html, content)
    rendered = markdown.render(in_words(exports.as_markdown, content))
    assert '<a href="https://example.com/a%7Cb">our advice</a>, <em>now</em> &lt;b&gt;' in rendered


def test_word_processors_are_told_how_wide_a_table_is_and_that_it_has_lines():
    """They take that from attributes, and not from the style."""
    tables = re.findall("<table[^>]*>", in_words(exports.as_html, LONG))

    assert len(tables) > 9
    assert set(tables) == {'<table width="100%" border="1" cellpadding="4" cellspacing="0">'}


def test_json_says_what_people_read_for_each_word():
    told = json.loads(in_words(exports.as_json, LONG))

    assert {each["kind"] for each in told["content"]["causes"]} <= set(told["labels"]["cause.kind"])
    assert {each["state"] for each in told["content"]["actions"]} <= set(told["labels"]["action.state"])
    assert told["labels"]["action.state"]["done"] == "Done"


@pytest.mark.parametrize("way", WAYS)
def test_the_same_values_give_the_same_text(way):
    assert in_words(way, LONG) == in_words(way, LONG)


@pytest.mark.parametrize("way", [exports.as_markdown, exports.as_html])
def test_every_section_stands_in_its_order_and_says_what_it_holds(way):
    text = in_words(way, LONG, is_internal=True, is_draft=True)
    html = markdown.render(text) if way is exports.as_markdown else text
    heads = [plain(head) for head in re.findall(r"<h2.*?>(.*?)</h2>", html, re.DOTALL)]

    numbered = [f"{number}. {section.title}" for number, section in enumerate(LONG.sections, start=1)]
    assert heads == [*numbered, "12. Version and digest", "About this document"]
    for words in ("Jun Watanabe", "MSG-2202", "Internal draft. Do not pass on", "12 min over", "Why at most 30?"):
        assert words in plain(html)


def test_markdown_is_read_as_it_was_meant():
    html = markdown.render(in_words(exports.as_markdown, LONG))
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)

    assert html.count("<table>") == 12
    assert len(rows) > 60
    assert "1,310 of 4,780 (27.4 %)" in plain(html)
    assert "| A1<br>Mitigate | Set 480 messages a second per location" in in_words(exports.as_markdown, LONG)


SIGNS = ["1. a", "12) b", "- c", "# d", "a_b_c", "_x_", "&amp; &", "a | b", "~~x~~", "= = =", "+ x", "![a](b)"]


@pytest.mark.parametrize("text", [examples.MARKUP, examples.ODD, *SIGNS])
def test_signs_of_markdown_in_plain_text_are_text(text):
    html = markdown.render(escaped(text))

    assert html.startswith("<p>")
    assert not re.search(r"<(?!/?p>)", html)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), min_size=1))
@settings(deadline=None)
def test_any_plain_text_stays_what_it_is(text):
    text = " ".join(text.split())
    (block,) = markdown.parse(escaped(text))[1:2] or [None]

    assert text == "" or "".join(child.content for child in block.children) == text


def test_json_holds_the_values():
    data = json.loads(in_words(exports.as_json, LONG))

    assert data["format"] == "bridgewatch-postmortem/1"
    assert data["content"]["times"]["started_at"] == "2026-11-19T09:14:00+00:00"
    assert data["edition"]["digest"] == frozen.digest(shown(LONG, examples.edition(LONG)))
    assert frozen.load(Content, data["content"]) == shown(LONG, examples.edition(LONG))
    assert frozen.digest(frozen.load(Content, data["content"])) == data["edition"]["digest"]


def test_html_for_word_processors_stands_by_itself():
    html = in_words(exports.as_html, replace(LONG, title=examples.MARKUP))

    assert re.findall(r"<(script|img|link|svg|iframe|object)\b", html) == []
    assert not re.search(r"\b(src|style|onerror)=", html.replace("&lt;img onerror=1&gt;", ""))
    assert html.count("<h1>") == 1
    assert set(re.findall(r'href="(\w+):', html)) <= {"mailto", "https"}


@pytest.mark.parametrize("way", WAYS)
def test_a_hostile_one_is_written(way):
    text = in_words(way, examples.hostile(rows=20, causes=5, actions=5), is_internal=True, is_draft=True)

    assert len(text) > 10_000
    assert text.endswith("\n")
