"""Real receivers that misbehave on request, and keep their own log of what they took: the other side of the ledger.

What an address begins with decides: ``slow``, ``later`` (4xx, then well), ``never`` (5xx), ``busy`` (429 with
Retry-After, then well), ``broken`` (500, then well), ``reset``, ``silent`` (takes the message and says nothing, once),
``gone`` (410), ``hang``.
"""

from __future__ import annotations

import asyncio
import email
import threading
from collections import Counter, defaultdict
from contextlib import suppress
from typing import Self

from aiosmtpd.smtp import SMTP

SLOW = 0.3  # seconds


class Log:
    """What was taken, by recipient: the ids of the messages in their order."""

    def __init__(self) -> None:
        self.taken: dict[str, list[str]] = defaultdict(list)
        self._asked: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, address: str, message_id: str) -> None:
        with self._lock:
            self.taken[address].append(message_id)

    def is_first(self, address: str) -> bool:
        with self._lock:
            self._asked[address] += 1
            return self._asked[address] == 1

    @property
    def count(self) -> int:
        return sum(len(ids) for ids in self.taken.values())

    @property
    def repeats(self) -> dict[str, int]:
        """How often each message came again."""
        counts = Counter((address, each) for address, ids in self.taken.items() for each in ids)
        return {f"{address} {each}": n - 1 for (address, each), n in counts.items() if n > 1}


class Server:
    """A server on a port of its own, in a thread of its own."""

    def __init__(self) -> None:
        self.log, self.pause = Log(), 0.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    async def _listen(self) -> asyncio.Server:
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *error) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)


class Mailbox(Server):
    """SMTP."""

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: SMTP(self, loop=self._loop), "127.0.0.1", 0)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        kind = address.split("-")[0]
        if kind == "never":
            return "550 5.1.1 There is no such mailbox."
        if kind == "later" and self.log.is_first(address):
            return "451 4.7.1 Greylisted, come back."
        if kind == "reset" and self.log.is_first(address):
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        address = envelope.rcpt_tos[0]
        kind = address.split("-")[0]
        await asyncio.sleep(SLOW if kind == "slow" else self.pause)
        if kind == "broken" and self.log.is_first(address):
            return "452 4.3.1 No room just now."
        self.log.take(address, email.message_from_bytes(envelope.content)["Message-ID"])
        if kind == "silent" and self.log.is_first(address):
            server.transport.abort()
        return "250 2.0.0 Ok: taken"


class Endpoint(Server):
    """HTTP; the path begins with the kind. What came in stands in ``requests``: path, header fields, body."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[tuple[str, dict[str, str], bytes]] = []

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=500)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split()[1].lstrip("/")
            fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            fields = {name.lower(): value for name, value in fields.items()}
            body = await reader.readexactly(int(fields.get("content-length", 0)))
            self.requests.append((path, fields, body))
            if answer := await self._answer(path, fields.get("webhook-id", "")):
                writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
            else:
                writer.transport.abort()
        writer.close()

    async def _answer(self, path: str, message_id: str) -> str:
        kind = path.split("-")[0]
        await asyncio.sleep(SLOW if kind == "slow" else 60 if kind == "hang" else self.pause)
        is_first = self.log.is_first(path)
        if kind == "gone":
            return "410 Gone"
        if is_first and kind in ("broken", "busy", "reset"):
            return {"broken": "500 Broken", "busy": "429 Busy\r\nRetry-After: 1"}.get(kind, "")
        self.log.take(path, message_id)
        return "" if is_first and kind == "silent" else "204 No Content"
