"""The published tree in a directory: one pointer switches a page's hot set; a fence keeps older bytes out.

Everything a publisher writes for a page stands under the page's file lock together with the check of its token, so
that a publisher which lost its lease can never put older bytes over newer ones (DESIGN section 8).
"""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import brotli

from statuspage.documents.document import Document

TWINS = {".gz": lambda body: gzip.compress(body, 9, mtime=0), ".br": lambda body: brotli.compress(body, quality=9)}
SMALLEST_TO_COMPRESS = 200  # bytes
PATIENCE = 3.0  # seconds that a publisher waits for the file lock: a request may be waiting with it


class Fenced(Exception):
    """A publisher with a newer lease has written already; this one must not."""


class Busy(Exception):
    """Another publisher holds the file lock and does not let go: it may be frozen."""


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """The file lock, which the system frees when its holder dies. Raises :class:`Busy` after ``PATIENCE``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        patient_until = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > patient_until:
                    raise Busy(f"Another publisher has held {path.parent.name} for more than {PATIENCE} s.") from None
                time.sleep(0.005)
        yield


class PageStore:
    """Where one page is published."""

    def __init__(self, root: Path, page_id: str):
        self.folder = Path(root) / "pages" / page_id
        self.permanent = self.folder / "permanent"
        self.pointer = self.folder / "current"

    def version(self) -> str | None:
        """The version that readers see; none before the first."""
        try:
            return self.pointer.readlink().name
        except OSError:
            return None

    def write(
        self, *, token: int, version: str, hot: Iterable[Document], permanent: Iterable[Document], gone: Iterable[str]
    ) -> None:
        """Permanent pages first and only where their bytes changed, then the hot set by one switch of the pointer.

        Old versions are removed at once, so that nothing withdrawn can be read from them. Raises :class:`Fenced`.
        """
        with _locked(self.folder / "lock"):
            self._pass_fence(token)
            for path in gone:
                _remove(self.permanent / path)
            for document in permanent:
                _write_if_changed(self.permanent / document.path, document.body)
            current = self.folder / "versions" / (self.version() or "none")
            fresh = self.folder / "versions" / version
            fresh.mkdir(parents=True, exist_ok=True)
            for document in hot:
                _write_or_link(fresh / document.path, document.body, current / document.path)
            _replace_link(self.pointer, Path("versions") / version)
            for folder in (self.folder / "versions").iterdir():
                if folder.name != version:
                    shutil.rmtree(folder, ignore_errors=True)

    def _pass_fence(self, token: int) -> None:
        fence = self.folder / "token"
        highest = int(fence.read_text()) if fence.exists() else 0
        if token < highest:
            raise Fenced(f"Token {token} is older than {highest}.")
        _replace(fence, str(token).encode())


def write_assets(root: Path, assets: Iterable[Document]) -> None:
    """Add hashed assets; older ones stay, because pages of an older release may be open somewhere."""
    for document in assets:
        path = Path(root) / document.path
        if not path.exists():
            _write(path, document.body)


def write_sites(root: Path, read: Callable[[], dict]) -> None:
    """Write which address leads to which page. ``read`` is called under the lock, so that the last to write knows most.

    Folders of pages that are no longer named are removed.
    """
    root = Path(root)
    with _locked(root / "lock"):
        sites = read()
        body = json.dumps(sites, indent=1, sort_keys=True).encode()
        path = root / "sites.json"
        if not path.exists() or path.read_bytes() != body:
            _replace(path, body)
        known = set(sites["slugs"].values())
        for folder in (root / "pages").glob("*"):
            if folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, body: bytes) -> None:
    """The file and its compressed twins, each whole or not at all; a twin that saves nothing is left out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for suffix, compress in TWINS.items():
        twin = path.with_name(path.name + suffix)
        packed = compress(body) if len(body) >= SMALLEST_TO_COMPRESS else body
        if len(packed) < len(body):
            _replace(twin, packed)
        else:
            twin.unlink(missing_ok=True)
    _replace(path, body)


def _write_if_changed(path: Path, body: bytes) -> None:
    if not path.exists() or path.read_bytes() != body:
        _write(path, body)


def _write_or_link(path: Path, body: bytes, previous: Path) -> None:
    """Share the file of the version before where the bytes are the same: compressing is the dear part."""
    if not previous.exists() or previous.read_bytes() != body:
        return _write(path, body)
    path.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", *TWINS):
        twin = previous.with_name(previous.name + suffix)
        if twin.exists():
            path.with_name(path.name + suffix).unlink(missing_ok=True)
            os.link(twin, path.with_name(path.name + suffix))
    return None


def _remove(path: Path) -> None:
    """The file, its twins, and the folder that was named after it."""
    for suffix in ("", *TWINS):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    with suppress(OSError):
        path.parent.rmdir()


def _replace(path: Path, body: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(body)
    temporary.replace(path)


def _replace_link(path: Path, target: Path) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(path)
