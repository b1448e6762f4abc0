"""PostgreSQL stopped, frozen and started again under load: every reader is answered, and nothing told is lost."""

import json
import os
import signal
import threading
import time
import urllib.error
from contextlib import suppress

import pytest

from tests import prepared
from tests.bench.running import Visitor
from tests.config.processes import Run, descendants, until
from tests.statuspage.staff import fields_of

pytestmark = pytest.mark.own_data

PATHS = ["/", "/api/v2/summary.json", "/history.atom", "/history/", "/p/platform/", "/badge.svg", "/healthz"]
INCIDENTS = "/api/v2/incidents.json"
FOLLOWS = 30.0  # seconds at most, on a busy machine: the processes come back to the database, and one sweep goes by
READERS = 4
AWAY = "The database does not answer"


@pytest.fixture(scope="module")
def server():
    with prepared.postgresql_with_data() as started:
        yield started


@pytest.fixture(scope="module")
def product(server, tmp_path_factory):
    """The product with its demo on this server, as ``make run`` starts it."""
    data = prepared.copy_of_data(tmp_path_factory.mktemp("postgresql") / "var", on_postgresql=True)
    with Run(data, workers=2, DATABASE_URL=server.url) as run:
        yield run


class Readers:
    """Read public addresses all the time and keep what was not answered as it should be, and the longest wait."""

    def __init__(self, product):
        self.product, self.wrong, self.longest, self.count = product, [], 0.0, 0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._read, daemon=True) for _each in range(READERS)]

    def _read(self):
        while not self._over.is_set():
            for path in PATHS:
                began = time.monotonic()
                answer = self.product.get(path)
                self.longest = max(self.longest, time.monotonic() - began)
                self.count += 1
                if answer is None or answer[0] != 200:
                    self.wrong.append((path, answer and answer[0]))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        for thread in self._threads:
            thread.join(20)


class Poster(threading.Thread):
    """Tells of an incident again and again; keeps what the product said that it took."""

    def __init__(self, product):
        super().__init__(daemon=True)
        self.visitor, self.over = Visitor(product, "priya"), threading.Event()
        incident = json.loads(product.get("/api/v2/incidents/unresolved.json")[1])["incidents"][0]["id"]
        self.path, self.taken, self.refused = f"/admin/incidents/{incident}/update/", [], []

    def run(self):
        number = 0
        while not self.over.is_set():
            number += 1
            try:
                form = fields_of(self.visitor.open(self.path)[1])
                self.visitor.post(self.path, form | {"body": f"Said under load, no. {number:04}."})
                self.taken.append(number)
            except urllib.error.HTTPError as error:
                self.refused.append((error.code, error.read().decode()))
                time.sleep(0.1)
            except OSError:
                self.refused.append((0, ""))


def shown(product, number):
    return f"Said under load, no. {number:04}." in product.get(INCIDENTS)[1].decode()


def readiness(product):
    status, body = product.get("/readyz")
    return status, " ".join(json.loads(body)["problems"])


def tell(family, number):
    for pid in family:
        with suppress(ProcessLookupError):  # some of the server's processes come and go
            os.kill(pid, number)


def test_stopped_and_started_under_load_no_reader_fails_and_nothing_is_lost(product, server):
    poster = Poster(product)
    with Readers(product) as readers:
        poster.start()
        until(lambda: len(poster.taken) >= 3)
        server.stop()
        until(lambda: poster.refused and AWAY in readiness(product)[1])
        status, problems = readiness(product)
        before = len(poster.taken)
        server.start()
        until(lambda: len(poster.taken) > before + 2, seconds=FOLLOWS)
        poster.over.set()
        poster.join(30)
        until(lambda: all(shown(product, number) for number in poster.taken), seconds=FOLLOWS)

    assert (status, AWAY in problems) == (503, True)
    assert readers.wrong == []
    assert readers.count > 200
    assert {code for code, _body in poster.refused} <= {503}
    assert all("could not be reached" in body for _code, body in poster.refused)
    until(lambda: readiness(product) == (200, ""), seconds=FOLLOWS)


def test_a_server_that_answers_nobody_holds_up_no_reader(product, server):
    """Frozen: what needs it waits, and must not take the threads of those who do not."""
    family = [server.process.pid, *descendants(server.process.pid)]
    tell(family, signal.SIGSTOP)
    waiting = [threading.Thread(target=product.get, args=("/admin/login/",), daemon=True) for _each in range(24)]
    try:
        for thread in waiting:
            thread.start()
        with Readers(product) as readers:
            until(lambda: readers.count > 200 or readers.wrong)
    finally:
        tell(family, signal.SIGCONT)
    for thread in waiting:
        thread.join(20)

    assert readers.wrong == []
    assert readers.longest < 5  # on a busy machine; what asks the database waits until it is back
    until(lambda: product.get("/admin/login/")[0] == 200, seconds=FOLLOWS)
