"""What was restricted, withdrawn, corrected or merged, and is still answered after its publishing returned: nothing.

Eight readers without a pause on every kind of page, and 200 rounds of each (50 from a bucket, whose stand-in is slow).
Runs in a process of its own on a database of its own: ``python -m tests.bench.taken_back`` prints the counts as JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from typing import Any

from django.conf import settings

from statuspage.publishing import publisher
from tests import factories as make
from tests.bench.own_database import say
from tests.bench.report import Report
from tests.faults import product, taken_back
from tests.statuspage import s3

ROUNDS = {"directory": 200, "bucket": 50}
READERS = 8


def run(report: Report) -> None:
    report.head(f"Taken back while {READERS} readers ask without a pause: answers that still said it")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"DJANGO_SETTINGS_MODULE": "tests.settings"} | s3.CREDENTIALS
    command = [sys.executable, "-m", "tests.bench.taken_back"]
    told = subprocess.run(command, env=environment, capture_output=True, text=True)
    if told.returncode:
        report.say(f"FAILED: {told.stderr[-2000:]}")
        return
    for store, row in json.loads(told.stdout.splitlines()[-1]).items():
        report.line(
            f"{store}, {row['rounds']} rounds each of {len(taken_back.KINDS)}",
            f"{row['stale']} of {row['answers']:,}",
            aim="0",
            met=row["stale"] == 0,
        )
        report.line("a round, published and taken back", f"{row['ms']:.0f} ms")


def measure() -> dict[str, Any]:
    return {"directory": _directory(), "bucket": _bucket()}


def _directory() -> dict[str, Any]:
    component = make.component(name="SMS")
    page = make.page(component, slug="platform", is_default=True)
    publisher.want([page])
    publisher.publish(page.pk)
    webs = [product.Web(product.environment()) for _each in range(2)]
    try:
        bases = [f"http://127.0.0.1:{web.wait().port}/" for web in webs]
        return _counted(taken_back.Scene(page, component), bases * (READERS // 2), ROUNDS["directory"])
    finally:
        for web in webs:
            web.stop()
        page.delete()


def _bucket() -> dict[str, Any]:
    bucket = s3.running().bucket()
    settings.PUBLISH_STORAGE_URL = bucket.url
    component = make.component(name="Voice")
    page = make.page(component, slug="bucket", is_default=True)
    publisher.want([page])
    publisher.publish(page.pk)
    scene = taken_back.Scene(page, component, "index.html")
    return _counted(scene, [f"{bucket.server.endpoint}/{bucket.name}/"] * READERS, ROUNDS["bucket"])


def _counted(scene: taken_back.Scene, bases: list[str], rounds: int) -> dict[str, Any]:
    watch, took = taken_back.Watch(), []
    readers = [taken_back.Reader(base, scene.paths, watch) for base in bases]
    for reader in readers:
        reader.start()
    for number in range(rounds):
        for kind in taken_back.KINDS:
            began = time.monotonic()
            taken_back.one(kind, number, scene, watch)
            took.append(1000 * (time.monotonic() - began))
    for reader in readers:
        reader.stopped.set()
        reader.join(10)
    return {"rounds": rounds, "answers": watch.answers, "stale": len(watch.stale), "ms": statistics.median(took)}


if __name__ == "__main__":
    say(measure)
