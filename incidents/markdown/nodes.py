"""What a text is made of: blocks, and within a line words and what marks them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["strong", "em", "strike"]


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A line ends, the paragraph goes on."""


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Marked:
    """Within one line: a mark that was set over several stands in each."""

    kind: Kind
    inside: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """``href`` is absolute: http, https, mailto or tel. ``is_bare``: the address itself was written."""

    href: str
    inside: tuple[Inline, ...]
    title: str = ""
    is_bare: bool = False


Inline = Words | Break | Code | Marked | Link


@dataclass(frozen=True, slots=True)
class Paragraph:
    inside: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Fence:
    """Lines of code."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """``start``: the number of its first item; none for bullets. ``is_tight``: no empty line between its items."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None
    is_tight: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between what stands above and below it."""


Block = Paragraph | Fence | Quote | Listing | Rule


def texts(nodes: Iterable[Block | Inline]) -> Iterator[str]:
    """What is read of it, piece by piece."""
    for node in nodes:
        match node:
            case Words(text) | Code(text) | Fence(text):
                yield text
            case Break():
                yield " "
            case Paragraph(inside) | Quote(inside) | Marked(_, inside) | Link(_, inside):
                yield from texts(inside)
            case Listing(items):
                for item in items:
                    yield from texts(item)
