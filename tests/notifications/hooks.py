"""A real HTTP receiver on a socket that answers as it is told, and keeps what it got."""

import asyncio
import struct
from contextlib import asynccontextmanager
from socket import SO_LINGER, SOL_SOCKET

RESET, HANG, CLOSE, ENDLESS, DRIP, ENDLESS_HEAD = "reset", "hang", "close", "endless", "drip", "endless head"


def answer(status, body="", **fields):
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} x\r\nContent-Length: {len(body.encode())}\r\n{head}\r\n{body}".encode()


class Receiver:
    """``together``: nobody is answered before so many have asked."""

    def __init__(self, reply, together=1):
        self.reply = reply
        self._missing, self._all_here = together, asyncio.Event()
        self.requests = []  # (first line, header fields, body)
        self.sent = 0
        self.port = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook?key=verysecretkey"

    async def handle(self, reader, writer):
        try:
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            fields = {name.lower(): value for name, _colon, value in (line.partition(": ") for line in lines)}
            body = await reader.readexactly(int(fields.get("content-length", 0)))
            self.requests.append((first, fields, body))
            await self._gathered()
            await self.respond(writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _gathered(self):
        self._missing -= 1
        if self._missing <= 0:
            self._all_here.set()
        await self._all_here.wait()

    async def respond(self, writer):
        if self.reply == RESET:
            writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        elif self.reply == HANG:
            await asyncio.sleep(600)
        elif self.reply in (ENDLESS, ENDLESS_HEAD, DRIP):
            in_head = self.reply == ENDLESS_HEAD
            writer.write(b"HTTP/1.1 200 ok\r\n" + (b"" if in_head else b"Content-Length: 9999999999\r\n\r\n"))
            part = b"X-A: b\r\n" * 1000 if in_head else b"x" * (1 if self.reply == DRIP else 8192)
            while True:
                writer.write(part)
                self.sent += len(part)
                await writer.drain()
                await asyncio.sleep(0.05 if self.reply == DRIP else 0)
        elif self.reply != CLOSE:
            writer.write(self.reply)
            await writer.drain()


@asynccontextmanager
async def receiver(reply, *, together=1):
    running = Receiver(reply, together)
    server = await asyncio.start_server(running.handle, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
