"""Published pages are answered from memory, before Django and without the database.

A closed list of live paths goes to Django; everything else is the published tree, and what is not in it is 404. Other
processes' publishing is noticed by a look at the pointers, every ``LOOK`` seconds.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from math import inf
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from statuspage.documents import badges
from statuspage.serving.answers import Entry, Headers, entry_of, matches, read_entry, text
from statuspage.serving.ledger import Ledger
from statuspage.serving.pages import ServedPage
from statuspage.stores import Sites
from statuspage.stores.directory import HEARTBEAT, PageFolder
from statuspage.stores.files import TWINS

LIVE = re.compile(r"/(admin|static|v1|v2)(/|$)")
FORMS = re.compile(
    r"(/p/(?P<slug>[\w-]{1,50}))?(?P<rest>/(subscribe|subscriptions)(/(?!\.)[\w.:-]{1,300}){0,3}/?)", re.ASCII
)
ASSET = re.compile(r"assets/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
BADGE = "badge.svg"
LOOK = 0.01  # seconds between two looks at what other processes have published
MOST_HOSTS = 64  # ways to write our names, ports and all, for which answers are kept ready

ALIVE = "/healthz"  # needs nothing that it might wait for
LIVE_AT_ONCE = 6  # requests that may wait at a time, of the 8 threads that a process has: config.supervisor

StartResponse = Callable[[str, Headers], object]


class PublishedTree:
    """WSGI: answers the published tree under ``root``, passes live paths to ``live``, and ``probes`` by exact path."""

    def __init__(
        self,
        live,
        *,
        root: Path,
        probes: dict[str, Callable] | None = None,
        look: float = LOOK,
        ledger: Ledger | None = None,
    ):
        self._live = live
        self._root = Path(root)
        self._sites_file = self._root / "sites.json"
        self._probes = probes or {}
        self._look_every = look
        self._ledger = ledger
        self._assets: dict[str, Entry] = {}
        self._pages: dict[str, ServedPage] = {}
        self._sites: Sites = {"default": None, "slugs": {}, "hosts": {}}
        self._sites_stamp: tuple | None = None
        self._ready: dict[str, dict[str, dict]] = {}  # host → path → Accept-Encoding → what to send
        self._looked = -inf  # the clock may have begun a moment ago, with the machine
        self._loading = threading.Lock()
        self._slots = threading.BoundedSemaphore(LIVE_AT_ONCE)

    def __call__(self, environ: dict, start_response: StartResponse) -> Iterable[bytes]:
        if monotonic() - self._looked >= self._look_every:
            self._look()
        try:
            accepts = environ.get("HTTP_ACCEPT_ENCODING", "")
            variant = self._ready[environ["HTTP_HOST"]][environ["PATH_INFO"]][accepts]
        except KeyError:
            variant = None  # found below, so that no error of a live request begins with this one
        if variant is None or environ["REQUEST_METHOD"] != "GET":
            return self._find(environ, start_response)
        if "HTTP_IF_NONE_MATCH" in environ and matches(environ["HTTP_IF_NONE_MATCH"], variant.etag):
            start_response("304 Not Modified", variant.not_modified)
            return []
        start_response("200 OK", variant.headers)
        return variant.body

    def _look(self) -> None:
        """Has another process published? Then forget the ready answers; their documents are read when asked for."""
        began = monotonic()
        sites_changed = self._read_sites()
        if sites_changed or any(page.store.version() != page.version for page in list(self._pages.values())):
            self._ready = {}
        self._looked = began

    def _read_sites(self) -> bool:
        """Read the addresses anew if they have changed, and say so. While they are away the last ones hold."""
        try:
            status = os.stat(self._sites_file)
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp == self._sites_stamp:
                return False
            read = json.loads(self._sites_file.read_bytes())
        except OSError:
            return False
        self._sites, self._sites_stamp = Sites(default=read["default"], slugs=read["slugs"], hosts=read["hosts"]), stamp
        return True

    def _find(self, environ: dict, start_response: StartResponse) -> Iterable[bytes]:
        ready = self._ready  # before anything is read: an answer from before a change must not join those after it
        path, host = environ.get("PATH_INFO") or "/", environ.get("HTTP_HOST", "")
        own = self._own_page(host)
        if own is None and path not in self._probes and not _is_ours(host):
            return text(start_response, "404 Not Found", "There is no page under this name.\n")
        if LIVE.match(path) and own is None:
            return self._pass_on(self._live, environ, start_response)
        if (form := FORMS.fullmatch(path)) and (owner := self._owner(form["slug"], own)) is not None:
            return self._form(environ, start_response, owner, form["rest"])
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            words = "Only GET and HEAD are answered here.\n"
            return text(start_response, "405 Method Not Allowed", words, [("Allow", "GET, HEAD")])
        if path in self._probes:
            probe = self._probes[path]
            return probe(environ, start_response) if path == ALIVE else self._pass_on(probe, environ, start_response)
        page, rest = self._route(path, own)
        if path.startswith("/assets/"):
            entry = self._asset(path[1:])
        else:
            entry = page.find(rest) if page and rest is not None else None
        if page and rest and rest.endswith(BADGE):  # never ready: its query counts
            query = environ.get("QUERY_STRING")
            entry = (self._dressed(page, rest, query) if query else None) or entry
        elif page and rest == HEARTBEAT:
            entry = read_entry(page.store.permanent / HEARTBEAT, HEARTBEAT)  # each time: it changes by itself
        elif entry is not None and (host in ready or len(ready) < MOST_HOSTS) and _stays(page, path, rest, entry):
            ready.setdefault(host, {})[path] = entry.chosen
        if entry is not None:
            return self._answer(environ, start_response, entry)
        if page and (rest is None or (rest[-1:] not in ("", "/") and page.find(f"{rest}/"))):
            location = f"{path.rsplit('/', 1)[-1]}/"
            return text(start_response, "301 Moved Permanently", "", [("Location", location)])
        return self._not_found(environ, start_response, page)

    def _owner(self, slug: str | None, own: str | None) -> str | None:
        """Below what the forms of the page asked for stand in Django's addresses; none where there is no such page.
        Under a host of its own that is the page's slug, and no other page answers there."""
        if own is not None:
            slugs = [each for each, page_id in self._sites["slugs"].items() if page_id == own and slug is None]
            return f"/p/{slugs[0]}" if slugs else None
        if slug is not None:
            return f"/p/{slug}" if slug in self._sites["slugs"] else None
        return "" if self._sites["default"] else None

    def _form(self, environ: dict, start_response: StartResponse, owner: str, rest: str) -> Iterable[bytes]:
        """A page's live forms, under whatever host it has. Django hears its own name, and never a cookie: nobody is
        signed in here, and the staff side cannot be reached by this way."""
        if not rest.endswith("/"):
            location = f"{rest.rsplit('/', 1)[-1]}/"
            return text(start_response, "301 Moved Permanently", "", [("Location", location)])
        environ = {name: value for name, value in environ.items() if name != "HTTP_COOKIE"}
        environ |= {"HTTP_HOST": urlsplit(settings.PUBLIC_URL).netloc, "PATH_INFO": f"{owner}{rest}"}
        return self._pass_on(self._live, environ, start_response)

    def _pass_on(self, application, environ: dict, start_response: StartResponse) -> Iterable[bytes]:
        """What may wait, for the database or for a body that comes in drops, leaves threads for readers."""
        if not self._slots.acquire(blocking=False):
            words = "Too much is asked for at once. Try again in a moment.\n"
            return text(start_response, "503 Service Unavailable", words, [("Retry-After", "1")])
        try:
            return application(environ, start_response)
        finally:
            self._slots.release()

    def _own_page(self, host: str) -> str | None:
        """The page that has this host name to itself."""
        return self._sites["hosts"].get(_name(host)) if self._sites["hosts"] else None

    def _route(self, path: str, own: str | None) -> tuple[ServedPage | None, str | None]:
        """The page that the path belongs to, and the rest below it: none where the slash after the slug is missing."""
        if own is not None:
            return self._page(own), path[1:]
        if path.startswith("/p/"):
            slug, slash, rest = path[3:].partition("/")
            return self._page(self._sites["slugs"].get(slug)), rest if slash else None
        return self._page(self._sites["default"]), path[1:]

    def _page(self, page_id: str | None) -> ServedPage | None:
        """The page as published now; a version that vanishes while it is read is followed by the next."""
        if page_id is None:
            return None
        kept = self._pages.get(page_id)
        store = kept.store if kept else PageFolder(self._root, page_id)
        for _attempt in range(3):
            version, kept = store.version(), self._pages.get(page_id)
            if version is None:
                return None
            if kept and kept.version == version:
                return kept
            with self._loading:
                kept = self._pages.get(page_id)
                if kept and kept.version == version:
                    return kept  # another thread has read it meanwhile
                try:
                    page = ServedPage(store, version)
                except FileNotFoundError:
                    continue
                if store.version() == version:
                    self._pages[page_id] = page
                    self._ready = {}  # now, not at the next look: no reader goes back to what stood before
                    self._tell()
                    return page
        return self._pages.get(page_id)

    def _tell(self) -> None:
        if self._ledger:
            self._ledger.write({page_id: page.version for page_id, page in self._pages.items()})

    def _dressed(self, page: ServedPage, path: str, query: str) -> Entry | None:
        """The badge as a query asks for it, drawn from its published JSON."""
        source = page.find(path.removesuffix("svg") + "json")
        drawn = badges.from_query(source.choose("").body[0], query) if source else None
        return entry_of(drawn, path) if drawn else None

    def _asset(self, path: str) -> Entry | None:
        entry = self._assets.get(path)
        if entry is None and ASSET.fullmatch(path) and not path.endswith(tuple(TWINS)):
            entry = read_entry(self._root / path, path)
            if entry:
                self._assets[path] = entry
        return entry

    def _not_found(self, environ, start_response: StartResponse, page: ServedPage | None) -> Iterable[bytes]:
        page = page or self._page(self._sites["default"])
        entry = page.find("404.html") if page else None
        if entry is None:
            return text(start_response, "404 Not Found", "There is nothing here.\n")
        return self._answer(environ, start_response, entry, status="404 Not Found")

    def _answer(
        self, environ, start_response: StartResponse, entry: Entry, *, status: str = "200 OK"
    ) -> Iterable[bytes]:
        variant = entry.choose(environ.get("HTTP_ACCEPT_ENCODING", ""))
        wanted = environ.get("HTTP_IF_NONE_MATCH")
        if wanted and status == "200 OK" and matches(wanted, variant.etag):
            start_response("304 Not Modified", variant.not_modified)
            return []
        start_response(status, variant.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else variant.body


def _stays(page: ServedPage | None, path: str, rest: str | None, entry: Entry) -> bool:
    """Assets never change; a page's document is ready once it is of the version that stands."""
    return path.startswith("/assets/") or (page is not None and rest is not None and page.holds(rest, entry))


@lru_cache(maxsize=256)
def _name(host: str) -> str:
    """A Host header's name without its port."""
    return split_domain_port(host)[0].removesuffix(".")


@lru_cache(maxsize=256)
def _is_ours(host: str) -> bool:
    """Whether the installation answers under this name. Without a name (HTTP/1.0) there is nothing to tell apart."""
    return not host or validate_host(_name(host), settings.ALLOWED_HOSTS)
