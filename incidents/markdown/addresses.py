"""Addresses in a text: which lead somewhere, how a link carries them, and where one ends that was only typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import mdurl
import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt

from incidents import host_names

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_HOST = re.compile(r"//[^/?#]*")


class Reader(MarkdownIt):
    """Shows an address as it was typed, and leaves as typed what would lead nowhere: its target is not lost."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (the parser's names)
        return carried(url)

    def normalizeLinkText(self, url: str) -> str:  # noqa: N802
        return url

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return leads(url)


class Typed(LinkifyIt):
    """Addresses with their scheme. Where no spaces are written, one ends before letters and signs of those scripts."""

    def __init__(self) -> None:
        super().__init__(options={"fuzzy_link": False, "fuzzy_email": False})  # v2.1 is a version

    def _validate_http(self, text: str, pos: int) -> int:
        length = super()._validate_http(text, pos)
        return _end(text[pos : pos + length]) if length else 0


def carried(url: str) -> str:
    """As a link carries it: in ASCII, its host as the name system has it."""
    parts = mdurl.parse(url, slashes_denote_host=True)
    if parts.hostname and not parts.hostname.isascii():
        try:
            url = mdurl.format(parts._replace(hostname=host_names.in_ascii(parts.hostname)))
        except UnicodeError:
            pass  # nobody can look it up
    return MarkdownIt.normalizeLink(_PLAIN, url)


_PLAIN = MarkdownIt()


@lru_cache(maxsize=2048)
def leads(url: str) -> bool:
    """Whether pages let it lead anywhere: it is absolute, and the cleaner of their HTML takes it."""
    if url.partition(":")[0].lower() not in SCHEMES:
        return False
    return "href" in nh3.clean(f'<a href="{nh3.clean_text(url)}">x</a>', url_schemes=set(SCHEMES), url_relative="deny")


def is_wide(sign: str) -> bool:
    """Of Chinese, Japanese or Korean; signs that are as wide (emoji) are not."""
    return unicodedata.east_asian_width(sign) in "WFH" and unicodedata.category(sign) != "So"


def _end(address: str) -> int:
    """Where ``//host/path`` ends that is followed by words without a space. A host may be written in those scripts."""
    host = _HOST.match(address)[0]
    for at, sign in enumerate(address):
        if is_wide(sign) and not (at < len(host) and _is_in_name(host, at)):
            return len(address[:at].rstrip(".,;:!?"))
    return len(address)


def _is_in_name(host: str, at: int) -> bool:
    """Whether the letter belongs to a label: one that begins so, or that another one follows (``fifa世界.example``)."""
    label = re.split(r"[.@/]", host[:at])[-1]
    return host[at].isalnum() and (not label or is_wide(label[0]) or "." in host[at:])
