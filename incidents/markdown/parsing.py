"""How Markdown is read: CommonMark without raw HTML and reference definitions, with tables, ``~~`` and bare addresses;
every line break counts.

Bold and italics begin and end beside Chinese, Japanese and Korean as their writers expect. CommonMark takes
``**「障害」**が`` for no bold, because a bracket is punctuation and no space follows, and makes bold of what stands
between two such. Where the sign beside the asterisks is of those scripts, it counts as a letter does (the amendment
that renderers in those countries share).
"""

from __future__ import annotations

import unicodedata

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 (the parser's names)
        end = start
        while end < self.posMax and self.src[end] == self.src[start]:
            end += 1
        before = self.src[start - 1] if start > 0 else " "
        after = self.src[end] if end < self.posMax else " "
        is_left = _flanks(after, beside=before)
        is_right = _flanks(before, beside=after)
        return Scanned(
            is_left and (canSplitWord or not is_right or is_punctuation(before)),
            is_right and (canSplitWord or not is_left or is_punctuation(after)),
            end - start,
        )


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _flanks(inner: str, *, beside: str) -> bool:
    """Whether marks stand directly at a word that has ``inner`` at its end, with ``beside`` on their other side."""
    if _is_space(inner):
        return False
    if not is_punctuation(inner) or is_wide(inner):
        return True
    return _is_space(beside) or is_punctuation(beside) or is_wide(beside)


def _is_space(sign: str) -> bool:
    return isWhiteSpace(ord(sign))


def is_punctuation(sign: str) -> bool:
    return isMdAsciiPunct(ord(sign)) or isPunctChar(sign)


def is_wide(sign: str) -> bool:
    """Of Chinese, Japanese or Korean; signs that are as wide (emoji) are not."""
    return unicodedata.east_asian_width(sign) in "WFH" and unicodedata.category(sign) != "So"


def _parser() -> MarkdownIt:
    parser = MarkdownIt()
    parser.inline = _Inline()
    parser.configure("commonmark", options_update={"html": False, "breaks": True, "linkify": True})
    parser.disable(["hr", "html_block", "html_inline", "reference"])
    parser.enable(["linkify", "strikethrough", "table"])
    assert parser.linkify is not None
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # v2.1 is a version
    return parser


_PARSER = _parser()


def parsed(source: str) -> list[Token]:
    return _PARSER.parse(source)


def parsed_line(source: str) -> list[Token]:
    """Of a text that stands in one line: what would be a block is words."""
    return [child for token in _PARSER.parseInline(source) for child in token.children or ()]


def address(text: str) -> str:
    """As a link carries it."""
    return _PARSER.normalizeLink(text)
