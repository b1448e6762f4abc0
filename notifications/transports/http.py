"""Webhooks and chats over HTTP: one request, one connection, one answer. No redirect, no proxy of the environment.

Each attempt resolves the name anew and connects to the address that :mod:`notifications.transports.guard` checked.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import ip_address
from typing import Self

import h11
from django.utils.translation import gettext as _

from notifications.choices import Outcome
from notifications.messages import bodies
from notifications.messages.outgoing import Outgoing
from notifications.transports import guard, http_answers
from notifications.transports.base import SEND_LIMIT, Answer
from notifications.transports.guard import Address, Target
from notifications.transports.scrubbing import scrubbed

READ = 64 * 1024  # bytes of an answer, head included
LOOKUPS = 64  # names resolved at once; one that hangs holds its thread


class Client:
    """``async with Client() as client: await client.send(outgoing)``; many at once."""

    def __init__(self, *, limit: float = SEND_LIMIT):
        self._limit = limit
        self._context = ssl.create_default_context()
        self._lookups = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._lookups.shutdown(wait=False, cancel_futures=True)

    async def send(self, outgoing: Outgoing) -> Answer:
        """At most ``SEND_LIMIT`` seconds, the look-up of the name included. Raises nothing."""
        address = outgoing.recipient.address
        try:
            target = guard.check_url(address)
            headers, body = bodies.written(outgoing)
            async with asyncio.timeout(self._limit):
                status, fields, text = await self._post(target, headers, body)
        except guard.Refused as error:
            return Answer(Outcome.REFUSED, text=str(error))
        except TimeoutError:
            return Answer(Outcome.RETRY, text=_("No answer within %(n)g s.") % {"n": self._limit})
        except (OSError, h11.ProtocolError, EOFError) as error:
            why = str(error) or type(error).__name__
            return Answer(Outcome.RETRY, text=scrubbed(_("No connection: %(why)s") % {"why": why}, address))
        answer = http_answers.read(outgoing.recipient.transport, status, fields, text, address=address)
        return replace(answer, text=scrubbed(answer.text, address))

    async def _post(self, target: Target, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], str]:
        reader, writer = await self._connect(target)
        try:
            connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=READ)
            head = [("Host", target.named), ("Content-Length", str(len(body))), ("Connection", "close")]
            request = h11.Request(method="POST", target=target.path, headers=[*head, *headers.items()])
            parts = (request, h11.Data(data=body), h11.EndOfMessage())
            writer.write(b"".join(connection.send(part) or b"" for part in parts))
            return await _answer(connection, reader)
        finally:
            writer.transport.abort()  # nothing more is read, and a slow farewell holds nobody up

    async def _connect(self, target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        addresses = await self.resolve(target.host, target.port)
        for address in addresses:
            guard.require_outside(address, target.host)  # all of them, before the first is called
        secure = target.scheme == "https"
        context, name = (self._context, target.host) if secure else (None, None)
        failed: OSError | None = None
        for address in addresses:
            try:
                async with asyncio.timeout(self._limit / 2 if address != addresses[-1] else None):
                    return await asyncio.open_connection(str(address), target.port, ssl=context, server_hostname=name)
            except OSError as error:  # TimeoutError is one
                failed = error
        raise failed or OSError(_("the name has no address"))

    async def resolve(self, host: str, port: int) -> list[Address]:
        """The addresses of a name now."""
        try:
            return [ip_address(host)]
        except ValueError:
            pass
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            self._lookups, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(ip_address(str(row[4][0])) for row in found))


async def _answer(connection: h11.Connection, reader: asyncio.StreamReader) -> tuple[int, dict[str, str], str]:
    """Status, header fields and the beginning of the body; an endless one is left."""
    status, fields, body, seen = 0, {}, b"", 0
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            if seen >= READ and status:
                break
            data = await reader.read(8192) if seen < READ else b""
            seen += len(data)
            if not data and not status:
                raise EOFError(_("the receiver closed the connection without an answer"))
            try:
                connection.receive_data(data)
            except h11.RemoteProtocolError:
                if status:
                    break
                raise
        elif isinstance(event, h11.Response):
            status = event.status_code
            fields = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in event.headers}
        elif isinstance(event, h11.Data):
            body = (body + bytes(event.data))[:2_000]
        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed) or event is h11.PAUSED:
            break
    return status, fields, body.decode("utf-8", "replace")
