"""Requests that nobody in their right mind sends, and a reader of answers that trusts nothing."""

import gzip
import re
import socket
from contextlib import suppress

import brotli

from tests.faults.nonsense import ENCODINGS, HOSTS, LIVE, METHODS, OTHERS, QUERIES, RANGES, STEPS, TAGS, TORN

UNPACK = {b"br": brotli.decompress, b"gzip": gzip.decompress}
LEAKS = re.compile(
    rb"Traceback|Exception|site-packages|\.py\b|/usr/|/home/|/root/|/tmp/|[Pp]ython/|[Gg]ranian/|nginx/|hyper/|[Dd]jango/"
)

TEXT = re.compile(rb"(?im)^content-type: (?:text/|image/svg|application/(?!pdf|octet-stream|zip))")


def target(random, known):
    """Something published, live, or a step away from it."""
    path = random.choice(LIVE) if random.random() < 0.04 else random.choice(known)
    while random.random() < 0.45:
        parts = path.split("/")
        parts.insert(random.randrange(1, len(parts) + 1), random.choice(STEPS))
        path = "/".join(parts)
    if random.random() < 0.25:
        path += random.choice(QUERIES)
    return path.replace(" ", "%20")[:12_000] or "/"


def headers(random, port, tag):
    host = f"127.0.0.1:{port}" if random.random() < 0.8 else random.choice(HOSTS)
    found = [("Host", host)]
    if random.random() < 0.5:
        found.append(("Accept-Encoding", random.choice(ENCODINGS)))
    if random.random() < 0.3:
        found.append(("If-None-Match", tag if tag and random.random() < 0.7 else random.choice(TAGS)))
    if random.random() < 0.1:
        found.append(("Range", random.choice(RANGES)))
    while random.random() < 0.2:
        found.append(random.choice(OTHERS))
    return found


def request(random, port, known, tags):
    """One request that is framed as it should be, whatever it says. Returns its method and its bytes."""
    method, path = random.choice(METHODS), target(random, known)
    if random.random() < 0.03:
        path = random.choice(["http://evil.example", "http://127.0.0.1", "http://localhost:1"]) + path
    lines = [
        f"{method} {path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers(random, port, tags.get(path))),
    ]
    body = b""
    if method not in ("GET", "HEAD", "TRACE") or random.random() < 0.02:
        body = random.randbytes(random.choice([0, 1, 40, 4000]))
        lines.append(f"Content-Length: {len(body)}")
    return method, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def torn(random):
    """One that is not: cut off, or spoilt in the middle."""
    data = bytearray(random.choice(TORN))
    for _each in range(random.choice([0, 0, 1, 3])):
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data if random.random() < 0.7 else data[: random.randrange(1, len(data) + 1)])


class Answer:
    def __init__(self, status, head, body):
        self.status, self.head, self.body = status, head, body

    def unpacked(self):
        """The body as a reader sees it: packed bytes may spell anything, those of a PDF or a font too."""
        if not TEXT.search(self.head):
            return b""
        packed = re.search(rb"(?im)^content-encoding: (\w+)", self.head)
        return UNPACK[packed[1]](self.body) if packed and self.body else self.body


class CutOff(ConnectionError):
    """The other side closed in the middle of an answer."""


class Line:
    """One connection, and what comes over it."""

    def __init__(self, port, timeout=10):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.file = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(data)

    def end(self):
        """Nothing more is sent; answers may come."""
        with suppress(OSError):  # they closed first
            self.socket.shutdown(socket.SHUT_WR)

    def read(self, method="GET"):
        """The next answer; none where the other side has closed."""
        lines = []
        while (line := self.file.readline(70_000)) not in (b"\r\n", b""):
            lines.append(line)
        if not lines:
            return None
        if not lines[0].startswith(b"HTTP/1."):
            return Answer(0, b"".join(lines), self.file.read())  # who begins as HTTP/2 does is answered in HTTP/2
        status = int(lines[0].split()[1])
        told = {name.strip().lower(): value.strip() for name, _colon, value in (line.partition(b":") for line in lines)}
        if status == 100:
            return self.read(method)
        body = b""
        if method != "HEAD" and status not in (204, 304):
            body = self._chunks() if told.get(b"transfer-encoding") == b"chunked" else self._length(told)
        return Answer(status, b"".join(lines), body)

    def _length(self, told):
        return self._exactly(int(told[b"content-length"])) if b"content-length" in told else self.file.read()

    def _chunks(self):
        body = b""
        while size := int(self.file.readline().split(b";")[0] or b"-1", 16):
            body += self._exactly(size) + self._exactly(2)[:0]
        self._exactly(2)
        return body

    def _exactly(self, size):
        found = self.file.read(size) if size >= 0 else b""
        if len(found) != size:
            raise CutOff
        return found

    def close(self):
        self.file.close()
        self.socket.close()
