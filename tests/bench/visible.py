"""From the commit of an update to its bytes from every web worker, while readers load the page at half of what it can.

The clock starts when another connection to the database first reads the update, which it tries every three
milliseconds. Each web worker is asked over a connection of its own (the system tells which worker holds it).
"""

from __future__ import annotations

import http.client
import json
import os
import re
import sqlite3
import statistics
import threading
import time
from pathlib import Path

from tests.bench import wrk
from tests.bench.report import Report
from tests.bench.running import Visitor
from tests.config.processes import Run, children, command, descendants
from tests.statuspage.staff import fields_of

UPDATES = 200
EACH = 20  # of one incident, after which it is resolved and another one is declared
END = {"status": "resolved", "body": "It is over.", "override_reason": "Nothing was broken."}
POSTER = "priya"


class Watcher(threading.Thread):
    """Asks one worker for the newest update, over and over, and notes when each first appeared."""

    def __init__(self, connection: http.client.HTTPConnection, pid: int):
        super().__init__(daemon=True)
        self.connection, self.pid = connection, pid
        self.seen: dict[bytes, float] = {}
        self.over = False

    def run(self) -> None:
        etag = ""
        while not self.over:
            self.connection.request("GET", "/api/v2/incidents/unresolved.json", headers={"If-None-Match": etag})
            answer = self.connection.getresponse()
            body, now = answer.read(), time.time()
            if answer.status == 200:
                etag = answer.headers["ETag"]
                for marker in set(re.findall(rb"Bench update \d+", body)) - self.seen.keys():
                    self.seen[marker] = now
            time.sleep(0.01)


class Commits(threading.Thread):
    """Looks into the database, and notes when each update was first there."""

    def __init__(self, product: Run):
        super().__init__(daemon=True)
        self.file = product.data / "bridgewatch.sqlite3"
        self.seen: dict[bytes, float] = {}
        self.over = False

    def run(self) -> None:
        database = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, isolation_level=None)
        newest = database.execute("SELECT max(id) FROM incidents_incidentupdate").fetchone()[0]
        while not self.over:
            found = database.execute("SELECT id, body FROM incidents_incidentupdate WHERE id > ?", [newest]).fetchall()
            now = time.time()
            for key, body in found:
                newest = key
                if marker := re.match(r"Bench update \d+", body):
                    self.seen[marker.group().encode()] = now
            time.sleep(0.003)
        database.close()


def run(product: Run, report: Report) -> None:
    report.head(
        f"From commit to visible from every worker, {UPDATES} updates posted through the admin, {EACH} an incident"
    )
    url = f"http://127.0.0.1:{product.port}/"
    most = wrk.load(url, seconds=3).rate if wrk.PROGRAM else 0
    watchers, commits = _watchers(product), Commits(product)
    if not most:
        report.say("Without readers: wrk not found (Debian: apt install wrk).")
    for watcher in [*watchers, commits]:
        watcher.start()
    readers = wrk.steadily(url, rate=most / 2, seconds=3600) if most else None
    try:
        _post_updates(product)
    finally:
        for watcher in [*watchers, commits]:
            watcher.over = True
            watcher.join(10)
        if readers:
            readers.send_signal(2)
            told = readers.communicate()[0]
    waits = [1000 * (max(watcher.seen[marker] for watcher in watchers) - at) for marker, at in commits.seen.items()]
    waits.sort()
    p95 = waits[int(0.95 * len(waits))]
    if readers:
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told).group(1))
        report.line("reads meanwhile", f"{rate:,.0f}/s, {100 * rate / most:.0f} % of {most:,.0f}/s")
    report.line("workers watched", f"{len(watchers)}")
    report.line("median", f"{statistics.median(waits):.0f} ms")
    report.line("95 of 100", f"{p95:.0f} ms", aim="< 300 ms", met=p95 < 300)
    report.line("worst", f"{waits[-1]:.0f} ms", aim="< 1000 ms", met=waits[-1] < 1000)


def _watchers(product: Run) -> list[Watcher]:
    """One for each worker."""
    workers = {pid for pid in descendants(product.process.pid) if _listens(pid, product.port)}
    found: dict[int, Watcher] = {}
    for _attempt in range(64):
        connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=10)
        connection.connect()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        holder = next((pid for pid in workers if _holds(pid, connection.sock.getsockname()[1], product.port)), None)
        if holder is None or holder in found:
            connection.close()
        else:
            found[holder] = Watcher(connection, holder)
    return list(found.values())


def _sockets(pid: int) -> set[str]:
    links = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            links.append(os.readlink(entry))
        except OSError:
            continue
    return {link[8:-1] for link in links if link.startswith("socket:[")}


def _table() -> list[list[str]]:
    return [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]


def _listens(pid: int, port: int) -> bool:
    own = _sockets(pid)
    return (
        "granian" in command(pid)
        and any(row[1].endswith(f":{port:04X}") and row[9] in own for row in _table())
        and not children(pid)
    )


def _holds(pid: int, client: int, port: int) -> bool:
    own = _sockets(pid)
    return any(
        row[1].endswith(f":{port:04X}") and row[2].endswith(f":{client:04X}") and row[9] in own for row in _table()
    )


def _post_updates(product: Run) -> None:
    visitor = Visitor(product, POSTER)
    summary = json.loads(product.get("/api/v2/summary.json")[1])
    form, component = f"/admin/new-incident/{summary['page']['id']}/", summary["components"][-1]["id"]
    for number in range(UPDATES // EACH):
        _tell_of_one_incident(visitor, form, component, range(number * EACH, (number + 1) * EACH))
    time.sleep(1)


def _tell_of_one_incident(visitor: Visitor, form: str, component: str, numbers: range) -> None:
    """Declared with the first update, then told of with the others, and resolved."""
    given = {"title": f"Bench incident {numbers[0]}", "status": "investigating", "severity": "3"}
    told = {"components": [component], "body": f"Bench update {numbers[0]}. We look for the cause."}
    _workspace, html = visitor.post(form, fields_of(visitor.open(form)[1], None) | given | told)
    path = re.search(r'"(/admin/incidents/[^/"]+/update/)', html).group(1)
    for number in numbers[1:]:
        visitor.post(path, fields_of(visitor.open(path)[1]) | {"body": f"Bench update {number}. We go on."})
    visitor.post(path, fields_of(visitor.open(path)[1]) | END)
