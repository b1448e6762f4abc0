"""Published pages are answered from memory, before Django and without the database.

A closed list of live paths goes to Django; everything else is the published tree, and what is not in it is 404. Other
processes' publishing is noticed by a look at the pointers, every ``LOOK`` seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from math import inf
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings

from statuspage.documents import kinds
from statuspage.serving.addresses import ASKED_HOST, Addresses, is_ours, name_of
from statuspage.serving.answers import Answer, ServedDocument, Variant, document_of, matches, read_document, text
from statuspage.serving.ledger import Ledger
from statuspage.serving.live import ALIVE, COUNTED, FORMS, Live, kind_of
from statuspage.serving.pages import ServedPage
from statuspage.serving.wsgi import call
from statuspage.stores import headers
from statuspage.stores.directory import PageFolder

LOOK = 0.01  # seconds between two looks at what other processes have published
MOST_HOSTS = 64  # ways to write our names, ports and all, for which answers are kept ready


class PublishedTree:
    """The published tree under ``root``; live paths are for ``live``, and ``probes``, by exact path, for themselves.

    Asked by one thread: the event loop's.
    """

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
        self._addresses = Addresses(self._root / "sites.json")
        self._probes = probes or {}
        self._look_every = look
        self._ledger = ledger
        self._assets: dict[str, ServedDocument] = {}
        self._pages: dict[str, ServedPage] = {}
        self._ready: dict[str, dict[str, dict[str, Variant]]] = {}  # host → path → Accept-Encoding → what to send
        self._seen: dict[str, str | None] = {}  # the versions that stood at the last look
        self._looked = -inf  # the clock may have begun a moment ago, with the machine

    def ready(self, host: str | None, path: str, accepts: str) -> Variant | None:
        """What a GET is answered, where that is known already."""
        if monotonic() - self._looked >= self._look_every:
            self._look()
        try:
            return self._ready[host][path][accepts]
        except KeyError:
            return None

    def _look(self) -> None:
        """Has another process published? Then forget the ready answers; their documents are read when asked for."""
        began = monotonic()
        seen = {page_id: page.store.version() for page_id, page in self._pages.items()}
        if self._addresses.read() or seen != self._seen:
            self._ready = {}
        self._seen, self._looked = seen, began

    def find(self, environ: dict) -> Answer | Live:
        """What a request, as WSGI has it, is answered, or who answers it."""
        path, host = environ.get("PATH_INFO") or "/", environ.get("HTTP_HOST", "")
        own = self._addresses.own_page(host)
        moved = self._addresses.moved_page(host) if own is None else None
        named = own or moved
        if named is None and path not in self._probes and not is_ours(host):
            return text(404, "There is no page under this name.\n")
        if named is None and (kind := kind_of(path, environ)):
            return Live(self._live, kind, environ)
        if form := FORMS.fullmatch(path):
            slug, is_held = form["slug"], form["rest"].startswith("/subscriptions/")
            if (owner := self._addresses.owner(slug, named, is_held=is_held)) is not None:
                page = self._page(self._addresses.page_of(slug, named))
                return self._form(environ, owner, form["rest"], page, by_host=bool(named and not slug))
        if path in self._probes and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            probe = self._probes[path]
            if path == ALIVE:
                return call(probe, environ, b"")
            return Live(probe, "metrics" if path == COUNTED else "probes", environ)
        return self._document(environ, path, host, own, moved)

    def _document(self, environ: dict, path: str, host: str, own: str | None, moved: str | None) -> Answer:
        page_id, rest = self._addresses.route(path, own or moved)
        page, method = self._page(page_id), environ["REQUEST_METHOD"]
        shared = headers.SHARED if rest is not None and headers.is_open_to_all(rest) else {}
        if method == "OPTIONS" and shared:
            return Answer(204, [*headers.PREFLIGHT.items()])
        if method not in ("GET", "HEAD"):
            words = "Only GET and HEAD are answered here.\n"
            return text(405, words, [("Allow", "GET, HEAD"), *shared.items()])
        if now := self._addresses.leads_on(path, own, moved):
            return _led_on(environ, now, shared)
        entry = self._entry(page, path, rest, environ.get("QUERY_STRING"))
        if entry is None and page and (rest is None or (rest[-1:] not in ("", "/") and page.find(f"{rest}/"))):
            return _with_slash(path, 301)
        if entry is None and rest and path == f"/{rest}" and own is None and (now := self._at_a_former_default(rest)):
            return _led_on(environ, now, shared)
        if entry is None:
            return self._not_found(environ, page, shared)
        if _stays(page, path, rest, entry):
            if host not in self._ready and len(self._ready) >= MOST_HOSTS:
                self._ready = {}  # or clients that write our name in many ways would keep those out who don't
            self._ready.setdefault(host, {})[path] = entry.chosen
        return _answer(environ, entry.choose(environ.get("HTTP_ACCEPT_ENCODING", "")))

    def _entry(self, page: ServedPage | None, path: str, rest: str | None, query: str | None) -> ServedDocument | None:
        if path.startswith("/assets/"):
            return self._asset(path[1:])
        if page is None or rest is None:
            return None
        if rest in kinds.PUBLISHED.never_stored:  # read each time: it changes by itself
            return read_document(page.store.permanent / rest, rest)
        dressed = self._dressed(page, rest, query) if query and kinds.PUBLISHED.dressed.fullmatch(rest) else None
        return dressed or page.find(rest)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """WSGI, where one request at a time is enough."""
        accepts = environ.get("HTTP_ACCEPT_ENCODING", "")
        ready = self.ready(environ.get("HTTP_HOST"), environ.get("PATH_INFO", ""), accepts)
        if ready and environ["REQUEST_METHOD"] == "GET":
            found: Answer | Live = _answer(environ, ready)
        else:
            found = self.find(environ)
        if isinstance(found, Live):
            return found.application(found.environ, start_response)
        start_response(f"{found.status} {HTTPStatus(found.status).phrase}", found.headers)
        return [found.body]

    def _at_a_former_default(self, path: str) -> str | None:
        """Where a page is that stood at the root when another one was the default, and has no like of the new one."""
        for page_id, home in self._addresses.former_defaults():
            page = self._page(page_id)
            if page and (page.find(path) or page.find(f"{path}/")):
                return home + path
        return None

    def _form(self, environ: dict, owner: str, rest: str, page: ServedPage | None, *, by_host: bool) -> Answer | Live:
        """A page's live forms, under whatever host and former address it has. Django hears its own name, and never a
        cookie: nobody is signed in here, and the staff side cannot be reached by this way."""
        if not rest.endswith("/"):
            return _with_slash(rest, 301 if environ["REQUEST_METHOD"] in ("GET", "HEAD") else 308)
        asked = name_of(environ.get("HTTP_HOST", "")) if by_host else ""
        environ = {name: value for name, value in environ.items() if name != "HTTP_COOKIE"}
        environ |= {"HTTP_HOST": urlsplit(settings.PUBLIC_URL).netloc, "PATH_INFO": f"{owner}{rest}", ASKED_HOST: asked}
        return Live(self._live, "forms", environ, page)

    def _page(self, page_id: str | None) -> ServedPage | None:
        """The page as published now; a version that vanishes while it is read is followed by the next."""
        if page_id is None:
            return None
        kept = self._pages.get(page_id)
        store = kept.store if kept else PageFolder(self._root, page_id)
        for _attempt in range(3):
            version = store.version()
            if version is None:
                return None
            if kept and kept.version == version:
                return kept
            try:
                page = ServedPage(store, version)
            except FileNotFoundError:
                continue
            if store.version() == version:
                self._pages[page_id] = page
                self._ready = {}  # now, not at the next look: no reader goes back to what stood before
                self._tell()
                return page
        return kept

    def _tell(self) -> None:
        if self._ledger:
            self._ledger.write({page_id: page.version for page_id, page in self._pages.items()})

    def _dressed(self, page: ServedPage, path: str, query: str) -> ServedDocument | None:
        """A badge as a query asks for it, drawn from its published JSON."""
        kind = kinds.PUBLISHED.of(path)
        source = page.find(path.removesuffix(kind.ending) + ".json")
        drawn = kind.dressed(source.choose("").body, query) if source else None
        return document_of(drawn, path) if drawn else None

    def _asset(self, path: str) -> ServedDocument | None:
        entry = self._assets.get(path)
        if entry is None and kinds.PUBLISHED.assets.fullmatch(path):
            entry = read_document(self._root / path, path)
            if entry:
                self._assets[path] = entry
        return entry

    def _not_found(self, environ: dict, page: ServedPage | None, shared: dict[str, str]) -> Answer:
        page = page or self._page(self._addresses.default)
        entry = page.find(kinds.NOT_FOUND) if page else None
        if entry is None:
            return text(404, "There is nothing here.\n", [*shared.items()])
        variant = entry.choose(environ.get("HTTP_ACCEPT_ENCODING", ""))
        return Answer(404, [*variant.headers, *shared.items()], b"" if _is_head(environ) else variant.body)


def _with_slash(path: str, status: int) -> Answer:
    """From ``./`` on: the last part alone, with a colon in it, would be another address."""
    return text(status, "", [("Location", f"./{path.rsplit('/', 1)[-1]}/")])


def _led_on(environ: dict, now: str, shared: dict[str, str]) -> Answer:
    """To where the page stands now. It is asked for each time: an address may come back to whom it was."""
    query = environ.get("QUERY_STRING")
    return text(301, "", [("Location", f"{now}?{query}" if query else now), *shared.items()])


def _answer(environ: dict, variant: Variant) -> Answer:
    wanted = environ.get("HTTP_IF_NONE_MATCH")
    if wanted and matches(wanted, variant.etag):
        return Answer(304, variant.not_modified)
    return Answer(200, variant.headers, b"" if _is_head(environ) else variant.body)


def _is_head(environ: dict) -> bool:
    return environ["REQUEST_METHOD"] == "HEAD"


def _stays(page: ServedPage | None, path: str, rest: str | None, entry: ServedDocument) -> bool:
    """Assets never change; a page's document is ready once it is of the version that stands, and no query counts."""
    if path.startswith("/assets/"):
        return True
    if page is None or rest is None or kinds.PUBLISHED.dressed.fullmatch(rest):
        return False
    return page.holds(rest, entry)
