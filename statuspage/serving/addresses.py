"""Which page an address means: by its host, its slug, or the default one."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from statuspage.stores import Sites


class Addresses:
    """What the publisher wrote last of pages' slugs and hosts. While the file is away the last ones hold."""

    def __init__(self, file: Path):
        self._file = file
        self._sites: Sites = {"default": None, "slugs": {}, "hosts": {}}
        self._stamp: tuple | None = None

    def read(self) -> bool:
        """Read the file anew if it has changed, and say so."""
        try:
            status = os.stat(self._file)
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp == self._stamp:
                return False
            read = json.loads(self._file.read_bytes())
        except OSError:
            return False
        self._sites, self._stamp = Sites(default=read["default"], slugs=read["slugs"], hosts=read["hosts"]), stamp
        return True

    @property
    def default(self) -> str | None:
        """The default page's public id."""
        return self._sites["default"]

    def own_page(self, host: str) -> str | None:
        """The page that has this host name to itself."""
        return self._sites["hosts"].get(_name(host)) if self._sites["hosts"] else None

    def route(self, path: str, own: str | None) -> tuple[str | None, str | None]:
        """The page that the path belongs to, and the rest below it: none where the slash after the slug is missing."""
        if own is not None:
            return own, path[1:]
        if path.startswith("/p/"):
            slug, slash, rest = path[3:].partition("/")
            return self._sites["slugs"].get(slug), rest if slash else None
        return self._sites["default"], path[1:]

    def owner(self, slug: str | None, own: str | None) -> str | None:
        """Below what the forms of the page asked for stand in Django's addresses; none where there is no such page.
        Under a host of its own that is the page's slug, and no other page answers there."""
        if own is not None:
            slugs = [each for each, page_id in self._sites["slugs"].items() if page_id == own and slug is None]
            return f"/p/{slugs[0]}" if slugs else None
        if slug is not None:
            return f"/p/{slug}" if slug in self._sites["slugs"] else None
        return "" if self._sites["default"] else None


@lru_cache(maxsize=256)
def is_ours(host: str) -> bool:
    """Whether the installation answers under this name. Without a name (HTTP/1.0) there is nothing to tell apart."""
    return not host or validate_host(_name(host), settings.ALLOWED_HOSTS)


@lru_cache(maxsize=256)
def _name(host: str) -> str:
    """A Host header's name without its port."""
    return split_domain_port(host)[0].removesuffix(".")
