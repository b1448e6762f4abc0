"""Plain text and addresses as Markdown source."""

from __future__ import annotations

import re

MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
PAGE = re.compile(r"https?://[^\s<>]+")
_SIGNS = re.compile(
    r"[\\`*\[\]<>|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?\w+;)"  # within a line
    r"|^[#+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]"  # where it begins
)


def escaped(text: str) -> str:
    """Plain text of one line as Markdown source that shows the same."""
    return _SIGNS.sub(r"\\\g<0>", text)


def target(address: str) -> str:
    """Where an address leads; empty where it is none."""
    if MAIL.fullmatch(address):
        return f"mailto:{address}"
    return address if PAGE.fullmatch(address) else ""


def linked(address: str) -> str:
    """An address of mail or of a page as a Markdown link; anything else as it is."""
    if MAIL.fullmatch(address):
        return f"[{escaped(address)}](mailto:{address})"
    return f"<{address}>" if PAGE.fullmatch(address) else escaped(address)
