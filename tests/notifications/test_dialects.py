"""One text in every place that shows it: its words are all there, and no markup is left that means nothing there."""

import html
import re

import pytest
from hypothesis import given, settings, strategies as st

from incidents import markdown
from incidents.markdown.portable import portable
from notifications.messages.dialects import DISCORD, SLACK, TEAMS

WORDS = st.text(st.sampled_from("abcdeéßжяبم漢字かな가나🙂"), min_size=1, max_size=6)
MARKS = st.sampled_from(["{}", "{}", "**{}**", "*{}*", "~~{}~~", "`{}`", "[{}](https://e.example/a_b)", "**「{}」**"])
LEADS = st.sampled_from(["", "- ", "1. ", "> ", "## ", "  - "])


@st.composite
def sources(draw):
    """Each word once, so that it can be looked for: w1漢, w2…"""
    lines, n = [], 0
    for lead in draw(st.lists(LEADS, min_size=1, max_size=6)):
        said = []
        for _ in range(draw(st.integers(1, 4))):
            n += 1
            said.append(draw(MARKS).format(f"w{n}w{draw(WORDS)}"))
        lines.append(lead + " ".join(said))
    return draw(st.sampled_from(["\n", "\n\n"])).join(lines)


TARGETS = {
    "html": lambda source: html.unescape(re.sub(r"<[^>]+>", "", markdown.render(source))),
    "plain": markdown.plain,
    "one line": markdown.one_line,
    "portable": portable,
    "slack": SLACK.render,
    "discord": DISCORD.render,
    "teams": TEAMS.render,
}


@given(sources())
@settings(max_examples=150, deadline=None)
def test_every_word_stands_in_every_place(source):
    words = re.findall(r"w\d+w[^\W_]*", source)
    for name, written in TARGETS.items():
        assert re.findall(r"w\d+w[^\W_]*", written(source)) == words, name


@given(sources())
@settings(max_examples=150, deadline=None)
def test_no_markup_is_left_in_plain_text(source):
    for text in (markdown.plain(source), markdown.one_line(source)):
        assert re.search(r"\*|~~|`|\]\(|^#", text, re.MULTILINE) is None
    assert "**" not in SLACK.render(source)
    assert "~~" not in SLACK.render(source) + TEAMS.render(source)


@given(st.lists(WORDS, min_size=1, max_size=9).map(" ".join))
def test_plain_words_come_out_the_same_everywhere(text):
    assert {name: written(text) for name, written in TARGETS.items()} == dict.fromkeys(TARGETS, text)


@given(sources(), st.integers(40, 400))
@settings(max_examples=150, deadline=None)
def test_what_is_cut_leaves_no_mark_open(source, most):
    for dialect in (SLACK, DISCORD, TEAMS):
        short = dialect.render(source, most)
        assert len(short) <= most
        assert short.count(dialect.marks["strong"]) % 2 == 0
        assert short.count("`") % 2 == 0
        assert len(re.findall(r"\]\(<?https://e.example/a_b>?\)", short)) == short.count("](")


@pytest.mark.parametrize(
    ("source", "slack", "discord", "teams"),
    [
        ("**「障害」**が", "*「障害」*\u200bが", "**「障害」**が", "**「障害」**が"),
        ("前**太**後", "前\u200b*太*\u200b後", "前**太**後", "前**太**後"),
        ("(**a**) b", "(*a*) b", "(**a**) b", "(**a**) b"),
        ("# H\n\n~~x~~", "*H*\n\n~x~", "**H**\n\n~~x~~", "**H**\n\n(struck out: x)"),
        ("https://e.example/a_b_c.", "<https://e.example/a_b_c>.", "https://e.example/a_b_c.",
         "[https://e.example/a\\_b\\_c](https://e.example/a_b_c)."),
        ("https://e.example/x。です", "<https://e.example/x>。です", "<https://e.example/x>。です",
         "[https://e.example/x](https://e.example/x)。です"),
        ("~about~ \\*not\\* ~~gone~~", "\u2060~\u2060about\u2060~\u2060 \u2060*\u2060not\u2060*\u2060 ~gone~",
         "\\~about\\~ \\*not\\* ~~gone~~", "~about~ \\*not\\* (struck out: gone)"),
        ("2 * 3 snake_case_name", "2 * 3 snake_case_name",
         "2 \\* 3 snake\\_case\\_name", "2 \\* 3 snake\\_case\\_name"),
        ("\\> a", "\u2060&gt; a", "\\> a", "> a"),
        ("``a`b``", "`a'b`", "``a`b``", "``a`b``"),
        ("```` a`b``c```d ````", "`a'b''c'''d`", "`a'b''c'''d`", "`a'b''c'''d`"),
        ("a\n***\nb", "a\n\n———\n\nb", "a\n\n———\n\nb", "a\n\n———\n\nb"),
        ("2026\\. was", "2026. was", "2026\\. was", "2026\\. was"),
        ("**a\nb**", "*a*\n*b*", "**a**\n**b**", "**a**\n\n**b**"),
        ("[**a** `b`](https://e.example/)", "<https://e.example/|a b>", "[a b](<https://e.example/>)",
         "[a b](https://e.example/)"),
    ],
)  # fmt: skip
def test_marks_and_addresses_as_each_chat_takes_them(source, slack, discord, teams):
    assert (SLACK.render(source), DISCORD.render(source), TEAMS.render(source)) == (slack, discord, teams)


def test_what_turns_letters_round_goes_and_what_joins_them_stays():
    assert SLACK.render("a\u202ebc\u2066d\u2069 \u0646\u200c\u0647 👩\u200d💻") == "abcd \u0646\u200c\u0647 👩\u200d💻"


@pytest.mark.parametrize(
    ("text", "slack", "discord", "teams"),
    [
        ("https://g.example/d/a_b_c", "<https://g.example/d/a_b_c>", "https://g.example/d/a_b_c",
         "[https://g.example/d/a\\_b\\_c](https://g.example/d/a_b_c)"),
        ("*See* https://g.example/a_b, a_b", "\u2060*\u2060See\u2060*\u2060 <https://g.example/a_b>, a_b",
         "\\*See\\* https://g.example/a_b, a\\_b",
         "\\*See\\* [https://g.example/a\\_b](https://g.example/a_b), a\\_b"),
        ("[a](https://g.example)\n# b", "[a](<https://g.example>)\n# b", "\\[a\\](https://g.example)\n\\# b",
         "\\[a\\]([https://g.example](https://g.example))\n\n# b"),
    ],
)  # fmt: skip
def test_of_plain_words_only_an_address_leads_anywhere(text, slack, discord, teams):
    assert (SLACK.literal(text), DISCORD.literal(text), TEAMS.literal(text)) == (slack, discord, teams)


@given(st.text(st.sampled_from("ab *_~`"), max_size=20))
def test_no_typed_sign_is_a_mark_in_slack(text):
    shown = SLACK.literal(text)
    assert shown.replace("\u2060", "") == text
    for found in re.finditer(r"(?<![A-Za-z0-9*_~`\u2060])[*_~`]+(?![\s*_~`\u2060])", shown):
        raise AssertionError(f"{found[0]} opens at {found.start()} of {shown!r}")


@given(st.integers(1, 200))
def test_an_address_that_is_cut_is_left_whole_or_out(most):
    text = "What is seen: https://g.example/d/a_b_c and more"
    for dialect in (SLACK, DISCORD, TEAMS):
        short = dialect.literal(text, most)
        assert len(short) <= most
        assert short.count("(") == short.count(")")
        assert short.count("<") == short.count(">")
