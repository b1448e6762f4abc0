"""Addresses as Markdown source."""

from __future__ import annotations

import re

from incidents.markdown.portable import escaped

MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
PAGE = re.compile(r"https?://[^\s<>]+")


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
