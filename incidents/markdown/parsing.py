"""How Markdown is read: CommonMark without raw HTML and reference definitions, with tables, ``~~`` and bare addresses;
every line break counts.

Bold and italics begin and end beside Chinese, Japanese and Korean as their writers expect. CommonMark takes
``**「障害」**が`` for no bold, because a bracket is punctuation and no space follows, and makes bold of what stands
between two such. Where the sign beside the asterisks is of those scripts, it counts as a letter does (the amendment
that renderers in those countries share).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block.state_block import StateBlock
from markdown_it.rules_block.table import escapedSplit, getLine, table
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token

from incidents.markdown.addresses import Reader, Typed, carried, is_wide, leads


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


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A row may have more cells than the head has columns: those stay."""
    at = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    made, state.tokens[at:] = state.tokens[at:], []
    columns = sum(token.type == "th_open" for token in made)
    for place, token in enumerate(made):
        if token.type == "tr_close":
            cell = made[place - 3 : place]  # the last: it opens, its text, it closes
            for text in _cells(getLine(state, cell[1].map[0]))[columns:]:
                state.tokens += [cell[0].copy(), cell[1].copy(content=text.strip(), children=[]), cell[2].copy()]
        state.tokens.append(token)
    return True


def _cells(line: str) -> list[str]:
    found = escapedSplit(line.strip())
    return found[not found[0] : len(found) - (not found[-1])]


_WORDED = re.compile(r"<([a-z]+:[^<>|\s]+)\|([^<>|\n]+)>", re.IGNORECASE)


def _worded(state: StateInline, silent: bool) -> bool:
    """``<https://a.example|words>``, as people know it from Slack."""
    found = _WORDED.match(state.src, state.pos, state.posMax)
    if not found or state.linkLevel or not state.md.validateLink(href := state.md.normalizeLink(found[1])):
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = found[2]
        state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


def _parser() -> Reader:
    parser = Reader()
    parser.inline = _Inline()
    parser.linkify = Typed()
    parser.configure("commonmark", options_update={"html": False, "breaks": True, "linkify": True})
    parser.disable(["html_block", "html_inline", "reference"])
    parser.enable(["linkify", "strikethrough", "table"])
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("autolink", "worded", _worded)
    return parser


_PARSER = _parser()


def parsed(source: str) -> list[Token]:
    return _PARSER.parse(source)


def parsed_line(source: str) -> list[Token]:
    """Of a text that stands in one line: what would be a block is words."""
    return [child for token in _PARSER.parseInline(source) for child in token.children or ()]


def typed_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where each begins and ends in a text that is no Markdown."""
    for found in _PARSER.linkify.match(text) or ():
        if leads(carried(found.url)):
            yield found.index, found.last_index
