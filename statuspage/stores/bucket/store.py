"""The published tree in an S3-compatible bucket: its keys are the public paths, so that a CDN can serve it as it is.

The default page stands at the root, each page at ``p/<slug>/``, one with its own host at ``hosts/<host>/`` too;
``assets/`` at the root. Below ``.bridgewatch/`` stands what keeps order (docs/decisions/0007-bucket.md).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from math import inf
from typing import Generic, TypeVar

from statuspage.documents.document import Document, Pending, RenderError, loses_text
from statuspage.documents.kinds import HEARTBEAT
from statuspage.stores import headers
from statuspage.stores.base import Sites
from statuspage.stores.bucket import forms
from statuspage.stores.bucket.fence import CLOSED, QUARANTINE, change, check, fence, key_of
from statuspage.stores.bucket.objects import BucketError, Lost, Objects
from statuspage.stores.bucket.sites import APART, SITES, Addresses, Stale, addresses
from statuspage.stores.bucket.url import parse
from statuspage.stores.bucket.writing import Writing

GLANCE = 1.0  # seconds that what was read of the order is believed by those who only read
CLEANED = 60.0  # seconds between two cleanings of the same prefix
BEAT = "public, max-age=5"  # a cache in between may answer for so long; the page allows for more

Read = TypeVar("Read")


class Glances(Generic[Read]):
    """What was read less than ``GLANCE`` ago is not read again; with the bucket away, what was read last holds."""

    def __init__(self, read: Callable[[str], Read]):
        self._read = read
        self._kept: dict[str, tuple[float, Read]] = {}

    def __call__(self, key: str) -> Read:
        kept = self._kept.get(key)
        if kept is None or time.monotonic() > kept[0]:
            try:
                kept = self._kept[key] = (time.monotonic() + GLANCE, self._read(key))
            except BucketError:
                if kept is None:
                    raise
        return kept[1]

    def clear(self) -> None:
        self._kept = {key: (-inf, known) for key, (_until, known) in self._kept.items()}


class BucketStore:
    """In a bucket, by conditional writes (:mod:`statuspage.stores.bucket.writing`). Raises ``BucketError``."""

    def __init__(self, url: str):
        self._objects = Objects(parse(url))
        self._fences = Glances(lambda page_id: fence(self._objects, page_id)[0])
        self._maps = Glances(lambda _key: addresses(self._objects)[0])
        self._assets: set[str] = set()
        self._cleaned: dict[str, float] = {}
        self._is_checked = False

    def version(self, page_id: str) -> str | None:
        """None also where the page does not stand at each of its addresses, or lost something: it is wanted anew."""
        known = self._fences(page_id)
        if known.version is None:
            self._assets.clear()  # the bucket may be a new one
        whole = not known.torn and set(known.prefixes) >= set(self._maps(SITES).prefixes(page_id))
        return known.version if whole else None

    def read(self, page_id: str, path: str) -> bytes | None:
        for prefix in self._maps(SITES).prefixes(page_id):
            found = self._objects.get(f"{prefix}{path}")
            if found:
                return found[0]
        return None

    def paths(self, page_id: str) -> set[str]:
        tombstones = self._fences(page_id).tombstones
        return {
            key.removeprefix(prefix)
            for prefix in self._maps(SITES).prefixes(page_id)
            for key in self._below(prefix)
            if key not in tombstones
        } - {HEARTBEAT}

    def write(
        self,
        page_id: str,
        *,
        token: int,
        version: str,
        hot: Iterable[Document],
        permanent: Iterable[Document | Pending],
        gone: Iterable[str],
        takes_back: bool = False,
    ) -> None:
        """At every address of the page as :meth:`write_sites` said last; nothing if it has none yet."""
        if not self._is_checked:
            check(self._objects)
            self._is_checked = True
        permanent = list(permanent)
        drawn, broken = _drawn(permanent)
        losing = {each.path for each in permanent if loses_text(each)}
        if broken and not (takes_back or losing):
            there = self.paths(page_id)
            for path, error in broken.items():
                if path not in there:
                    raise error  # the hot set would lead to where nothing stands
        gone = {*gone, *(losing & set(broken))}  # no page is better than what was taken back
        writing = Writing(self._objects, page_id, token=token, version=version)
        writing.run(hot=list(hot), permanent=drawn, gone=sorted(gone))
        self._fences.clear()
        for error in broken.values():
            raise error

    def write_assets(self, assets: Iterable[Document]) -> None:
        def write(document: Document) -> None:
            with suppress(Lost):  # it is there, and its name says what it holds
                self._objects.put(document.path, forms.form_of(document), over=None)
            self._assets.add(document.path)

        fresh = {document.path: document for document in assets if document.path not in self._assets}
        self._objects.each(lambda path: write(fresh[path]), fresh)

    def write_sites(self, read: Callable[[], Sites]) -> None:
        """``read`` is called between reading the map and writing it on condition: the last to write knows most.

        Call it before :meth:`write` and after it: what a page leaves is cleaned once it stands at its new addresses.
        """
        while True:
            known, etag = addresses(self._objects)
            wanted = known.moved(read())
            with suppress(Lost):
                if wanted != known:
                    self._objects.put(SITES, _hidden(wanted.body()), over=etag)
                break
        self._maps.clear()
        if wanted.stale:
            self._clean(wanted)

    def beat(self, page_id: str, body: bytes) -> None:
        if self._fences(page_id).version is None:
            return
        form = forms.form_of(Document(HEARTBEAT, headers.content_type(HEARTBEAT), body), page=page_id)
        form.attributes["Cache-Control"] = BEAT
        for prefix in self._maps(SITES).prefixes(page_id):
            self._objects.replace(f"{prefix}{HEARTBEAT}", form)

    def _clean(self, known: Addresses) -> None:
        """Remove what pages left behind, again and again for a while (see :class:`Stale`)."""
        now = time.time()
        done: dict[str, Stale | None] = {}
        for prefix, stale in known.stale.items():
            cleaned_lately = stale.until and now - self._cleaned.get(prefix, -inf) < CLEANED
            if cleaned_lately or not self._may_clean(known, prefix, stale):
                continue
            self._objects.delete(self._left(known, prefix, stale))
            self._cleaned[prefix] = now
            until = stale.until or now + QUARANTINE
            done[prefix] = replace(stale, until=until) if until > now else None
        if done:
            self._note(known, done)

    def _may_clean(self, known: Addresses, prefix: str, stale: Stale) -> bool:
        """Who stood there has moved, and who stands there now has moved in; a page that is no more is closed first."""
        if stale.owner not in known.pages():
            change(self._objects, stale.owner, token=CLOSED, finished=True, keys=frozenset())
        concerned = {stale.owner, known.owners().get(prefix)} & known.pages()
        fences = {page_id: fence(self._objects, page_id)[0] for page_id in concerned}
        return all(f.finished and set(f.prefixes) >= set(known.prefixes(page_id)) for page_id, f in fences.items())

    def _left(self, known: Addresses, prefix: str, stale: Stale) -> list[str]:
        keys = self._below(prefix)
        if prefix not in known.owners():
            return keys
        seen = self._objects.each(self._objects.look, keys)
        return [key for key, it in seen.items() if it and it.page == stale.owner]

    def _note(self, before: Addresses, done: dict[str, Stale | None]) -> None:
        """Write down what was cleaned. What became somebody's in the meantime may have been deleted under them."""
        while True:
            known, etag = addresses(self._objects)
            owners = known.owners()
            for prefix in done:
                if owners.get(prefix) not in (None, before.owners().get(prefix)):
                    change(self._objects, owners[prefix], torn=True)
            stale = {prefix: done.get(prefix, each) for prefix, each in known.stale.items()}
            after = replace(known, stale={prefix: each for prefix, each in stale.items() if each})
            with suppress(Lost):
                self._objects.put(SITES, _hidden(after.body()), over=etag)
                break
        former = {each.owner for each in known.stale.values()} - {each.owner for each in after.stale.values()}
        self._objects.delete([key_of(page_id) for page_id in former - after.pages()])

    def _below(self, prefix: str) -> list[str]:
        return self._objects.below(prefix, without=() if prefix else APART)


def _drawn(permanent: Iterable[Document | Pending]) -> tuple[list[Document], dict[str, RenderError]]:
    """What can be drawn, and by path what cannot."""
    drawn, broken = [], {}
    for each in permanent:
        try:
            drawn.append(each.drawn())
        except RenderError as error:
            broken[each.path] = error
    return drawn, broken


def _hidden(body: bytes) -> forms.Form:
    return forms.Form(body, {"Content-Type": "application/json", "Cache-Control": "no-store"}, "")
