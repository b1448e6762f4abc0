"""Published pages are answered from memory, before Django and without the database.

A closed list of live paths goes to Django; everything else is the published tree, and what is not in it is 404. Other
processes' publishing is noticed by reading the pointer, which is one system call a request.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from statuspage import headers
from statuspage.stores.directory import PageFolder

LIVE = re.compile(r"/(admin|static|v1|v2)(/|$)")
PERMANENT = re.compile(r"(incidents|components|history)/[A-Za-z0-9_-]{1,60}/(index\.html)?")
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))  # the smallest first
LARGEST_CACHE = 2_000  # permanent documents kept in memory for a page; then it begins anew

Headers = list[tuple[str, str]]
StartResponse = Callable[[str, Headers], object]


@dataclass(frozen=True, slots=True)
class Variant:
    """One encoding of a document, ready to send."""

    etag: str
    headers: Headers
    body: bytes
    not_modified: Headers


PLAIN: Headers = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
]
Entry = dict[str, Variant]  # by content encoding; "" is plain


class ServedPage:
    """One page's documents as of one version: the hot set in memory, permanent pages as they are asked for."""

    def __init__(self, store: PageFolder, version: str):
        self.version = version
        self._permanent = store.permanent
        folder = store.folder / "versions" / version
        self._entries: dict[str, Entry | None] = {}
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix not in (".gz", ".br"):
                self._keep(path, path.relative_to(folder).as_posix())

    def find(self, path: str) -> Entry | None:
        """The document at ``path`` below the page, or nothing."""
        try:
            return self._entries[path]
        except KeyError:
            if not PERMANENT.fullmatch(path):
                return None
        if len(self._entries) > LARGEST_CACHE:
            self._entries = {kept: entry for kept, entry in self._entries.items() if not PERMANENT.fullmatch(kept)}
        name = path if path.endswith(".html") else f"{path}index.html"
        self._keep(self._permanent / name, name)
        return self._entries.setdefault(path, None)

    def _keep(self, file: Path, path: str) -> None:
        entry = read_entry(file, path)
        self._entries[path] = entry
        if path.endswith("index.html"):
            self._entries[path.removesuffix("index.html")] = entry


