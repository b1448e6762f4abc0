"""From the commit of an update to its bytes from every web worker, while readers load the page at half of what it can.

The clock starts at the time that the update itself bears, which is a little before its commit: figures err on the
slow side. Each web worker is asked over a connection of its own (the system tells which worker holds it).
"""

from __future__ import annotations

import http.client
import json
import os
import re
import statistics
import threading
import time
from datetime import datetime
from pathlib import Path

from tests.bench import wrk
from tests.bench.report import Report
from tests.bench.running import Visitor
from tests.config.processes import Run, children, command, descendants
from tests.statuspage.staff import fields_of

UPDATES = 200
POSTER = "support"


class Watcher(threading.Thread):
    """Asks one worker for the newest update, over and over, and notes when each first appeared."""

    def __init__(self, connection: http.client.HTTPConnection, pid: int):
        super().__init__(daemon=True)
        self.connection, self.pid = connection, pid
        self.seen: dict[str, float] = {}
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
            time.sleep(0.004)


def run(product: Run, report: Report) -> None:
    report.head(f"From commit to visible from every worker, {UPDATES} updates posted through the admin")
    url = f"http://127.0.0.1:{product.port}/"
    most = wrk.load(url, seconds=3).rate if wrk.PROGRAM else 0
    watchers = _watchers(product)
    if not most:
        report.say("Without readers: wrk not found (Debian: apt install wrk).")
    for watcher in watchers:
        watcher.start()
    readers = wrk.steadily(url, rate=most / 2, seconds=3600) if most else None
    try:
        posted = _post_updates(product)
    finally:
        if readers:
            readers.send_signal(2)
            told = readers.communicate()[0]
    waits = [1000 * (max(watcher.seen[marker] for watcher in watchers) - at) for marker, at in posted.items()]
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


def _post_updates(product: Run) -> dict[bytes, float]:
    """Marker → when its update was posted, by the update's own time."""
    visitor = Visitor(product, POSTER)
    incident = json.loads(product.get("/api/v2/incidents/unresolved.json")[1])["incidents"][0]["id"]
    path = f"/admin/telling/{incident}/"
    form = fields_of(visitor.get(path))
    for number in range(UPDATES):
        visitor.post(path, form | {"body": f"Bench update {number}. We go on."})
        form = fields_of(visitor.get(path))
    time.sleep(1)
    found = json.loads(product.get("/api/v2/incidents/unresolved.json")[1])["incidents"][0]["incident_updates"]
    at = {}
    for update in found:
        if marker := re.match(r"Bench update \d+", update["body"]):
            at[marker.group().encode()] = datetime.fromisoformat(update["created_at"]).timestamp()
    return at
