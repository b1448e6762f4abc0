"""Publishers that freeze, fail, race and come back late: older bytes never stand over newer ones in a bucket."""

import gzip
import json
import multiprocessing
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from statuspage.documents.document import HTML, JSON, Document
from statuspage.stores import Busy, Fenced
from statuspage.stores.bucket import fence as bucket_fence, writing
from statuspage.stores.bucket.fence import fence
from statuspage.stores.bucket.objects import BucketError
from statuspage.stores.bucket.store import BucketStore
from tests.statuspage import s3

INCIDENT = "incidents/inc_a/index.html"
SITES = {"default": None, "slugs": {"a": "sp_a"}, "hosts": {}}


@pytest.fixture
def server(monkeypatch):
    for name, value in s3.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return s3.running()


@pytest.fixture
def bucket(server):
    return server.bucket()


@pytest.fixture
def store(bucket):
    store = BucketStore(bucket.url)
    store.write_sites(lambda: SITES)
    return store


@pytest.fixture
def impatient(monkeypatch):
    """Whoever has not finished is taken for dead at once."""
    monkeypatch.setattr(bucket_fence, "LIFE", 0.0)


def html(body, path="index.html"):
    return Document(path, HTML, body)


def write(store, token, *, hot=(), permanent=(), gone=()):
    store.write("sp_a", token=token, version=f"{token}-{token}", hot=hot, permanent=permanent, gone=gone)


def shown(bucket, path="index.html"):
    status, _headers, body = bucket.get(f"p/a/{path}")
    return gzip.decompress(body) if status == 200 and body[:2] == b"\x1f\x8b" else (status, body.rstrip())


def refusing_the_front_page(method, key):
    return 503 if (method, key) == ("PUT", "p/a/index.html") else None


class Frozen:
    """The first request of ``method`` for ``key`` is held back until it is let go."""

    def __init__(self, server, method, key):
        self._server, self._what = server, (method, key)
        self._arrived, self._go = Event(), Event()

    def __enter__(self):
        self._server.fault = self._hold
        return self

    def __exit__(self, *error):
        self._go.set()
        self._server.fault = None

    def wait(self):
        assert self._arrived.wait(10)

    def go(self):
        self._go.set()

    def _hold(self, method, key):
        if (method, key) == self._what and not self._arrived.is_set():
            self._arrived.set()
            self._go.wait(10)


def test_the_server_keeps_conditions(bucket):
    assert bucket.put("key", b"one", If_None_Match="*") == 200
    assert bucket.put("key", b"two", If_None_Match="*") == 412
    assert bucket.put("key", b"two", If_Match='"another"') == 412
    assert bucket.put("key", b"two", If_Match=bucket.get("key")[1]["ETag"]) == 200
    assert bucket.put("absent", b"two", If_Match='"another"') == 404
    assert bucket.get("key")[2] == b"two"


def test_an_older_token_writes_nothing(bucket, store):
    write(store, 7, hot=[html(b"newer")])

    with pytest.raises(Fenced, match="Publisher 6 has lost its claim to 7"):
        write(store, 6, hot=[html(b"older")], permanent=[html(b"older", INCIDENT)])

    assert (shown(bucket), shown(bucket, INCIDENT)[0]) == (b"newer", 404)


def test_whoever_works_is_left_alone(server, bucket, store):
    with Frozen(server, "PUT", "p/a/index.html") as frozen, ThreadPoolExecutor() as pool:
        first = pool.submit(write, store, 1, hot=[html(b"first")])
        frozen.wait()
        with pytest.raises(Busy, match="Publisher 1 is writing sp_a"):
            write(BucketStore(bucket.url), 2, hot=[html(b"second")])
        frozen.go()
        first.result()

    assert shown(bucket) == b"first"


def test_a_long_publishing_gives_signs_of_life(server, bucket, store, monkeypatch):
    monkeypatch.setattr("statuspage.stores.bucket.objects.LOOK_UP", 0.05)
    with Frozen(server, "PUT", "p/a/index.html") as frozen, ThreadPoolExecutor() as pool:
        first = pool.submit(write, store, 1, hot=[html(b"first")])
        frozen.wait()
        claimed = fence(store._objects, "sp_a")[0].at
        time.sleep(0.3)
        assert fence(store._objects, "sp_a")[0].at > claimed
        frozen.go()
        first.result()

    assert store.version("sp_a") == "1-1"


