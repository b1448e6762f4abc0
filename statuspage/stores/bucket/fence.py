"""What keeps publishers of one page in order: an object that each writes on condition before it touches anything."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace

from statuspage.stores.bucket.forms import Form
from statuspage.stores.bucket.objects import BucketError, Lost, Objects
from statuspage.stores.bucket.sites import OURS

LIFE = 5.0  # seconds after its last sign of life that a publisher is taken for frozen or dead
PATIENCE = 600.0  # seconds after its claim that a publisher stops by itself
QUARANTINE = PATIENCE + 1200.0  # after that nothing of a lost publisher can arrive: requests are signed for 15 minutes
CLOSED = 2**62  # the token of a page that is no more


@dataclass(frozen=True, slots=True)
class Fence:
    """``hot`` is what the last publisher left at each key of the hot set: (ETag, digest). ``keys`` is what one that has
    not finished may write; ``abandoned`` the same of those who never did, each until when; ``tombstones`` what
    stands there instead of nothing (see :mod:`statuspage.stores.bucket.writing`)."""

    token: int = 0
    by: str = ""  # the one claim that it is
    at: float = 0.0  # its last sign of life
    finished: bool = True
    version: str | None = None
    prefixes: tuple[str, ...] = ()  # where the page stands whole
    hot: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()
    abandoned: Mapping[str, float] = field(default_factory=dict)
    tombstones: frozenset[str] = frozenset()
    torn: bool = False  # something was removed that should stand: everything must be looked at

    @classmethod
    def read(cls, body: bytes) -> Fence:
        kept = json.loads(body)
        told = {name.name: kept[name.name] for name in fields(cls) if name.name in kept}
        for name in ("keys", "tombstones"):
            told[name] = frozenset(told[name])
        told["prefixes"] = tuple(told["prefixes"])
        told["hot"] = {key: (etag, digest) for key, (etag, digest) in told["hot"].items()}
        return cls(**told)

    def form(self) -> Form:
        """Compressed: a page's first publishing names thousands of keys. Each writing has its own bytes (``at``)."""
        kept = asdict(self) | {name: sorted(getattr(self, name)) for name in ("keys", "tombstones")}
        body = gzip.compress(json.dumps(kept, sort_keys=True).encode(), 6, mtime=0)
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip", "Cache-Control": "no-store"}
        return Form(body, headers, "")

    @property
    def is_at_work(self) -> bool:
        """Somebody is writing and has said so lately. Clocks that differ only cost patience, never order."""
        return not self.finished and 0 <= time.time() - self.at < LIFE

    def forsaken(self) -> dict[str, float]:
        """Keys at which a lost publisher may still write, and until when."""
        now = time.time()
        kept = {key: until for key, until in self.abandoned.items() if until > now}
        return kept | (dict.fromkeys(self.keys, now + QUARANTINE) if not self.finished else {})


def key_of(page_id: str) -> str:
    return f"{OURS}pages/{page_id}.json"


def fence(objects: Objects, page_id: str) -> tuple[Fence, str | None]:
    """The page's fence and its ETag; an open one before the first."""
    found = objects.get(key_of(page_id))
    return (Fence.read(found[0]), found[1].etag) if found else (Fence(), None)


def change(objects: Objects, page_id: str, **changes) -> None:
    """Change it, even while it is held: its holder finds that out at its next step."""
    while True:
        now, etag = fence(objects, page_id)
        changed = replace(now, **changes)
        if changed == now:
            return
        with suppress(Lost):
            objects.put(key_of(page_id), changed.form(), over=etag)
            return


def check(objects: Objects) -> None:
    """Everything here stands on conditional writes. A store that takes no notice of conditions must not be used."""

    def is_refused(over: str | None) -> bool:
        try:
            objects.put(f"{OURS}conditions", Form(b".", {"Cache-Control": "no-store"}, ""), over=over)
        except Lost:
            return True
        return False

    if not (is_refused(None) or is_refused(None)) or not is_refused('"another"'):
        raise BucketError(
            f"Bucket {objects.place} takes no notice of If-Match or If-None-Match when it writes. Publishing needs a "
            "store that does: an older publisher could put withdrawn text over newer."
        )
