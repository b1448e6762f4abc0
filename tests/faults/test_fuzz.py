"""The public surface of the product as ``make run`` starts it, asked by people who mean ill.

``FUZZ_SEED`` repeats a run; the seed is printed where one fails.
"""

import os
import random
import re
import threading
import time
from pathlib import Path

import pytest

from config.children import ROOT
from tests.config.processes import command, descendants
from tests.faults import fuzz

pytestmark = pytest.mark.own_data

REQUESTS = 20_000
THREADS = 4
PIPELINED = 10
TORN = 0.02  # of the requests are not even framed; each of those costs a connection
GROWTH = 100_000  # kB that the workers may grow


def known_paths(run):
    root = run.data / "published"
    page = (root / "default").resolve()
    found = ["/", "/p/platform/", "/p/nobody/", "/healthz", "/favicon.ico", "/robots.txt"]
    for folder in (page / "current", page / "permanent"):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix not in (".gz", ".br"):
                found.append("/" + file.relative_to(folder).as_posix().removesuffix("index.html"))
    found += [f"/assets/{file.name}" for file in (root / "assets").iterdir()]
    return found if len(found) < 300 else random.Random(1).sample(found, 300)


def memory(run):
    """kB that each web process holds."""
    return {
        pid: int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])
        for pid in descendants(run.process.pid)
        if "granian" in command(pid)
    }


class Fuzzer(threading.Thread):
    def __init__(self, seed, run, known, tags, count):
        super().__init__(daemon=True)
        self.random, self.port, self.known, self.tags, self.count = random.Random(seed), run.port, known, tags, count
        self.own = re.compile(b"|".join(re.escape(str(path).encode()) for path in (run.data, ROOT)))
        self.asked, self.wrong, self.statuses = 0, [], {}

    def run(self):
        try:
            while self.asked < self.count:
                if self.random.random() < TORN * PIPELINED:
                    self.ask_torn()
                else:
                    self.ask_many()
        except Exception as error:
            self.wrong.append((repr(error), "", ""))

    def ask_many(self):
        """Several at once over one connection, as long as the other side keeps it."""
        line = fuzz.Line(self.port)
        batch = [fuzz.request(self.random, self.port, self.known, self.tags) for _each in range(PIPELINED)]
        try:
            line.send(b"".join(data for _method, data in batch))
            for method, data in batch:
                answer = line.read(method)
                self.asked += 1
                if answer is None:
                    break
                self.judge(data, answer)
        except fuzz.CutOff:
            self.wrong.append(("cut off", [data[:300] for _method, data in batch], ""))
        except ConnectionError:
            self.asked += 1  # closed on us: a clean answer to nonsense
        except TimeoutError:
            self.wrong.append(("no answer in 10 s", [data[:300] for _method, data in batch], ""))
        finally:
            line.close()

    def ask_torn(self):
        data = fuzz.torn(self.random)
        line = fuzz.Line(self.port)
        self.asked += 1
        try:
            line.send(data)
            line.end()
            while (answer := line.read(data.split(b" ")[0].decode("latin-1"))) is not None:
                self.judge(data, answer)
        except ConnectionError:
            pass
        except TimeoutError:
            self.wrong.append(("no end in 10 s", data[:300], ""))
        finally:
            line.close()

    def judge(self, data, answer):
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        told = answer.head + answer.unpacked()
        if answer.status >= 500 or fuzz.LEAKS.search(told) or self.own.search(told):
            found = fuzz.LEAKS.search(told) or self.own.search(told)
            self.wrong.append((answer.status, data[:300], found.group() if found else told[:500]))


def etags(run, known):
    line = fuzz.Line(run.port)
    tags = {}
    for path in known:
        line.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        found = re.search(r"(?i)etag: (\S+)", line.read().head.decode())
        tags[path] = found and found[1]
    line.close()
    return tags


def test_nothing_that_is_asked_gets_more_than_a_short_clean_answer(product):
    seed = os.environ.get("FUZZ_SEED") or str(random.SystemRandom().randrange(10**9))
    print(f"FUZZ_SEED={seed}")
    known = known_paths(product)
    tags = etags(product, known)
    product.get("/admin/login/")
    before = memory(product)
    fuzzers = [Fuzzer(f"{seed}-{n}", product, known, tags, REQUESTS // THREADS) for n in range(THREADS)]
    began = time.monotonic()
    for fuzzer in fuzzers:
        fuzzer.start()
    for fuzzer in fuzzers:
        fuzzer.join(300)
    statuses = {}
    for fuzzer in fuzzers:
        for status, count in fuzzer.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    print(f"{time.monotonic() - began:.1f} s, answers: {sorted(statuses.items())}")

    assert [wrong for fuzzer in fuzzers for wrong in fuzzer.wrong][:5] == []
    assert sum(fuzzer.asked for fuzzer in fuzzers) >= REQUESTS
    assert sum(statuses.values()) > REQUESTS * 0.8
    assert min(statuses.get(status, 0) for status in (200, 304, 404, 405)) > 50
    after = memory(product)
    assert after.keys() == before.keys(), "a worker died"
    assert max(after[pid] - before[pid] for pid in after) < GROWTH, (before, after)
    assert product.get("/healthz")[0] == 200
    assert product.get("/readyz")[0] == 200
