"""How long it takes to write a delivery for everyone who asked, and what it takes of memory and of the database."""

from __future__ import annotations

import gc
import sys
import time
from functools import partial
from pathlib import Path

from tests.bench import own_database  # first: it makes Django ready

# isort: split
from django.db import connection

from notifications.announcements import release
from notifications.models import Delivery
from statuspage.actions import publish_update
from tests.bench import crowd
from tests.bench.report import Report
from tools import postgresql

CROWDS = (100_000, 1_000_000)


def run(report: Report) -> None:
    report.head("Fan-out on PostgreSQL: mail subscribers of whom half match by subtree or location")
    try:
        with postgresql.server() as url:
            rows = {count: own_database.measured(url, "tests.bench.fan_out", count) for count in CROWDS}
    except postgresql.NoPostgreSQL as error:
        report.say(f"Left out: {error}")
        return
    for count, row in rows.items():
        report.line(
            f"{count:,} subscribers, {row['written']:,} match",
            f"{row['seconds']:.1f} s  {row['database']:.1f} s in the database",
        )
    few, many = (rows[count] for count in CROWDS)
    report.line("100,000", f"{few['seconds']:.1f} s", aim="< 10 s", met=few["seconds"] < 10)
    report.line("memory above idle", f"{few['memory']:.0f} MB", aim="< 150 MB", met=few["memory"] < 150)
    share = many["seconds"] / few["seconds"] / 10
    report.line("a million, against ten times 100,000", f"{share:.2f}", aim="linear: ≤ 1.3", met=share <= 1.3)
    report.line("a million, memory above idle", f"{many['memory']:.0f} MB", aim="< 150 MB", met=many["memory"] < 150)


class Clock:
    """Seconds that were spent waiting for the database."""

    seconds = 0.0

    def __call__(self, execute, *arguments):
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.seconds += time.perf_counter() - began


def _memory() -> float:
    """The most that this process ever had, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1000


def _measure(count: int) -> dict[str, float]:
    stage = crowd.stage()
    incident = stage.incident()
    crowd.fill(stage, count)
    publish_update(incident, by=None, pages=[stage.page], status=incident.status, body="We are looking into it.")
    release.release_due()
    gc.collect()
    idle, database = _memory(), Clock()
    began = time.perf_counter()
    with connection.execute_wrapper(database):
        while release.address():
            pass
    seconds = time.perf_counter() - began
    written = Delivery.objects.filter(subscriber__isnull=False).count()
    return {"seconds": seconds, "database": database.seconds, "memory": _memory() - idle, "written": written}


if __name__ == "__main__":
    own_database.say(partial(_measure, int(sys.argv[1])))
