"""Clients that are slow or send too much: everybody else is served at once, and they get a short clean answer."""

import time

import pytest

from tests.faults.fuzz import Line

pytestmark = pytest.mark.own_data

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
LOGIN = b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nCookie: csrftoken=abcdefghijklmnopqrstuvwxyzABCDEF\r\n"
FORM = LOGIN + b"Content-Type: application/x-www-form-urlencoded\r\n"
SECONDS = 2.5
AT_ONCE = 5.0  # where a slow client holds a place, others wait for as long as it stays, or get a 503 after ten
SLOW = {
    "headers in drops": (100, GET + b"X-Drop: ", b"x"),
    "bodies in small chunks": (60, FORM + b"Transfer-Encoding: chunked\r\n\r\n2\r\na=\r\n", b"1\r\nx\r\n"),
    "bodies in drops": (100, FORM + b"Content-Length: 1000\r\n\r\n", b"x"),
    "answers that nobody reads": (40, (GET + b"\r\n") * 200, b""),
    "connections that say nothing": (100, b"", b""),
}
PATHS = ["/", "/api/v2/summary.json", "/p/platform/history/", "/healthz", "/admin/login/", "/subscribe/"]
SIZE = 20_000_000
LARGE = {
    "a header": GET + b"X-Long: " + b"x" * 2_000_000 + b"\r\n\r\n",
    "headers": GET + b"X: y\r\n" * 100_000 + b"\r\n",
    "a path": b"GET /" + b"x" * 2_000_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a body": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % SIZE + b"x" * SIZE,
    "a form": FORM + b"Content-Length: %d\r\n\r\n" % SIZE + b"x" * SIZE,
}


def connect(product, first):
    line = Line(product.port, timeout=0.3)
    try:
        line.send(first)
    except OSError:
        pass  # they take no more than they can answer
    return line


def drip(line, drop):
    try:
        line.send(drop)
    except OSError:
        pass  # closed on us, rightly


def asked(product, path):
    """How long somebody who comes now waits, a reader or a member of staff."""
    began = time.monotonic()
    status, _body = product.get(path)
    assert status == 200, path
    return time.monotonic() - began


@pytest.mark.parametrize("kind", SLOW)
def test_slow_clients_keep_nobody_waiting(product, kind):
    number, first, drop = SLOW[kind]
    lines = [connect(product, first) for _each in range(number)]
    try:
        waits, end = [], time.monotonic() + SECONDS
        while time.monotonic() < end:
            for line in lines:
                drip(line, drop)
            waits += [asked(product, path) for path in PATHS]
            time.sleep(0.05)
    finally:
        for line in lines:
            line.close()

    assert max(waits) < AT_ONCE


@pytest.mark.parametrize("kind", LARGE)
def test_what_is_too_large_is_refused_shortly(product, kind):
    line = Line(product.port, timeout=5)
    began = time.monotonic()
    try:
        line.send(LARGE[kind])
    except OSError:
        pass  # closed while we were sending
    try:
        answer = line.read()
    except OSError:
        answer = None
    finally:
        line.close()

    assert answer is None or (400 <= answer.status < 500 and len(answer.body) < 30_000)
    assert time.monotonic() - began < AT_ONCE * 3
    assert asked(product, "/healthz") < AT_ONCE
