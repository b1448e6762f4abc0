"""Many processes publish and serve at once: nothing is lost, nothing goes back, all is there."""

import itertools
import threading
import time
from http.client import HTTPConnection

import pytest

from statuspage.models import PublishState
from statuspage.publishing import publisher
from tests.faults import children, product, publishers, reading

pytestmark = pytest.mark.django_db(transaction=True)
PATHS = ["/", "/api/v2/incidents.json", "/history.atom"]
SHOWN = 10.0  # seconds at most from a commit to every web process, on a busy machine; bench/visible.py measures it


def test_a_hundred_updates_from_eight_threads_end_as_a_fresh_render(page, incident, root, start):
    before = PublishState.objects.get(page=page).token
    words = [f"no. {number:03}" for number in range(100)]
    posters = [start(publishers.post_updates, incident, words[n::4]) for n in range(4)]
    assert [children.finish(poster, seconds=60) for poster in posters] == [0] * 4
    publisher.sweep()

    state, found = PublishState.objects.get(page=page), reading.plain(reading.hot(page, root))
    assert state.done == state.wanted
    assert found == reading.fresh(page)
    assert [word for word in words if f"Word {word}.".encode() not in found["api/v2/incidents.json"]] == []
    assert state.token - before < 75, "those who raced shared no version"
    assert reading.torn(root) == []


class Reader(threading.Thread):
    """Polls one web process and notes which number it saw when, and whether it was answered at all."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.seen, self.wrong, self.stopped = port, [], [], threading.Event()

    def run(self):
        client = HTTPConnection("127.0.0.1", self.port, timeout=10)
        while not self.stopped.is_set():
            for path in PATHS:
                client.request("GET", path)
                answer = client.getresponse()
                found = {int(mark) for mark in reading.MARK.findall(answer.read())}
                if answer.status != 200 or len(found) != 1:
                    self.wrong.append((path, answer.status, found))
                self.seen += [(time.monotonic(), path, number) for number in found]
            time.sleep(0.005)

    def went_back(self, path):
        numbers = [number for _at, where, number in self.seen if where == path]
        return [pair for pair in itertools.pairwise(numbers) if pair[0] > pair[1]]

    def has_seen(self, number):
        return {path for _at, path, seen in list(self.seen) if seen >= number} == set(PATHS)

    def first_seen(self, number):
        return {path: next(at for at, where, seen in self.seen if where == path and seen >= number) for path in PATHS}


def test_every_web_process_shows_every_change_and_never_goes_back(page, incident, root, start):
    webs = [product.Web(product.environment()) for _each in range(2)]
    try:
        readers = [Reader(web.wait().port) for web in webs]
        start(publishers.sweep_on, 0.5)
        for reader in readers:
            reader.start()
        pipes = [children.CONTEXT.Pipe(duplex=False) for _each in range(2)]
        writers = [start(publishers.retitle, incident, 12, told) for _heard, told in pipes]
        committed = sorted(pair for heard, _told in pipes for pair in heard.recv())
        assert [children.finish(writer) for writer in writers] == [0, 0]
        last = committed[-1][0]
        children.until(lambda: all(reader.has_seen(last) for reader in readers), seconds=SHOWN)
        for reader in readers:
            reader.stopped.set()
            reader.join(10)
    finally:
        for web in webs:
            web.stop()

    assert [number for number, _at in committed] == list(range(1, 25))
    assert [reader.wrong for reader in readers] == [[], []]
    assert [reader.went_back(path) for reader in readers for path in PATHS] == [[]] * 6
    waits = [seen - at for number, at in committed for reader in readers for seen in reader.first_seen(number).values()]
    assert max(waits) < SHOWN
