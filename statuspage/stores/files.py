"""Files that are whole or not there: each is written beside its place and renamed, with its compressed twins."""

from __future__ import annotations

import fcntl
import gzip
import os
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import brotli

from statuspage.stores.base import Busy

TWINS = {
    ".gz": lambda body: gzip.compress(body, 6, mtime=0),
    ".br": lambda body: brotli.compress(body, quality=6),  # from 7 on it takes three times as long, for the same size
}
UNPACK = {".gz": gzip.decompress, ".br": brotli.decompress}
SMALLEST_TO_COMPRESS = 200  # bytes
COMPRESSED = (".png", ".woff2", ".pdf")  # these hold compressed bytes already
PATIENCE = 3.0  # seconds that a publisher waits for the file lock: a request may be waiting with it
ATTEMPTS = 3  # at each file: begun anew from the first one, a disk that fails now and then would never get through


@contextmanager
def locked(path: Path) -> Iterator[None]:
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


class Folder:
    """Writes files by way of ``scratch``, a folder on the same disk that its owner empties."""

    def __init__(self, scratch: Path):
        self._scratch = scratch

    def empty(self) -> None:
        """Whatever a killed publisher left half-written goes: it may hold what must not be read any more."""
        shutil.rmtree(self._scratch, ignore_errors=True)

    def write(self, path: Path, body: bytes, *, previous: Path | None = None) -> None:
        """The file and its twins, the twins first; one that saves nothing is left out.

        It is dated a second after the file before it at least: a static server makes its ETag from length and second.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        at = max(int(time.time()), _second(previous or path) + 1)
        for suffix, compress in TWINS.items():
            twin = path.with_name(path.name + suffix)
            packed = compress(body) if len(body) >= SMALLEST_TO_COMPRESS and path.suffix not in COMPRESSED else body
            if len(packed) < len(body):
                self.replace(twin, packed, at=at)
            else:
                twin.unlink(missing_ok=True)
        self.replace(path, body, at=at)

    def write_if_changed(self, path: Path, body: bytes) -> None:
        """The twins count too: a writer that was killed between them and the file may have left what was withdrawn."""
        if not (holds(path, body) and _twins_hold(path, body)):
            self.write(path, body)

    def write_or_link(self, path: Path, body: bytes, previous: Path) -> None:
        """Share the file of the version before where the bytes are the same: compressing is the dear part."""
        if not holds(previous, body):
            return self.write(path, body, previous=previous)
        path.parent.mkdir(parents=True, exist_ok=True)
        for suffix in ("", *TWINS):
            twin = previous.with_name(previous.name + suffix)
            if twin.exists():
                path.with_name(path.name + suffix).unlink(missing_ok=True)
                os.link(twin, path.with_name(path.name + suffix))
        return None

    def replace(self, path: Path, body: bytes, *, at: int | None = None) -> None:
        def make(temporary: Path) -> None:
            temporary.write_bytes(body)
            if at is not None:
                os.utime(temporary, (at, at))

        self._place(path, make)

    def replace_link(self, path: Path, target: str) -> None:
        self._place(path, lambda temporary: temporary.symlink_to(target))

    def _place(self, path: Path, make: Callable[[Path], None]) -> None:
        self._scratch.mkdir(parents=True, exist_ok=True)
        temporary = self._scratch / f"{os.getpid()}-{path.name}"
        for attempt in range(1, ATTEMPTS + 1):
            try:
                temporary.unlink(missing_ok=True)
                make(temporary)
                temporary.replace(path)
                return
            except OSError:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)  # on a full disk it would keep the next attempt from its room
                if attempt == ATTEMPTS:
                    raise


def holds(path: Path, body: bytes) -> bool:
    try:
        return path.read_bytes() == body
    except OSError:
        return False


def _twins_hold(path: Path, body: bytes) -> bool:
    """Whether each twin that stands holds the same as its file."""
    for suffix in UNPACK:
        try:
            if not unpacks_to(body, path.with_name(path.name + suffix).read_bytes(), suffix):
                return False
        except FileNotFoundError:
            continue  # it would save nothing
        except OSError:
            return False
    return True


def unpacks_to(body: bytes, packed: bytes, suffix: str) -> bool:
    try:
        return UNPACK[suffix](packed) == body
    except (OSError, EOFError, zlib.error, brotli.error):
        return False


def _second(path: Path) -> int:
    try:
        return int(path.stat().st_mtime)
    except OSError:
        return 0


def remove(path: Path) -> None:
    """The file, its twins, and the folder that was named after it."""
    for suffix in ("", *TWINS):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    with suppress(OSError):
        path.parent.rmdir()
