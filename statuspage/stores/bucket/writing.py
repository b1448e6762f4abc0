"""One publishing of one page into a bucket: look, claim, remove, write, finish.

Nothing can be locked in a bucket and nothing switches together, so order is kept object by object:

* The claim tells which keys its publisher may touch. The next to claim while that one has not finished takes every
  one of these keys over: it writes it anew, or puts a *tombstone* where nothing shall stand. Each write is made on the
  condition that the object is as it was seen before the claim, and no two publishers write equal bytes
  (:mod:`statuspage.stores.bucket.forms`), so whatever the lost one still sends fails, whenever it arrives.
* Keys of lost publishers are never just deleted for a while (``QUARANTINE``): on an empty place they could create.
* A delete can not be made on a condition everywhere. A publisher that finds itself lost after it deleted marks the page
  as torn; the sweep then has all of it looked at.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from uuid import uuid4

from statuspage.documents.document import Document
from statuspage.documents.kinds import HEARTBEAT
from statuspage.stores import headers
from statuspage.stores.base import Busy, Fenced
from statuspage.stores.bucket import forms
from statuspage.stores.bucket.fence import PATIENCE, Fence, change, fence, key_of
from statuspage.stores.bucket.forms import Form
from statuspage.stores.bucket.objects import BucketError, Lost, Objects, Seen
from statuspage.stores.bucket.sites import APART, addresses, prefix_of

ATTEMPTS = 4


@dataclass
class Plan:
    """What is to be done at which key. ``seen`` is how things were before the claim."""

    seen: dict[str, Seen | None] = field(default_factory=dict)
    permanent: dict[str, Form] = field(default_factory=dict)
    hot: dict[str, Form] = field(default_factory=dict)
    tombstones: dict[str, Form] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)  # of the hot set, as it is

    def keys(self) -> frozenset[str]:
        """What is written: a lost publisher may still do so."""
        return frozenset({*self.permanent, *self.hot, *self.tombstones})


class Writing:
    """By one publisher. ``run`` once."""

    def __init__(self, objects: Objects, page_id: str, *, token: int, version: str):
        self._objects = objects
        self._page, self._token, self._version = page_id, token, version
        self._by = uuid4().hex
        self._fence = Fence()
        self._etag: str | None = None
        self._claimed_at = 0.0
        self._prefixes: tuple[str, ...] = ()

    def run(self, *, hot: list[Document], permanent: list[Document], gone: list[str]) -> None:
        for _attempt in range(ATTEMPTS):
            before = self._look()
            if not self._prefixes:
                return  # without an address there is no place; the sweep comes back when there is
            plan = self._plan(before, hot=hot, permanent=permanent, gone=gone)
            with suppress(Lost):
                self._claim(before, plan)
                break
        else:
            raise Busy(f"Others write {self._page} to bucket {self._objects.place} all the time.")
        try:
            self._objects.delete(plan.deleted)
            etags = self._put_all(plan.tombstones, plan) | self._put_all(plan.permanent, plan)
            etags |= self._put_all(plan.hot, plan)
            self._finish(plan, etags)
        except Exception as error:
            held = self._give_up()
            if plan.deleted and (isinstance(error, Fenced) or not held):
                with suppress(BucketError):
                    change(self._objects, self._page, torn=True)
            raise

    def _look(self) -> Fence:
        self._prefixes = addresses(self._objects)[0].prefixes(self._page)
        before, self._etag = fence(self._objects, self._page)
        if before.token > self._token:
            raise Fenced(self._token, before.token)
        if before.is_at_work:
            raise Busy(f"Publisher {before.token} is writing {self._page} to bucket {self._objects.place}.")
        return before

    def _plan(self, before: Fence, *, hot: list[Document], permanent: list[Document], gone: list[str]) -> Plan:
        plan = Plan()
        wanted = {f"{prefix}{d.path}": d for prefix in self._prefixes for d in [*permanent, *hot]}
        hot_keys = {f"{prefix}{d.path}" for prefix in self._prefixes for d in hot}
        unwanted = {f"{prefix}{path}" for prefix in self._prefixes for path in gone}
        unwanted = (unwanted | self._mine(before.hot)) - set(wanted)
        inherited = set() if before.finished else self._mine(before.keys)
        left = inherited - set(wanted) - unwanted

        trusted = before.finished and not before.torn
        told = {key: Seen(*before.hot[key], self._page) for key in hot_keys & set(before.hot)} if trusted else {}
        forsaken = before.forsaken()
        buried = unwanted & set(forsaken)
        plan.seen = told | self._objects.each(self._objects.look, {*wanted, *left, *buried} - set(told))
        for key, document in wanted.items():
            seen = plan.seen[key]
            is_same = seen and (seen.digest, seen.page) == (forms.digest(document), self._page)
            if is_same and key not in inherited:
                plan.kept |= {key} & hot_keys
            else:
                form = forms.form_of(document, page=self._page, token=self._token)
                (plan.hot if key in hot_keys else plan.permanent)[key] = form
        plan.permanent |= self._copies(before, set(wanted) | unwanted, plan)
        plan.permanent |= self._as_they_are({key for key in left if plan.seen[key]})
        tombstone = forms.tombstone(page=self._page, token=self._token)
        plan.tombstones = dict.fromkeys(buried | {key for key in left if not plan.seen[key]}, tombstone)
        plan.deleted = (unwanted - buried) | (self._mine(before.tombstones) - set(forsaken) - set(wanted))
        return plan

    def _mine(self, keys: Iterable[str]) -> set[str]:
        """Those at the page's addresses; what it left elsewhere is cleaned there, or is another page's by now."""
        return {key for key in keys if prefix_of(key) in self._prefixes}

    def _copies(self, before: Fence, settled: set[str], plan: Plan) -> dict[str, Form]:
        """Permanent pages that are not rendered now, for places where the page has not stood so far."""
        fresh = [prefix for prefix in self._prefixes if prefix not in before.prefixes]
        sources = sorted(before.prefixes, key=lambda p: (p not in self._prefixes, p == ""))  # "" is the dearest to list
        if not fresh or not sources:
            return {}
        copies: dict[str, str] = {}
        for key in self._objects.below(sources[0], without=APART if sources[0] == "" else ()):
            path = key.removeprefix(sources[0])
            if path != HEARTBEAT and key not in settled and key not in before.hot and key not in before.tombstones:
                copies |= {f"{prefix}{path}": key for prefix in fresh if f"{prefix}{path}" not in settled}
        plan.seen |= self._objects.each(self._objects.look, copies)
        found = self._read(set(copies.values()))
        return {key: self._form(key, found[source]) for key, source in copies.items() if source in found}

    def _as_they_are(self, keys: set[str]) -> dict[str, Form]:
        """Objects that stay, in bytes of our own."""
        return {key: self._form(key, body) for key, body in self._read(keys).items()}

    def _read(self, keys: set[str]) -> dict[str, bytes]:
        found = self._objects.each(self._objects.get, keys)
        return {key: it[0] for key, it in found.items() if it and it[1].page == self._page}

    def _form(self, key: str, body: bytes) -> Form:
        path = key.removeprefix(prefix_of(key))
        return forms.form_of(Document(path, headers.content_type(path), body), page=self._page, token=self._token)

    def _claim(self, before: Fence, plan: Plan) -> None:
        """Raises :class:`Lost` if somebody else did in the meantime: all must be looked at again."""
        self._claimed_at = time.time()
        hot = {key: before.hot.get(key, ("", "")) for key in {*before.hot, *plan.hot, *plan.kept}}
        self._fence = replace(
            before,
            token=self._token,
            by=self._by,
            at=self._claimed_at,
            finished=False,
            hot=hot,
            keys=plan.keys(),
            abandoned=before.forsaken(),
            tombstones=before.tombstones | set(plan.tombstones),
            torn=False,
        )
        try:
            self._etag = self._objects.put(key_of(self._page), self._fence.form(), over=self._etag)
        except Lost:
            now, etag = fence(self._objects, self._page)
            if now.by != self._by:
                raise
            self._etag = etag  # it was written; only the answer was lost

    def _put_all(self, written: dict[str, Form], plan: Plan) -> dict[str, str]:
        def put(key: str) -> str:
            return self._put(key, written[key], plan.seen.get(key))

        return self._objects.each(put, written, meanwhile=self._live)

    def _put(self, key: str, form: Form, seen: Seen | None) -> str:
        for _attempt in range(ATTEMPTS):
            if time.time() - self._claimed_at > PATIENCE:
                raise Busy(f"Publishing {self._page} has taken longer than {PATIENCE:.0f} s.")
            try:
                return self._objects.put(key, form, over=seen.etag if seen else None)
            except Lost:
                seen = self._objects.look(key)
                self._hold(key)  # after the look: a publisher that took over since then writes this key after its claim
        raise BucketError(f"Bucket {self._objects.place}: somebody else writes {key} all the time.")

    def _hold(self, key: str) -> None:
        now, _etag = fence(self._objects, self._page)
        if now.by != self._by:
            raise self._lost(now)
        prefixes = addresses(self._objects)[0].prefixes(self._page)
        if set(self._prefixes) - set(prefixes):
            raise Busy(f"{self._page} no longer stands where {key} is.")

    def _lost(self, now: Fence) -> Fenced:
        return Fenced(self._token, now.token)

    def _live(self) -> None:
        self._advance(at=time.time())

    def _finish(self, plan: Plan, etags: dict[str, str]) -> None:
        hot = {key: (etags[key], form.digest) for key, form in plan.hot.items()}
        hot |= {key: (plan.seen[key].etag, plan.seen[key].digest) for key in plan.kept}
        tombstones = self._fence.tombstones - plan.deleted - set(plan.hot) - set(plan.permanent)
        self._advance(
            at=time.time(),
            finished=True,
            version=self._version,
            prefixes=self._prefixes,
            hot=hot,
            keys=frozenset(),
            tombstones=tombstones,
        )

    def _advance(self, **changes) -> None:
        self._fence = replace(self._fence, **changes)
        for _attempt in range(ATTEMPTS):
            try:
                self._etag = self._objects.put(key_of(self._page), self._fence.form(), over=self._etag)
                return
            except Lost:
                now, self._etag = fence(self._objects, self._page)
                if now.by != self._by:
                    raise self._lost(now) from None
                if now == self._fence:
                    return  # it was written; only the answer was lost
                self._fence = replace(self._fence, torn=now.torn)
        raise Busy(f"Others write {key_of(self._page)} all the time.")

    def _give_up(self) -> bool:
        """So that the next one need not wait for a sign of life; what was claimed stays claimed. Was it still ours?"""
        with suppress(BucketError, Busy):
            try:
                self._advance(at=0.0)
            except Fenced:
                return False
        return True