def test_withdrawn_text_does_not_come_back_over_bytes_that_came_back(server, bucket, store, impatient):
    """A publisher saw the page calm and froze before it put "Kestrel". It was withdrawn: the page is as it was."""
    write(store, 1, hot=[html(b"calm"), Document("api/v2/status.json", JSON, b"{}")])
    with Frozen(server, "PUT", "p/a/index.html") as frozen, ThreadPoolExecutor() as pool:
        late = pool.submit(write, store, 2, hot=[html(b"Kestrel"), Document("api/v2/status.json", JSON, b"{}")])
        frozen.wait()
        newer = BucketStore(bucket.url)
        write(newer, 3, hot=[html(b"calm"), Document("api/v2/status.json", JSON, b"{}")])
        frozen.go()
        with pytest.raises(Fenced, match="Publisher 2 has lost its claim to 3"):
            late.result()

    assert shown(bucket) == b"calm"
    assert newer.version("sp_a") == "3-3"
    assert b"Kestrel" not in bucket.everything()


def test_what_was_withdrawn_is_not_created_by_who_had_seen_nothing_there(server, bucket, store, impatient, monkeypatch):
    write(store, 1, hot=[html(b"calm")])
    with Frozen(server, "PUT", f"p/a/{INCIDENT}") as frozen, ThreadPoolExecutor() as pool:
        late = pool.submit(write, store, 2, hot=[html(b"Kestrel")], permanent=[html(b"Kestrel", INCIDENT)])
        frozen.wait()
        newer = BucketStore(bucket.url)
        write(newer, 3, hot=[html(b"calm")], gone=[INCIDENT])
        write(newer, 4, hot=[html(b"calm")], gone=[INCIDENT])  # finished in between, and still not safe to leave empty
        frozen.go()
        with pytest.raises(Fenced):
            late.result()

    assert shown(bucket, INCIDENT) == (200, b"There is nothing here.")
    assert b"Kestrel" not in bucket.everything()
    assert (newer.read("sp_a", INCIDENT), newer.paths("sp_a")) == (None, {"index.html"})

    later = time.time() + bucket_fence.QUARANTINE + 1
    monkeypatch.setattr(bucket_fence.time, "time", lambda: later)
    write(newer, 5, hot=[html(b"calm")])
    assert shown(bucket, INCIDENT)[0] == 404


def test_what_a_lost_publisher_may_still_write_is_taken_over_though_nobody_renders_it_now(
    server, bucket, store, impatient
):
    other = "components/comp_a/index.html"
    write(store, 1, hot=[html(b"calm")], permanent=[html(b"as it is", other)])
    with Frozen(server, "PUT", f"p/a/{other}") as frozen, ThreadPoolExecutor() as pool:
        late = pool.submit(write, store, 2, hot=[html(b"calm")], permanent=[html(b"Kestrel", other)])
        frozen.wait()
        write(BucketStore(bucket.url), 3, hot=[html(b"calm")])
        frozen.go()
        with pytest.raises(Fenced):
            late.result()

    assert shown(bucket, other) == b"as it is"


def test_a_tombstone_is_written_over_by_what_is_published_there_again(server, bucket, store, impatient):
    with server.failing(refusing_the_front_page), pytest.raises(BucketError, match="503"):
        write(store, 1, hot=[html(b"one")], permanent=[html(b"one", INCIDENT)])
    write(store, 2, hot=[html(b"two")], gone=[INCIDENT])
    assert shown(bucket, INCIDENT) == (200, b"There is nothing here.")

    write(store, 3, hot=[html(b"three")], permanent=[html(b"three", INCIDENT)])

    assert (shown(bucket, INCIDENT), store.read("sp_a", INCIDENT)) == (b"three", b"three")


def test_a_late_delete_is_noticed_and_the_page_is_wanted_anew(server, bucket, store, impatient):
    write(store, 1, hot=[html(b"one")], permanent=[html(b"open", INCIDENT)])
    with Frozen(server, "POST", "") as frozen, ThreadPoolExecutor() as pool:
        late = pool.submit(write, store, 2, hot=[html(b"two")], gone=[INCIDENT])
        frozen.wait()
        newer = BucketStore(bucket.url)
        write(newer, 3, hot=[html(b"three")], permanent=[html(b"open", INCIDENT)])
        frozen.go()
        with pytest.raises(Fenced):
            late.result()
    assert shown(bucket, INCIDENT)[0] == 404
    assert BucketStore(bucket.url).version("sp_a") is None

    write(newer, 4, hot=[html(b"three")], permanent=[html(b"open", INCIDENT)])

    assert (shown(bucket, INCIDENT), newer.version("sp_a")) == (b"open", "4-4")


def test_a_publisher_that_takes_too_long_stops_by_itself(bucket, store, monkeypatch):
    monkeypatch.setattr(writing, "PATIENCE", -1.0)

    with pytest.raises(Busy, match="has taken longer"):
        write(store, 1, hot=[html(b"one")])

    assert shown(bucket)[0] == 404


