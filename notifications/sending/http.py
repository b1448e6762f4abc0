"""The sender of chat messages and webhooks: many at once, so that one slow receiver delays no other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from datetime import datetime
from threading import Thread
from time import perf_counter

from django.utils import timezone

from notifications.choices import OVER_HTTP, Outcome, Transport
from notifications.models import SendingSwitch
from notifications.queue import claims
from notifications.sending import transport_health
from notifications.sending.outcomes import Outcomes, cancel
from notifications.sending.outgoing import Batch
from notifications.transports.base import SEND_LIMIT, Answer, Outgoing
from notifications.transports.http import Client

logger = logging.getLogger(__name__)

AT_ONCE = {Transport.WEBHOOK: 100, Transport.SLACK: 20, Transport.TEAMS: 20, Transport.DISCORD: 20}  # a process


@dataclass
class Flight:
    """One message on its way."""

    lease: claims.Lease
    outgoing: Outgoing
    at: datetime | None = None
    milliseconds: int = 0


@dataclass
class Loop:
    """An event loop in a thread of its own: the database is asked from the thread that owns the connection."""

    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    client: Client | None = None

    def __enter__(self) -> Loop:
        self._thread = Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.client = asyncio.run_coroutine_threadsafe(self._open(), self.loop).result()
        return self

    def __exit__(self, *error) -> None:
        asyncio.run_coroutine_threadsafe(self.client.__aexit__(None, None, None), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def _open(self) -> Client:
        return await Client().__aenter__()

    def start(self, flight: Flight) -> Future[Answer | None]:
        return asyncio.run_coroutine_threadsafe(self._send(flight), self.loop)

    async def _send(self, flight: Flight) -> Answer | None:
        """None where the lease ran out before it left."""
        if not flight.lease.allows(SEND_LIMIT):
            return None
        flight.at, began = timezone.now(), perf_counter()
        try:
            return await self.client.send(flight.outgoing)
        except Exception as error:  # it cannot be drawn: to be seen in the ledger, and holding up no other
            logger.exception("Message %s could not be made.", flight.outgoing.message_id)
            return Answer(Outcome.RETRY, text=f"{type(error).__name__}: {error}"[:255])
        finally:
            flight.milliseconds = round(1000 * (perf_counter() - began))


def send_due(go_on: Callable[[], bool]) -> int:
    """Send what is due while ``go_on``; the number of messages that were taken."""
    if not any(claims.is_anything_left(transport) for transport in OVER_HTTP):
        return 0
    outcomes = Outcomes()
    flights: dict[Future[Answer | None], Flight] = {}
    with Loop() as loop:
        while True:
            if go_on() and not SendingSwitch.now().paused_at:
                for transport in OVER_HTTP:
                    flights |= _take_off(loop, transport, flights, outcomes)
            if not flights:
                break
            landed, _rest = wait(flights, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in landed:
                _land(flights.pop(future), future, outcomes)
            outcomes.flush_if_due()
    outcomes.flush()
    return outcomes.sent


def _take_off(loop: Loop, transport: str, flights: dict, outcomes: Outcomes) -> dict[Future, Flight]:
    """Take more where half of it is free."""
    flying = sum(flight.outgoing.recipient.transport == transport for flight in flights.values())
    room = AT_ONCE[Transport(transport)] - flying
    if room < AT_ONCE[Transport(transport)] / 2 or not transport_health.is_open(transport):
        return {}
    lease = claims.claim(transport, limit=room)
    if lease is None:
        return {}
    batch = Batch(lease.pks)
    cancel(lease, batch.cancelled)
    return {loop.start(flight): flight for flight in (Flight(lease, outgoing) for outgoing in batch.outgoing)}


def _land(flight: Flight, future: Future, outcomes: Outcomes) -> None:
    answer = future.result()
    if answer is not None and flight.at is not None:
        outcomes.add(flight.lease, flight.outgoing, answer, at=flight.at, milliseconds=flight.milliseconds)
