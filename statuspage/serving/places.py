"""Live requests wait their turn: each kind has places of its own, and in each they are taken in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")

MOST_WAITING = 200  # requests of one kind; the next is refused at once


class Full(Exception):
    """No place became free in time, or too many wait already."""


class Gone(Exception):
    """The client has left meanwhile."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What one kind of live request may take of a process."""

    places: int  # that are worked on at a time
    patience: float  # seconds to wait for a place
    largest: int  # bytes of a body


# Together a little above what one processor can do at a time: beyond that all would only be slower, readers too.
KINDS = {
    "staff": Kind(places=4, patience=10, largest=6_000_000),  # a file of 5 MB, and the form around it
    "doors": Kind(places=2, patience=10, largest=64_000),  # to sign in, and for links that were sent
    "forms": Kind(places=2, patience=10, largest=64_000),  # of readers, whom nobody knows
    "programs": Kind(places=2, patience=5, largest=4_000_000),
    "probes": Kind(places=1, patience=2, largest=0),
    "metrics": Kind(places=1, patience=2, largest=0),
    "files": Kind(places=2, patience=10, largest=0),  # ours, of the staff side: no database, and gone in no time
}


class Places:
    """The places of one kind. For the thread of one event loop."""

    def __init__(self, kind: Kind, *, name: str = "live", most_waiting: int = MOST_WAITING):
        self.kind = kind
        self._free = asyncio.Semaphore(kind.places)  # hands out in the order of asking
        self._threads = ThreadPoolExecutor(kind.places, thread_name_prefix=name)
        self._most_waiting = most_waiting
        self._waiting = 0

    async def run(self, work: Callable[[], Result], *, left: Callable[[], Awaitable[object]] | None = None) -> Result:
        """``work`` in a thread, once there is a place. ``left`` ends when the one who asked has gone: so does waiting.

        Raises :class:`Full` after the kind's patience, or at once where too many wait, and :class:`Gone`.
        """
        if self._free.locked():
            await self._wait(left)
        else:
            await self._free.acquire()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._free.release()

    async def _wait(self, left: Callable[[], Awaitable[object]] | None) -> None:
        if self._waiting >= self._most_waiting:
            raise Full
        self._waiting += 1
        place = asyncio.ensure_future(self._free.acquire())
        gone = asyncio.ensure_future(left()) if left else None
        try:
            await asyncio.wait(
                {each for each in (place, gone) if each}, timeout=self.kind.patience, return_when="FIRST_COMPLETED"
            )
            if not place.done():
                raise Gone if gone and gone.done() else Full
        finally:
            self._waiting -= 1
            for each in (place, gone):
                if each and not each.done():
                    each.cancel()