def _race(url, tokens, ended):
    store = BucketStore(url)
    for token in tokens:
        for _attempt in range(2_000):
            try:
                write(store, token, hot=[html(str(token).encode()), html(str(token).encode(), "history/index.html")])
                break
            except Fenced:
                break
            except Busy:
                time.sleep(0.01)
    ended.value = 1


def test_processes_that_race_leave_the_highest_token_everywhere(bucket, store):
    spawn = multiprocessing.get_context("spawn")
    ends = [spawn.Value("i", 0) for _racer in range(3)]
    racers = [
        spawn.Process(target=_race, args=(bucket.url, list(range(n + 1, 16, 3)), end)) for n, end in enumerate(ends)
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(60)

    assert [end.value for end in ends] == [1, 1, 1]
    assert store.version("sp_a") == "15-15"
    assert (shown(bucket), shown(bucket, "history/index.html")) == (b"15", b"15")


def _publish(url, ended):
    try:
        write(BucketStore(url), 2, hot=[html(b"older")], permanent=[html(b"older", INCIDENT)])
    except Fenced:
        ended.value = 1


@pytest.mark.parametrize("end", [signal.SIGCONT, signal.SIGKILL])
def test_a_process_that_is_stopped_while_it_writes(server, bucket, store, end, monkeypatch):
    monkeypatch.setattr(bucket_fence, "LIFE", 0.3)
    write(store, 1, hot=[html(b"first")])
    stopped = Event()

    def stop(method, key):
        if (method, key) == ("PUT", f"p/a/{INCIDENT}") and not stopped.is_set():
            os.kill(process.pid, signal.SIGSTOP)
            stopped.set()

    spawn = multiprocessing.get_context("spawn")
    ended = spawn.Value("i", 0)
    process = spawn.Process(target=_publish, args=(bucket.url, ended))
    with server.failing(stop):
        process.start()
        assert stopped.wait(30)
        time.sleep(0.4)
        write(store, 3, hot=[html(b"newer")], permanent=[html(b"newer", INCIDENT)])
        os.kill(process.pid, end)
        process.join(30)

    assert (ended.value, process.exitcode) == ((1, 0) if end == signal.SIGCONT else (0, -signal.SIGKILL))
    assert (shown(bucket), shown(bucket, INCIDENT)) == (b"newer", b"newer")
    assert b"older" not in bucket.everything()
    assert store.version("sp_a") == "3-3"


def test_every_third_write_that_fails_is_made_good(server, bucket, store):
    count = iter(range(10_000))
    with server.failing(lambda method, key: 500 if method == "PUT" and next(count) % 3 == 2 else None):
        for token in range(1, 5):
            body = f"{token}".encode()
            write(store, token, hot=[html(body), html(body, "history/index.html")], permanent=[html(body, INCIDENT)])

    assert [shown(bucket, path) for path in ("index.html", "history/index.html", INCIDENT)] == [b"4"] * 3


def test_what_fails_in_the_middle_is_made_good_by_the_next_without_waiting(server, bucket, store):
    with server.failing(refusing_the_front_page), pytest.raises(BucketError, match=r"p/a/index.html: it answered 503"):
        write(store, 1, hot=[html(b"one")], permanent=[html(b"one", INCIDENT)])
    assert store.version("sp_a") is None

    write(store, 2, hot=[html(b"two")], permanent=[html(b"two", INCIDENT)])

    assert (shown(bucket), shown(bucket, INCIDENT), store.version("sp_a")) == (b"two", b"two", "2-2")


def test_an_answer_that_is_lost_is_no_lost_race(server, bucket, store, monkeypatch):
    """Each first write of a key is done and answered with 500: the second try then finds its own bytes."""
    heard = set()
    monkeypatch.setattr(
        server, "deaf", lambda method, key: method == "PUT" and (key in heard or heard.add(key)) is None
    )
    write(store, 1, hot=[html(b"one")], permanent=[html(b"one", INCIDENT)])

    assert (shown(bucket), shown(bucket, INCIDENT), store.version("sp_a")) == (b"one", b"one", "1-1")


def test_maps_written_at_once_end_as_what_is_known_last(server, bucket, store):
    """One reads the map, and before it writes another one does: it reads what is true again."""
    truth = [
        {"default": None, "slugs": {"b": "sp_a"}, "hosts": {}},
        {"default": None, "slugs": {"c": "sp_a"}, "hosts": {}},
    ]
    asked = []

    def read():
        asked.append(1)
        if len(asked) == 1:
            BucketStore(bucket.url).write_sites(lambda: truth[1])
            return truth[0]
        return truth[1]

    store.write_sites(read)

    assert json.loads(bucket.get(".bridgewatch/sites.json")[2])["sites"] == truth[1]
    assert len(asked) == 2
