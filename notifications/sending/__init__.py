"""The sender: releases, addresses and sends until nothing is due. It may be killed at any moment and run anywhere."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from time import monotonic

from django.db import connection

from notifications.announcements import release
from notifications.queue import claims
from notifications.sending import http, mail

SLICE = 5.0  # seconds; then the worker may stop, or go on
LOOK = 0.1  # seconds between two looks for news while the transports are busy
SENDERS = (mail.send_due, http.send_due)


def run(seconds: float = SLICE) -> int:
    """Work for a slice, or until nothing is left to do; the number of messages that were sent.

    Several at once, in any number of processes, share the work.
    """
    until, sent = monotonic() + seconds, 0
    connection.ensure_connection()
    claims.database_is(well=True)
    with ThreadPoolExecutor(len(SENDERS), thread_name_prefix="sender") as threads:
        while True:
            progress = release.step()
            running = [threads.submit(_through, send_due, until) for send_due in SENDERS]
            while wait(running, timeout=LOOK).not_done:
                progress |= monotonic() < until and release.step()
            went = sum(each.result() for each in running)
            sent += went
            if monotonic() >= until or not (went or progress):
                return sent


def _through(send_due: Callable[[Callable[[], bool]], int], until: float) -> int:
    try:
        return send_due(lambda: monotonic() < until)
    finally:
        connection.close()