class PublishedTree:
    """WSGI: answers the published tree under ``root``, passes live paths to ``live``, and ``probes`` by exact path."""

    def __init__(self, live, *, root: Path, probes: dict[str, Callable] | None = None):
        self._live = live
        self._root = Path(root)
        self._probes = probes or {}
        self._assets: dict[str, Entry] = {}
        self._pages: dict[str, ServedPage] = {}
        self._sites: dict = {"default": None, "slugs": {}}
        self._sites_stamp: tuple | None = None

    def __call__(self, environ: dict, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO") or "/"
        if LIVE.match(path):
            return self._live(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            start_response("405 Method Not Allowed", [("Allow", "GET, HEAD"), *PLAIN])
            return [b"Only GET and HEAD are answered here.\n"]
        if path in self._probes:
            return self._probes[path](environ, start_response)
        if path.startswith("/assets/"):
            entry = self._asset(path[1:])
            return (
                self._answer(environ, start_response, entry)
                if entry
                else self._not_found(environ, start_response, None)
            )
        page, rest = self._route(path)
        entry = page.find(rest) if page and rest is not None else None
        if entry is not None:
            return self._answer(environ, start_response, entry)
        if page and (rest is None or (rest[-1:] not in ("", "/") and page.find(f"{rest}/"))):
            start_response("301 Moved Permanently", [("Location", f"{path.rsplit('/', 1)[-1]}/"), *PLAIN])
            return []
        return self._not_found(environ, start_response, page)

    def versions(self) -> dict[str, str]:
        """The version of each page that this process serves."""
        return {page_id: page.version for page_id, page in self._pages.items()}

    def _route(self, path: str) -> tuple[ServedPage | None, str | None]:
        """The page that the path belongs to, and the rest below it: none where the slash after the slug is missing."""
        sites = self._read_sites()
        if path.startswith("/p/"):
            slug, slash, rest = path[3:].partition("/")
            return self._page(sites["slugs"].get(slug)), rest if slash else None
        return self._page(sites["default"]), path[1:]

    def _read_sites(self) -> dict:
        file = self._root / "sites.json"
        try:
            status = file.stat()
        except OSError:
            return self._sites
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._sites_stamp:
            self._sites, self._sites_stamp = json.loads(file.read_bytes()), stamp
        return self._sites

    def _page(self, page_id: str | None) -> ServedPage | None:
        """The page as published now; a version that vanishes while it is read is followed by the next."""
        if page_id is None:
            return None
        store, kept = PageFolder(self._root, page_id), self._pages.get(page_id)
        for _attempt in range(3):
            version = store.version()
            if version is None:
                return None
            if kept and kept.version == version:
                return kept
            try:
                kept = ServedPage(store, version)
            except FileNotFoundError:
                continue
            if store.version() == version:
                self._pages[page_id] = kept
                return kept
        return kept

    def _asset(self, path: str) -> Entry | None:
        entry = self._assets.get(path)
        if entry is None and re.fullmatch(r"assets/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+", path):
            entry = read_entry(self._root / path, path)
            if entry:
                self._assets[path] = entry
        return entry

    def _not_found(self, environ, start_response: StartResponse, page: ServedPage | None) -> Iterable[bytes]:
        page = page or self._page(self._read_sites()["default"])
        entry = page.find("404.html") if page else None
        if entry is None:
            start_response("404 Not Found", PLAIN)
            return [b"There is nothing here.\n"]
        return self._answer(environ, start_response, entry, status="404 Not Found")

    def _answer(
        self, environ, start_response: StartResponse, entry: Entry, *, status: str = "200 OK"
    ) -> Iterable[bytes]:
        variant = _choose(entry, environ.get("HTTP_ACCEPT_ENCODING", ""))
        wanted = environ.get("HTTP_IF_NONE_MATCH")
        if wanted and status == "200 OK" and _matches(wanted, variant.etag):
            start_response("304 Not Modified", variant.not_modified)
            return []
        start_response(status, variant.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [variant.body]


def read_entry(file: Path, path: str) -> Entry | None:
    """A published file with its twins, ready to send; nothing if it is not there."""
    try:
        plain = file.read_bytes()
    except OSError:
        return None
    entry = {"": _variant(path, plain, plain, "")}
    for encoding, suffix in ENCODINGS:
        twin = file.with_name(file.name + suffix)
        if twin.exists():
            entry[encoding] = _variant(path, plain, twin.read_bytes(), encoding)
    return entry


def _variant(path: str, plain: bytes, body: bytes, encoding: str) -> Variant:
    digest = hashlib.sha256(plain).hexdigest()[:20]
    etag = f'"{digest}-{encoding}"' if encoding else f'"{digest}"'
    common = [("ETag", etag), *headers.for_path(path, tls=settings.BEHIND_TLS).items()]
    sent = [("Content-Type", headers.content_type(path)), ("Content-Length", str(len(body))), *common]
    if encoding:
        sent.append(("Content-Encoding", encoding))
    return Variant(etag, sent, body, common)


@lru_cache(maxsize=256)
def _accepted(accept_encoding: str) -> tuple[str, ...]:
    """The encodings of ours that the client takes; one with q=0 is refused."""
    offered = set()
    for part in accept_encoding.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        if not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight):
            offered.add(name.strip())
    return tuple(encoding for encoding, _suffix in ENCODINGS if encoding in offered or "*" in offered)


def _choose(entry: Entry, accept_encoding: str) -> Variant:
    for encoding in _accepted(accept_encoding[:200]):
        if encoding in entry:
            return entry[encoding]
    return entry[""]


def _matches(if_none_match: str, etag: str) -> bool:
    if if_none_match.strip() == "*":
        return True
    return any(tag.strip().removeprefix("W/") == etag for tag in if_none_match[:2000].split(","))
