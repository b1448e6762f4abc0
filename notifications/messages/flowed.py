"""The text part of a mail as ``format=flowed; delsp=yes`` (RFC 3676): lines that every program can show, which those
that know it join again to the width of their window.

A line that goes on ends in a space, which goes when the lines are joined. So what is between two words keeps a space of
its own before it, and scripts without spaces are broken anywhere. An address is never broken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

WIDTH = 76  # columns, as RFC 3676 advises: 78 of RFC 5322 and room for the quotation of an answer
SIGNATURE = "-- "  # before it nothing flows into it
_PIECES = re.compile(r"\S+ *|\s+")
_QUOTED = re.compile(r"((?:> ?)*)(.*)", re.DOTALL)


def flowed(text: str) -> str:
    """Each line of ``text`` is a paragraph; what begins with ">" is a quotation."""
    return "\n".join(line for paragraph in text.split("\n") for line in _paragraph(paragraph))


def joined(text: str) -> str:
    """What a program that knows it shows: each paragraph in one line."""
    found: list[str] = []
    flows = False
    for line in text.replace("\r\n", "\n").split("\n"):
        marks = line[: len(line) - len(line.lstrip(">"))]
        words = line[len(marks) :].removeprefix(" ")
        if flows:
            found[-1] += words
        else:
            found.append(f"{marks} {words}" if marks else words)
        flows = line != SIGNATURE and line.endswith(" ")
        found[-1] = found[-1][:-1] if flows else found[-1]
    return "\n".join(found)


def _paragraph(text: str) -> Iterator[str]:
    if text == SIGNATURE:
        yield text
        return
    marks, words = _QUOTED.fullmatch(text.rstrip()).groups()
    mark = ">" * marks.count(">")
    lines = list(_lines(words, WIDTH - len(mark) - 2))
    for at, line in enumerate(lines):
        space = " " if mark or line.startswith((" ", ">", "From ")) else ""  # what a program would take for its own
        yield f"{mark}{space}{line} " if at < len(lines) - 1 else f"{mark}{space}{line}".rstrip()


def _lines(text: str, width: int) -> Iterator[str]:
    """Each with the spaces after its last word, as long as more follows."""
    line = ""
    for piece in _PIECES.findall(text):
        for part in _parts(piece, width):
            if line and _columns(line) + _columns(part.rstrip()) > width:
                yield line
                line = ""
            line += part
    yield line


def _parts(piece: str, width: int) -> Iterator[str]:
    """A word; one of wide letters, letter by letter, where neither stands an address."""
    if "://" in piece or not any(map(_is_wide, piece)):
        yield piece
        return
    part = ""
    for sign in piece:
        if part and (_is_wide(sign) or _is_wide(part[-1])) and not _sticks(sign):
            yield part
            part = ""
        part += sign
    yield part


def _sticks(sign: str) -> bool:
    """To what is before it: closing signs, stops, spaces, and what changes a letter."""
    return unicodedata.category(sign) in ("Pe", "Pf", "Po", "Mn", "Mc", "Me", "Cf", "Zs", "Sk", "Lm")


def _columns(text: str) -> int:
    return sum(2 if _is_wide(sign) else 1 for sign in text)


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"
