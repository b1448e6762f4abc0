"""Bytes that a snapshot holds without holding them in memory: beyond a few megabytes they lie in a file that goes with
the snapshot.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from tempfile import SpooledTemporaryFile

IN_MEMORY = 16 * 2**20


class Spool:
    """Used by one thread at a time."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115

    def keep(self, body: bytes) -> Callable[[], bytes]:
        """A function that gives them again."""
        at = self._file.seek(0, 2)
        self._file.write(body)
        return partial(self._read, at, len(body))

    def _read(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        return self._file.read(size)
