"""A text as lines, in whatever markup: what a writer of one kind changes are the methods without an underscore."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

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


class Writer:
    """Without any markup: lists keep their signs and quotations theirs, as in a mail."""

    bullets = ("- ", "- ")  # the second of a list that follows another one
    ends = (". ", ". ")  # of a number
    quote = ">"
    rule = "———"
    line_end = "\n"

    def written(self, blocks: Iterable[Block]) -> str:
        """Between two blocks stands an empty line."""
        return "\n".join(self._together(blocks))

    def line(self, nodes: Iterable[Inline]) -> str:
        """What stands in one line."""
        return self._inline(nodes)

    # Of one kind

    def words(self, text: str, *, begins: bool) -> str:
        """``begins``: they stand where a line does."""
        return text

    def code(self, text: str) -> str:
        return text

    def fence(self, text: str) -> list[str]:
        return text.split("\n")

    def marked(self, kind: Kind, text: str, *, before: str, after: str) -> str:
        """``before`` and ``after``: the signs that it stands between, empty at the ends of its line."""
        return text

    def link(self, href: str, text: str, *, is_bare: bool, after: str) -> str:
        """``text`` is written already."""
        return text

    def linked(self, inside: Iterable[Inline]) -> str:
        """The words of a link."""
        return self._inline(inside, begins=False)

    # Of all

    def _together(self, blocks: Iterable[Block], *, is_tight: bool = False) -> list[str]:
        lines: list[str] = []
        previous: Block | None = None
        second = False
        for block in blocks:
            second = _is_beside(previous, block) and not second
            if found := self._block(block, second=second):
                lines += ["", *found] if lines and not is_tight else found
                previous = block
        return lines

    def _block(self, block: Block, *, second: bool) -> list[str]:
        match block:
            case Paragraph(inside):
                return self._inline(inside).split("\n") if inside else []
            case Fence(text):
                return self.fence(text)
            case Rule():
                return [self.rule]
            case Quote(inside):
                return [f"{self.quote} {line}" if line else self.quote for line in self._together(inside)]
            case Listing():
                return self._listing(block, second=second)

    def _listing(self, listing: Listing, *, second: bool) -> list[str]:
        lines: list[str] = []
        for at, item in enumerate(listing.items):
            mark = self.bullets[second] if listing.start is None else f"{listing.start + at}{self.ends[second]}"
            if said := self._together(item, is_tight=listing.is_tight):  # empty ones beside each other would be a rule
                lines += [""] if lines and not listing.is_tight else []
                lines += [f"{mark}{said[0]}", *(f"{' ' * len(mark)}{line}" if line else "" for line in said[1:])]
        return lines

    def _inline(self, nodes: Iterable[Inline], *, begins: bool = True) -> str:
        """In two rounds: what marks words has to know what they stand beside."""
        given = list(nodes)
        inner: list[str] = []
        for node in given:
            inner.append(self._inner(node, begins=begins))
            begins = isinstance(node, Break) or (begins and not inner[-1])
        found = ""
        for at, (node, text) in enumerate(zip(given, inner, strict=True)):
            after = _first(given[at + 1 :], inner[at + 1 :])
            before = "" if found.endswith("\n") else found[-1:]
            match node:
                case Marked(kind):
                    found += self._marked(kind, text, before=before, after=after)
                case Link(href, _inside, _title, is_bare):
                    found += self.link(href, text, is_bare=is_bare, after=after)
                case _:
                    found += text
        return found

    def _marked(self, kind: Kind, text: str, *, before: str, after: str) -> str:
        """Spaces at its ends stand outside: beside a mark they would undo it."""
        core = text.strip()
        if not core:
            return text
        lead, _core, trail = text.partition(core)
        return lead + self.marked(kind, core, before=lead[-1:] or before, after=trail[:1] or after) + trail

    def _inner(self, node: Inline, *, begins: bool) -> str:
        match node:
            case Words(text):
                return self.words(text, begins=begins)
            case Break():
                return self.line_end
            case Code(text):
                return self.code(text)
            case Marked(_, inside):
                return self._inline(inside, begins=begins)
            case Link(_, inside):
                return self.linked(inside)


def code_span(text: str) -> str:
    """As CommonMark has it: between more backticks than stand together in it."""
    runs = {len(run) for run in re.findall("`+", text)}
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    space = " " if text[:1] in ("`", " ") or text[-1:] in ("`", " ") else ""
    return f"{fence}{space}{text}{space}{fence}"


def _is_beside(previous: Block | None, block: Block) -> bool:
    """Whether two lists of a kind follow each other: a renderer would take them for one."""
    return (
        isinstance(previous, Listing)
        and isinstance(block, Listing)
        and (previous.start is None) == (block.start is None)
    )


def _first(nodes: Sequence[Inline], texts: Sequence[str]) -> str:
    """The first sign of what follows; empty where the line ends."""
    for node, text in zip(nodes, texts, strict=True):
        if text or isinstance(node, Break):
            return "" if isinstance(node, Break) else text[0]
    return ""
