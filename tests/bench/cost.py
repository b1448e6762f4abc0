"""What one update costs with 20, 200 and 2,000 past incidents, 20 of them in a month, and with 500 components.

Runs in a process of its own on a PostgreSQL of its own: ``python -m tests.bench.cost`` prints the rows as JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from statuspage.publishing import publisher
from tests import factories as make
from tests.bench.report import Report
from tests.bench.updating import cost_of_update
from tests.past import fill, wide_page
from tools import postgresql

SIZES = {  # row → components, past incidents
    "20 incidents": (40, 20),
    "200 incidents": (40, 200),
    "2,000 incidents": (40, 2000),
    "200 incidents, 500 components": (500, 200),
}
UPDATES = 15


def run(report: Report) -> None:
    report.head(f"One update, 20 incidents a month, PostgreSQL: median of {UPDATES}")
    try:
        with postgresql.server() as url:
            environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
            command = [sys.executable, "-m", "tests.bench.cost"]
            told = subprocess.run(command, env=environment, capture_output=True, text=True)
    except postgresql.NoPostgreSQL as error:
        report.say(f"Left out: {error}")
        return
    if told.returncode:
        report.say(f"FAILED: {told.stderr[-2000:]}")
        return
    rows = json.loads(told.stdout.splitlines()[-1])
    for name, row in rows.items():
        text = f"{row['ms']:.0f} ms  {row['queries']} queries  {row['files']} files  {row['bytes'] / 1000:.0f} KB"
        report.line(name, text)
    full, most = rows["200 incidents"], rows["2,000 incidents"]
    report.line("queries, 2,000 against 200", f"{most['queries']} / {full['queries']}", aim="equal",
                met=most["queries"] == full["queries"])  # fmt: skip
    report.line("bytes, 2,000 against 200", f"{most['bytes'] / full['bytes']:.2f}", aim="≤ 1.1",
                met=most["bytes"] <= 1.1 * full["bytes"])  # fmt: skip
    report.line("time, 2,000 against 200", f"{most['ms'] / full['ms']:.2f}", aim="≤ 1.25",
                met=most["ms"] <= 1.25 * full["ms"])  # fmt: skip
    report.say("Feeds and JSON hold the newest 50 incidents: below that number a page is lighter by what is not there.")


def _measure() -> dict[str, dict[str, float]]:
    connection.creation.create_test_db(verbosity=0)
    try:
        rows = {}
        for name, (components, past) in SIZES.items():
            with tempfile.TemporaryDirectory(prefix="bench-cost-") as folder:
                settings.PUBLISH_ROOT = Path(folder)
                page, leaves = wide_page(components=components, groups=10)
                fill(page, leaves[0], past)
                incident = make.told(page=page, affects=[leaves[1]])
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
                publisher.want([page])
                cost_of_update(page, incident, Path(folder))
                costs = [cost_of_update(page, incident, Path(folder)) for _n in range(UPDATES)]
                rows[name] = {
                    "ms": statistics.median(cost.milliseconds for cost in costs),
                    "queries": costs[-1].queries,
                    "files": len(costs[-1].written),
                    "bytes": statistics.median(cost.bytes for cost in costs),
                }
                page.delete()
        return rows
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    print(json.dumps(_measure()))
