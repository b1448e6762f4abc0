"""A crowd at one machine: readers who subscribe, senders who never finish, and staff who go on with their work.

The product has to run with ``TRUST_PROXY``: each reader comes from a network of their own, as in the world.
"""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
import urllib.error
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.bench.running import Visitor
from tests.statuspage.staff import fields_of

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
SLOW = b"POST %s HTTP/1.1\r\nHost: localhost\r\n" + FORM + b"Content-Length: 900\r\n\r\n"
SLOW_PATHS = (b"/subscribe/", b"/admin/login/", b"/admin/", b"/v1/alerts")
STAFF = ("priya", "tomas")


@dataclass
class Seen:
    """What was answered, and after how many seconds."""

    statuses: Counter = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)  # waits of those who got 503

    def note(self, status: int, seconds: float) -> None:
        self.statuses[status] += 1
        self.waits.append(seconds)
        if status == 503:
            self.refused.append(seconds)

    @property
    def failed(self) -> int:
        return sum(count for status, count in self.statuses.items() if status >= 500 or status == 0)


def subscribe(port: int, number: int, seen: Seen) -> None:
    """Open the form and send it, as one reader; who is refused sends again after as long as was asked for."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    network = {"X-Forwarded-For": f"10.{number // 250}.{number % 250}.7"}

    def ask(method, body=None):
        began = time.monotonic()
        headers = network | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        client.request(method, "/subscribe/", body, headers)
        answer = client.getresponse()
        html = answer.read().decode()
        seen.note(answer.status, time.monotonic() - began)
        if answer.status == 503:
            time.sleep(float(answer.headers["Retry-After"]))
            return ask(method, body)
        return html

    typed = fields_of(ask("GET"), None) | {"address": f"reader{number}@example.com"}
    assert "reader" in ask("POST", urlencode(typed))


@contextmanager
def every(seconds: float, work):
    """``work`` in a thread of its own, over and over, with so long between."""
    over = threading.Event()

    def go_on():
        while not over.wait(seconds):
            work()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def slow_senders(port: int, count: int):
    """Connections that promise 900 bytes, and send nine and then one at a time."""
    lines = []
    for number in range(count):
        line = socket.create_connection(("127.0.0.1", port), timeout=10)
        line.sendall(SLOW % SLOW_PATHS[number % len(SLOW_PATHS)] + b"a=bcdefgh")
        lines.append(line)

    def drip():
        for line in lines:
            try:
                line.send(b"x")
            except OSError:
                pass  # given up on, as it should be

    try:
        with every(0.5, drip):
            yield
    finally:
        for line in lines:
            line.close()


class Worker(threading.Thread):
    """Somebody of staff: home, the list, an incident, an update, over and over."""

    def __init__(self, product, name: str, seen: Seen):
        super().__init__(daemon=True)
        self.visitor, self.seen, self.over, self.posted = Visitor(product, name), seen, threading.Event(), 0

    def run(self) -> None:
        while not self.over.is_set():
            self._ask(self.visitor.open, "/admin/incidents/incident/")
            for workspace in workspaces_in(self._ask(self.visitor.open, "/admin/")):
                told = re.search(r'"(/admin/incidents/[^/"]+/update/)', self._ask(self.visitor.open, workspace))
                if told and "body" in (fields := fields_of(self._ask(self.visitor.open, told.group(1)))):
                    self.posted += 1
                    body = f"Update {self.posted} of {self.name}. We go on."
                    self._ask(self.visitor.post, told.group(1), fields | {"body": body})

    def _ask(self, ask, *given) -> str:
        began = time.monotonic()
        try:
            _url, html = ask(*given)
            status = 200
        except urllib.error.HTTPError as error:
            status, html = error.code, ""
        except OSError:
            status, html = 0, ""
        self.seen.note(status, time.monotonic() - began)
        return html


def workspaces_in(home: str) -> list[str]:
    return sorted(set(re.findall(r'"(/admin/incidents/incident/inc_[^/"]+/change/)', home)))


@contextmanager
def working(product, count: int, seen: Seen):
    people = [Worker(product, STAFF[number % len(STAFF)], seen) for number in range(count)]
    for each in people:
        each.start()
    try:
        yield people
    finally:
        for each in people:
            each.over.set()
        for each in people:
            each.join(60)


@contextmanager
def reading(port: int, waits: list[float]):
    """Somebody who looks at the page over and over; ``waits`` are the seconds of each look."""

    def read():
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        began = time.monotonic()
        client.request("GET", "/")
        answer = client.getresponse()
        answer.read()
        waits.append(time.monotonic() - began)
        client.close()

    with every(0.02, read):
        yield


def readers(port: int, count: int) -> Seen:
    """All of them at once; over when each has subscribed."""
    seen, together = Seen(), threading.Barrier(count)
    errors: list[BaseException] = []

    def one(number):
        together.wait()
        try:
            subscribe(port, number, seen)
        except Exception as error:  # told in the thread that waits
            errors.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return seen
