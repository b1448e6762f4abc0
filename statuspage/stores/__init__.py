"""Where published bytes stand: a directory, or a bucket (S3) by ``PUBLISH_STORAGE_URL`` (DESIGN section 8)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from statuspage.stores.base import Busy, Fenced, Sites, Store
from statuspage.stores.bucket.store import BucketStore
from statuspage.stores.directory import DirectoryStore

__all__ = ["Busy", "Fenced", "Sites", "Store", "current"]


def current() -> Store:
    """The store that the settings name."""
    return _opened(settings.PUBLISH_STORAGE_URL, Path(settings.PUBLISH_ROOT))


@cache
def _opened(url: str, root: Path) -> Store:
    return BucketStore(url) if url else DirectoryStore(root)
