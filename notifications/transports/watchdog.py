"""Ends what takes too long as a whole: a server that drips a reply byte by byte outlasts every time-out of a read."""

from __future__ import annotations

import socket
import threading
from time import monotonic


class Watchdog:
    """One thread for many mails. ``watch(seconds)`` begins a span, ``rest()`` ends it; a span that is over shuts the
    socket down, and the thread that waits on it wakes with an error."""

    def __init__(self, limit: float):
        self.limit = limit
        self.fired = False
        self._sock: socket.socket | None = None
        self._until = 0.0
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="mail watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ends.set()

    def watch(self, sock: socket.socket | None) -> None:
        self._sock, self.fired = sock, False
        self._until = monotonic() + self.limit

    def hold(self, sock: socket.socket | None) -> None:
        """The span goes on with another socket."""
        self._sock = sock

    def rest(self) -> None:
        self._until = 0.0

    @property
    def left(self) -> float:
        return max(self._until - monotonic(), 0.0)

    def _run(self) -> None:
        tick = min(0.5, self.limit / 10)
        while not self._ends.wait(tick):
            if self._until and monotonic() > self._until and self._sock is not None:
                self.fired = True
                try:
                    # Of the plain socket: an SSLSocket would take its state from under the reader's feet.
                    socket.socket.shutdown(self._sock, socket.SHUT_RDWR)
                except OSError:
                    pass  # it is closed already
