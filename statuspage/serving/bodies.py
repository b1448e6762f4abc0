"""What comes with a request: read on the event loop, so that a slow sender costs a connection and no thread."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from statuspage.serving.limits import Refused

SECONDS = 30.0  # for all of a body to arrive
SMALL = 64_000  # bytes that any body may have, however many there are
MOST_HELD = 32_000_000  # bytes of larger bodies that a process holds at a time, for each kind of request


TOO_LARGE = (413, "This is larger than what is taken here.\n")
TOO_SLOW = (408, "What you sent did not arrive in time. Send it again.\n")
NO_LENGTH = (411, "Say how long it is: send its Content-Length.\n")  # without, one that is cut off looks whole
CUT_OFF = (400, "What you sent ended too early.\n")
TOO_MUCH = (503, "Too much is sent at once. Try again in a moment.\n")


class Bodies:
    """Those that a process holds: half read, or waiting for a place."""

    def __init__(self, *, seconds: float = SECONDS, most_held: int = MOST_HELD):
        self._seconds = seconds
        self._most_held = most_held
        self._held: Counter[str] = Counter()

    @asynccontextmanager
    async def of(self, headers, protocol, *, kind: str, largest: int) -> AsyncIterator[bytes]:
        """The body of a request, whole, held until the block ends. Raises :class:`Refused`."""
        if "transfer-encoding" in headers:
            raise Refused(*NO_LENGTH)
        declared = headers.get("content-length")
        if declared is None:
            yield b""
            return
        if int(declared) > largest:
            raise Refused(*TOO_LARGE)
        received, counted = bytearray(), 0
        try:
            try:
                async with asyncio.timeout(self._seconds):
                    async for chunk in protocol:
                        received += chunk
                        if len(received) > SMALL:
                            self._held[kind] += len(received) - counted
                            counted = len(received)
                            if self._held[kind] > self._most_held:
                                raise Refused(*TOO_MUCH)
            except TimeoutError:
                raise Refused(*TOO_SLOW) from None
            if len(received) < int(declared):
                raise Refused(*CUT_OFF)
            yield bytes(received)
        finally:
            self._held[kind] -= counted
