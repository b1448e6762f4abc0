"""Which page an address means: by its host, its slug, or the default one; and where a former address leads on to."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import cast
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from statuspage.stores import Sites

ASKED_HOST = "statuspage.asked_host"  # in the environ of a page's forms: the host, where that alone says whose they are


class Addresses:
    """What the publisher wrote last of pages' slugs and hosts. While the file is away the last ones hold."""

    def __init__(self, file: Path):
        self._file = file
        self._sites: Sites = {"default": None, "slugs": {}, "hosts": {}}
        self._slugs: dict[str, str] = {}  # by page
        self._hosts: dict[str, str] = {}
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
        self._sites, self._stamp = cast(Sites, read), stamp
        self._slugs = {page_id: slug for slug, page_id in read["slugs"].items()}
        self._hosts = {page_id: name for name, page_id in read["hosts"].items()}
        return True

    @property
    def default(self) -> str | None:
        """The default page's public id."""
        return self._sites["default"]

    def own_page(self, host: str) -> str | None:
        """The page that has this host name to itself."""
        return self._sites["hosts"].get(name_of(host)) if self._sites["hosts"] else None

    def route(self, path: str, own: str | None) -> tuple[str | None, str | None]:
        """The page that the path belongs to, and the rest below it: none where the slash after the slug is missing."""
        if own is not None:
            return own, path[1:]
        if path.startswith("/p/"):
            slug, slash, rest = path[3:].partition("/")
            return self._sites["slugs"].get(slug), rest if slash else None
        return self._sites["default"], path[1:]

    def moved_page(self, host: str) -> str | None:
        """The page that had this host name to itself last, where none has it now."""
        former = self._sites.get("former_hosts")
        return former.get(name_of(host)) if former else None

    def owner(self, slug: str | None, own: str | None, *, is_held: bool) -> str | None:
        """Below what the forms of the page asked for stand in Django's addresses; none where there is no such page.

        A page's public id means it everywhere. Under a host of its own no other page answers, but for links that are
        ``is_held``: by somebody who followed that page when the host was its own.
        """
        if slug is None:
            page_id = own or self._sites["default"]
            return None if page_id is None else f"/p/{page_id}" if own else ""
        is_one = slug in self._slugs
        if own is not None:
            return f"/p/{slug}" if is_one and (slug == own or is_held) else None
        is_one = is_one or slug in self._sites["slugs"] or slug in self._sites.get("former_slugs", {})
        return f"/p/{slug}" if is_one else None

    def page_of(self, slug: str | None, own: str | None) -> str | None:
        """The page whose forms these are."""
        if slug is None:
            return own or self._sites["default"]
        return slug if slug in self._slugs else self._sites["slugs"].get(slug) or self._led_on(slug)

    def leads_on(self, path: str, own: str | None, moved: str | None) -> str | None:
        """Where the document at ``path`` is now, if its address is a former one, or the public id of a page."""
        if moved is not None:
            root = urlsplit(settings.PUBLIC_URL)
            name = self._hosts.get(moved)
            base = f"{root.scheme}://{name}" if name else settings.PUBLIC_URL + self._home(moved).removesuffix("/")
            return base + _quoted(path) if _is_plain(path) else None
        if not path.startswith("/p/"):
            return None
        slug, _slash, rest = path[3:].partition("/")
        if own is not None:
            home = "/" if slug == own else None
        else:
            page_id = slug if slug in self._slugs else self._led_on(slug)
            home = self._home(page_id) if page_id else None
        return home + _quoted(rest) if home and _is_plain(f"/{rest}") else None

    def former_defaults(self) -> list[tuple[str, str]]:
        """Pages that answered at the root before, the last one first, with where each stands now."""
        return [(page_id, f"/p/{self._slugs[page_id]}/") for page_id in self._sites.get("former_defaults", [])]

    def _led_on(self, slug: str) -> str | None:
        return None if slug in self._sites["slugs"] else self._sites.get("former_slugs", {}).get(slug)

    def _home(self, page_id: str) -> str:
        return "/" if page_id == self._sites["default"] else f"/p/{self._slugs[page_id]}/"


def _is_plain(path: str) -> bool:
    """With two slashes after home it would be another host's address."""
    return not path.startswith("//")


def _quoted(path: str) -> str:
    """As it may stand in a header: WSGI's path holds bytes as they were sent, unquoted."""
    return quote(path.encode("latin-1"), safe="/:@!$&'()*+,;=~")


@lru_cache(maxsize=256)
def is_ours(host: str) -> bool:
    """Whether the installation answers under this name. Without a name (HTTP/1.0) there is nothing to tell apart."""
    return not host or validate_host(name_of(host), settings.ALLOWED_HOSTS)


@lru_cache(maxsize=256)
def name_of(host: str) -> str:
    """A Host header's name without its port."""
    return split_domain_port(host)[0].removesuffix(".")
