"""The beginning of a text, where a place takes only so much: cut between words, before it is written, so that what
marks them is always closed."""

from __future__ import annotations

from collections.abc import Iterable

from incidents.markdown.nodes import (  # fmt: skip
    Block,
    Break,
    Code,
    Fence,
    Inline,
    Link,
    Listing,
    Marked,
    Paragraph,
    Quote,
    Rule,
    Words,
)
from incidents.markdown.writing import Writer

MORE = "…"


def fitted(writer: Writer, blocks: tuple[Block, ...], most: int) -> str:
    """What the writer makes of as much as fits into ``most`` characters."""
    whole = writer.written(blocks)
    if len(whole) <= most:
        return whole
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(writer.written(beginning(blocks, middle))) <= most else (low, middle - 1)
    return writer.written(beginning(blocks, low))


def beginning(blocks: Iterable[Block], most: int) -> tuple[Block, ...]:
    """The first ``most`` characters of what is read, to a word's end, "…" for the rest among them."""
    return _Cut(most).blocks(blocks)


class _Cut:
    def __init__(self, most: int):
        self._left = most
        self._is_over = False

    def blocks(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        return tuple(self._block(each) for each in blocks if not self._is_over)

    def _block(self, block: Block) -> Block:
        match block:
            case Paragraph(inside):
                return Paragraph(self._inline(inside))
            case Fence(text):
                return Fence(self._text(text))
            case Rule():
                return block
            case Quote(inside):
                return Quote(self.blocks(inside))
            case Listing(items, start, is_tight):
                return Listing(tuple(self.blocks(each) for each in items if not self._is_over), start, is_tight)

    def _inline(self, nodes: Iterable[Inline]) -> tuple[Inline, ...]:
        return tuple(self._one(each) for each in nodes if not self._is_over)

    def _one(self, node: Inline) -> Inline:
        match node:
            case Words(text):
                return Words(self._text(text))
            case Code(text):
                return Code(self._text(text))
            case Marked(kind, inside):
                return Marked(kind, self._inline(inside))
            case Link(href, inside, title, is_bare):
                return Link(href, self._inline(inside), title, is_bare and not self._is_over)
            case Break():
                return node

    def _text(self, text: str) -> str:
        if len(text) <= self._left:
            self._left -= len(text)
            return text
        self._is_over = True
        head = text[: max(self._left - len(MORE), 0)]
        words = head.rpartition(" ")[0] if " " in head and not text[len(head) :].startswith(" ") else head
        return words.rstrip() + MORE
