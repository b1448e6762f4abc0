"""How long it takes to write a delivery for everyone who asked, and what it takes of memory and of the database.

Runs in a process of its own on a PostgreSQL of its own: ``python -m tests.bench.fan_out 100000`` prints JSON.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import django

with suppress(RuntimeError):
    django.setup()

from django.db import connection  # noqa: E402

from notifications import addressing  # noqa: E402
from notifications.models import Delivery  # noqa: E402
from statuspage.actions import publish_update  # noqa: E402
from tests.bench import crowd  # noqa: E402
from tests.bench.report import Report  # noqa: E402
from tools import postgresql  # noqa: E402

CROWDS = (100_000, 1_000_000)


def run(report: Report) -> None:
    report.head("Fan-out on PostgreSQL: mail subscribers of whom half match by subtree or location")
    try:
        with postgresql.server() as url:
            rows = {count: measured(url, count) for count in CROWDS}
    except postgresql.NoPostgreSQL as error:
        report.say(f"Left out: {error}")
        return
    for count, row in rows.items():
        report.line(
            f"{count:,} subscribers, {row['written']:,} match",
            f"{row['seconds']:.1f} s  {row['database']:.1f} s in the database  {row['memory']:.0f} MB",
        )
    few, many = (rows[count] for count in CROWDS)
    report.line("100,000", f"{few['seconds']:.1f} s", aim="< 10 s", met=few["seconds"] < 10)
    report.line("memory above idle", f"{few['memory']:.0f} MB", aim="< 150 MB", met=few["memory"] < 150)
    share = many["seconds"] / few["seconds"] / 10
    report.line("a million, against ten times 100,000", f"{share:.2f}", aim="linear: ≤ 1.3", met=share <= 1.3)
    report.line("a million, memory above idle", f"{many['memory']:.0f} MB", aim="< 150 MB", met=many["memory"] < 150)


def measured(url: str, count: int) -> dict[str, float]:
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-m", "tests.bench.fan_out", str(count)]
    told = subprocess.run(command, env=environment, capture_output=True, text=True)
    if told.returncode:
        raise RuntimeError(told.stderr[-2000:])
    return json.loads(told.stdout.splitlines()[-1])


class Clock:
    """Seconds that were spent waiting for the database."""

    seconds = 0.0

    def __call__(self, execute, *arguments):
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.seconds += time.perf_counter() - began


def _peak() -> float:
    """The most memory that this process ever had, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1000


def _measure(count: int) -> dict[str, float]:
    connection.creation.create_test_db(verbosity=0)
    try:
        stage = crowd.stage()
        incident = stage.incident()
        crowd.fill(stage, count)
        publish_update(incident, by=None, pages=[stage.page], status=incident.status, body="We are looking into it.")
        addressing.release_due()
        gc.collect()
        idle, database = _peak(), Clock()
        began = time.perf_counter()
        with connection.execute_wrapper(database):
            while addressing.fan_out():
                pass
        return {
            "seconds": time.perf_counter() - began,
            "database": database.seconds,
            "memory": _peak() - idle,
            "written": Delivery.objects.count(),
        }
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    print(json.dumps(_measure(int(sys.argv[1]))))
