"""A text without markup: in mails, calendars and files with its lines, in lists and headlines in one line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.utils.text import Truncator
from django.utils.translation import get_language, gettext as _

from incidents.markdown import tree
from incidents.markdown.nodes import Block, Fence, Kind, Listing, Paragraph, Quote, texts
from incidents.markdown.writing import Writer

BULLET = "•"  # in one line, where a hyphen would be a dash
_VISIBLE = "LNPS"  # letters, digits, punctuation and symbols; marks, spaces, controls and formats show nothing alone
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # fillers: letters and symbols by name, nothing to the eye


class _Plain(Writer):
    def marked(self, kind: Kind, text: str, *, before: str, after: str) -> str:
        return struck(text) if kind == "strike" else text

    def link(self, href: str, text: str, *, is_bare: bool, after: str) -> str:
        address = href.removeprefix("mailto:").removeprefix("tel:")
        return text if is_bare or text in (href, address) else f"{text} ({address})".lstrip()


class _Short(_Plain):
    """Without addresses."""

    def link(self, href: str, text: str, *, is_bare: bool, after: str) -> str:
        return text


def struck(text: str) -> str:
    """Where no line can go through it: what does not hold any more must not read as if it did."""
    return _("(struck out: %(text)s)") % {"text": text}


def plain(source: str) -> str:
    """With the lines and paragraphs that it has; the address of a link stands behind its words."""
    return _plain(source, get_language())


def one_line(source: str) -> str:
    """In one line: an item of a list begins with its sign, and a link is its words."""
    return _one_line(source, get_language())


def excerpt(source: str, most: int) -> str:
    """The beginning of that, in so many characters."""
    return Truncator(one_line(source)).chars(most)


@lru_cache(maxsize=2048)
def _plain(source: str, language: str | None) -> str:
    return _Plain().written(tree.blocks(source))


@lru_cache(maxsize=2048)
def _one_line(source: str, language: str | None) -> str:
    return " ".join(" ".join(_pieces(tree.blocks(source))).split())


def _pieces(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(inside):
                yield _Short().line(inside)
            case Fence(text):
                yield text
            case Quote(inside):
                yield from _pieces(inside)
            case Listing(items, start):
                for at, item in enumerate(items):
                    if said := " ".join(_pieces(item)).strip():
                        yield f"{BULLET if start is None else f'{start + at}.'} {said}"


@lru_cache(maxsize=2048)
def has_words(source: str) -> bool:
    """Whether there is anything to read in it: what is empty, and what only looks written, says nothing."""
    if _is_one_of(source.lstrip()[:1], "L"):
        return True  # no letter at the beginning is a sign of Markdown, so that it is read: most texts are no work
    return any(_is_one_of(sign, _VISIBLE) for text in texts(tree.blocks(source)) for sign in text)


def _is_one_of(sign: str, categories: str) -> bool:
    return bool(sign) and unicodedata.category(sign)[0] in categories and sign not in _BLANK
