"""Ask the web process's application as its server does: a scope, a body that comes when it comes, one answer."""

import asyncio
from types import SimpleNamespace


class Headers:
    def __init__(self, pairs):
        self._pairs = pairs

    def __contains__(self, name):
        return any(each == name for each, _value in self._pairs)

    def get(self, name, default=None):
        return next((value for each, value in self._pairs if each == name), default)

    def items(self):
        return self._pairs


class Protocol:
    """``chunks`` arrive one by one; after the last the body ends, or hangs where it is not ``whole``."""

    def __init__(self, chunks=(), *, whole=True):
        self._chunks, self._whole = chunks, whole
        self.left = asyncio.Event()
        self.status, self.headers, self.body = 0, {}, b""

    async def __aiter__(self):
        for chunk in self._chunks:
            yield chunk
        if not self._whole:
            await asyncio.Event().wait()

    async def client_disconnect(self):
        await self.left.wait()

    def response_bytes(self, status, headers, body):
        self.status, self.headers, self.body = status, dict(headers), body

    def response_empty(self, status, headers):
        self.response_bytes(status, headers, b"")


def scope(path, method="GET", *, headers=()):
    path, _mark, query = path.partition("?")
    pairs = [(name.lower(), value) for name, value in headers]
    if not any(name == "host" for name, _value in pairs):
        pairs.append(("host", "localhost:8000"))
    return SimpleNamespace(
        method=method, path=path, query_string=query, headers=Headers(pairs), client="203.0.113.5:4711",
        server="127.0.0.1:8000", scheme="http", http_version="1.1", authority=None,
    )  # fmt: skip


async def ask(front, path, method="GET", *, body=None, headers=(), protocol=None):
    """The protocol, with what was answered."""
    if body is not None:
        headers = [*headers, ("content-length", str(len(body)))]
    protocol = protocol or Protocol([body] if body else [])
    await front.__rsgi__(scope(path, method, headers=headers), protocol)
    return protocol
