"""What comes with a request: read on the event loop, so that a slow sender costs a connection and no thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SECONDS = 30.0  # for all of a body to arrive
SMALL = 64_000  # bytes that any body may have, however many there are
MOST_HELD = 64_000_000  # bytes of larger bodies that a process holds at a time


class Refused(Exception):
    """A body is not taken. ``status`` and ``words`` say why."""

    def __init__(self, status: int, words: str):
        super().__init__(words)
        self.status, self.words = status, words


TOO_LARGE = (413, "This is larger than what is taken here.\n")
TOO_SLOW = (408, "What you sent did not arrive in time. Send it again.\n")
CUT_OFF = (400, "What you sent ended too early.\n")
TOO_MUCH = (503, "Too much is sent at once. Try again in a moment.\n")


class Bodies:
    """Those that a process holds: half read, or waiting for a place."""

    def __init__(self, *, seconds: float = SECONDS, most_held: int = MOST_HELD):
        self._seconds = seconds
        self._most_held = most_held
        self._held = 0

    @asynccontextmanager
    async def of(self, headers, protocol, *, largest: int) -> AsyncIterator[bytes]:
        """The body of a request, whole, held until the block ends. Raises :class:`Refused`."""
        declared = headers.get("content-length")
        if declared is None and "transfer-encoding" not in headers:
            yield b""
            return
        if declared is not None and int(declared) > largest:
            raise Refused(*TOO_LARGE)
        received, counted = bytearray(), 0
        try:
            try:
                async with asyncio.timeout(self._seconds):
                    async for chunk in protocol:
                        received += chunk
                        if len(received) > largest:
                            raise Refused(*TOO_LARGE)
                        if len(received) > SMALL:
                            self._held += len(received) - counted
                            counted = len(received)
                            if self._held > self._most_held:
                                raise Refused(*TOO_MUCH)
            except TimeoutError:
                raise Refused(*TOO_SLOW) from None
            if declared is not None and len(received) < int(declared):
                raise Refused(*CUT_OFF)
            yield bytes(received)
        finally:
            self._held -= counted
