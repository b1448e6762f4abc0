"""What was read as a tree (:mod:`incidents.markdown.nodes`): everything that a writer need not know is settled here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import cast

from markdown_it.token import Token

from incidents import plain_text
from incidents.markdown.addresses import carried
from incidents.markdown.nodes import (  # fmt: skip
    Block,
    Break,
    Code,
    Fence,
    Inline,
    Kind,
    Link,
    Listing,
    Marked,
    Paragraph,
    Quote,
    Rule,
    Words,
)
from incidents.markdown.parsing import parsed, parsed_line, typed_addresses

_KINDS = {"strong_open": "strong", "em_open": "em", "s_open": "strike"}
BETWEEN = " · "  # cells of a row
NOTHING = "–"  # in a cell


@lru_cache(maxsize=2048)  # the same text stands in pages, feeds and messages, and stays the same at the next publishing
def blocks(source: str) -> tuple[Block, ...]:
    return tuple(_blocks(parsed(plain_text.plain(source))))


@lru_cache(maxsize=2048)
def line(source: str) -> tuple[Inline, ...]:
    """Of a text that stands in one line."""
    return _inline(parsed_line(_in_one(source)))


def literal(text: str) -> tuple[Inline, ...]:
    """Of a text that is no Markdown: its lines, in which only an address leads somewhere."""
    found: list[Inline] = []
    for row in plain_text.plain(text).split("\n"):
        found += [Break()] if found else []
        at = 0
        for start, end in typed_addresses(row):
            found += [Words(row[at:start])] if start > at else []
            found.append(Link(carried(row[start:end]), (Words(row[start:end]),), is_bare=True))
            at = end
        found += [Words(row[at:])] if at < len(row) or not row else []
    return tuple(found)


def _in_one(text: str) -> str:
    return " ".join(plain_text.plain(text).split())


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    for token, inside in _each(tokens):
        if token.type == "paragraph_open":
            yield Paragraph(_inline(inside[0].children or []))
        elif token.type == "heading_open":
            yield Paragraph(_lines_marked("strong", _inline(inside[0].children or [])))
        elif token.type in ("fence", "code_block"):
            yield Fence(token.content.removesuffix("\n"))
        elif token.type == "blockquote_open":
            yield Quote(tuple(_blocks(inside)))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            is_tight = all(each.hidden for each in inside if _is_paragraph_in(each, token))
            items = tuple(tuple(_blocks(item)) for _open, item in _each(inside))
            start = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None
            yield Listing(items, start, is_tight)
        elif token.type == "hr":
            yield Rule()
        elif token.type == "table_open":
            yield from _table(inside)


def _each(tokens: Sequence[Token]) -> Iterator[tuple[Token, Sequence[Token]]]:
    """Each that stands side by side, with what it holds."""
    at = 0
    while at < len(tokens):
        end = at
        if tokens[at].nesting > 0:
            end = next(place for place in range(at + 1, len(tokens)) if tokens[place].level == tokens[at].level)
        yield tokens[at], tokens[at + 1 : end]
        at = end + 1


def _is_paragraph_in(token: Token, listing: Token) -> bool:
    return token.type == "paragraph_open" and token.level == listing.level + 2


def _table(tokens: Sequence[Token]) -> Iterator[Block]:
    """An item for each row, in which each cell stands behind the name of its column: so it fits every width."""
    rows = [
        [_inline(cell[0].children or []) for _open, cell in _each(row)]
        for _part, part in _each(tokens)
        for _open, row in _each(part)
    ]
    heads, *others = rows
    if not others:
        yield Paragraph(_joined(heads))
    else:
        yield Listing(tuple((Paragraph(_joined(_named(heads, row))),) for row in others), None, True)


def _named(heads: Iterable[tuple[Inline, ...]], row: Iterable[tuple[Inline, ...]]) -> Iterator[tuple[Inline, ...]]:
    for head, cell in zip_longest(heads, row, fillvalue=()):
        if head or cell:
            yield (*head, Words(": "), *(cell or (Words(NOTHING),))) if head else cell


def _joined(cells: Iterable[tuple[Inline, ...]]) -> tuple[Inline, ...]:
    found: list[Inline] = []
    for cell in cells:
        found += [Words(BETWEEN), *cell] if found else cell
    return tuple(found)


def _inline(tokens: Sequence[Token]) -> tuple[Inline, ...]:
    found: list[Inline] = []
    for token, inside in _each(tokens):
        if token.type in ("text", "text_special"):
            if said := _cleaned(token.content):
                found.append(Words(said))
        elif token.type in ("softbreak", "hardbreak"):
            found.append(Break())
        elif token.type == "code_inline":
            found.append(Code(token.content))
        elif token.type == "image":
            found += _linked(token, str(token.attrGet("src") or ""), token.children or [])
        elif token.type == "link_open":
            found += _linked(token, str(token.attrGet("href") or ""), inside)
        elif token.type in _KINDS:
            found += _lines_marked(cast(Kind, _KINDS[token.type]), _inline(inside))
    return tuple(found)


def _linked(token: Token, href: str, inside: Sequence[Token]) -> tuple[Inline, ...]:
    """Without an address its words are words."""
    within = tuple(Words(" ") if isinstance(each, Break) else each for each in _inline(inside))
    if not href:
        return within
    is_bare = token.markup in ("linkify", "autolink")
    if not within and token.type == "image":
        within, is_bare = (Words(href),), True
    return (Link(href, within, _cleaned(str(token.attrGet("title") or "")), is_bare),)


def _cleaned(text: str) -> str:
    """What was written as an entity, too, is no control character and ends no line."""
    return plain_text.plain(text).replace("\n", " ")


def _lines_marked(kind: Kind, inside: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """The mark in each line, and none of its kind within it: no chat knows one over a line's end, or twice."""
    found: list[Inline] = []
    marked: list[Inline] = []
    for each in (*inside, None):
        if each is None or isinstance(each, Break):
            found += [Marked(kind, tuple(marked))] if marked else []
            found += [each] if each else []
            marked = []
        elif isinstance(each, Marked) and each.kind == kind:
            marked += each.inside
        else:
            marked.append(each)
    return tuple(found)
