"""What maintenance costs with 5,000 windows on the page and with 500 series.

Both sizes have 500 windows ahead and eight a day in the last 90 days, so that documents, months and the calendar file
hold as many: what is compared is all that lies behind.

Runs in a process of its own: ``python -m tests.bench.maintenance`` prints the rows as JSON.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.bench import own_database  # first: it makes Django ready

# isort: split
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment
from django.utils import timezone

from incidents.maintenance import actions, timing
from incidents.maintenance.models import Series, SeriesException, Window
from notifications.announcements.maintenance_reminders import remind
from statuspage import documents
from statuspage.documents.calendar_files import CalendarFiles
from statuspage.models import Page
from statuspage.publishing import publisher
from statuspage.snapshot.load import load
from tests import factories as make
from tests.bench.report import Report
from tests.past import fill, wide_page
from tests.statuspage.windows import many
from tools import postgresql

SMALL, LARGE = "1,250 windows, 5 series", "5,000 windows, 500 series"
SIZES = {SMALL: (500, 750, 5), LARGE: (500, 4500, 500)}  # ahead, over, series
SPREAD = 10  # components that they are of, in turn; each has one every thirty hours
STAFF = "/admin/maintenance/"
ROUNDS = 15
WHOLE = 1  # rounds of what writes thousands of files
FLAT = 1.5  # times as long, of what is to cost the same whatever there is


def run(report: Report) -> None:
    _say(report, "SQLite", own_database.measured("", "tests.bench.maintenance"))
    try:
        with postgresql.server() as url:
            _say(report, "PostgreSQL", own_database.measured(url, "tests.bench.maintenance"))
    except postgresql.NoPostgreSQL as error:
        report.say(f"Left out: {error}")


def _say(report: Report, database: str, rows: dict[str, Any]) -> None:
    report.head(f"Maintenance, {LARGE} against {SMALL}, {database}: the quickest of {ROUNDS}")
    small, large = rows[SMALL], rows[LARGE]
    for name, cost in large.items():
        if name == "bytes":
            report.line("maintenance.ics", f"{cost / 1000:.0f} KB, {small[name] / 1000:.0f} KB")
            continue
        ratio, (before, now) = cost["ms"] / small[name]["ms"], (small[name]["queries"], cost["queries"])
        text = f"{cost['ms']:.0f} ms, {small[name]['ms']:.0f} ms: {ratio:.1f}"
        if name.endswith("one update") or name == "maintenance.ics drawn":
            report.line(name, text, aim=f"≤ {FLAT}", met=ratio <= FLAT)
        else:
            report.line(name, text)
        report.line("", f"{now} queries, {before}", aim="equal", met=now == before)


def _cost(block: Callable[[], object], rounds: int = ROUNDS) -> dict[str, float]:
    """The quickest time, for what else runs makes some slower and none quicker; and the queries of the last run. The
    first one finds nothing prepared."""
    took = []
    for _round in range(rounds + 1):
        with CaptureQueriesContext(connection) as queries:
            began = time.perf_counter()
            block()
            took.append(1000 * (time.perf_counter() - began))
    return {"ms": min(took[1:]), "queries": len(queries)}


def _measure() -> dict[str, Any]:
    setup_test_environment()
    rows = {}
    for name, (ahead, over, series) in SIZES.items():
        with tempfile.TemporaryDirectory(prefix="bench-maintenance-") as folder:
            settings.PUBLISH_ROOT = Path(folder)
            page, leaves = wide_page(components=40, groups=10, slug="bench")
            fill(page, leaves[-1], 200)
            _fill(page, leaves[:SPREAD], ahead, over, series)
            rows[name] = _costs(page, leaves)
            page.delete()
        for model in (SeriesException, Series):
            model.objects.all().delete()
        Window.objects.all().delete()
    return rows


def _fill(page: Page, leaves: list, ahead: int, over: int, series: int) -> None:
    for n, leaf in enumerate(leaves):
        between = {"every": timedelta(hours=3 * SPREAD)}
        many(page, leaf, ahead // SPREAD, **between)
        many(page, leaf, over // SPREAD, ago=timedelta(hours=2 + 3 * n), **between)
    now = timezone.now()
    Series.objects.bulk_create(
        Series(
            title=f"Patches {n}", kind="security", rule="FREQ=WEEKLY;BYDAY=TU", time_zone="Europe/Berlin", minutes=90,
            first_at=now - timedelta(days=n), body="We patch the databases.",
        )
        for n in range(series)
    )  # fmt: skip
    due = timing.due_occurrences(now + timedelta(hours=1))  # nothing is while it is measured
    SeriesException.objects.bulk_create(
        SeriesException(series=row, occurrence=start) for row, starts in due.items() for start in starts
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _costs(page: Page, leaves: list) -> dict[str, Any]:
    incident = make.told(page=page, affects=[leaves[1]])
    window = Window.objects.filter(state="scheduled").order_by("starts_at")[5]
    publisher.want([page])
    word = actions.Message(body="The routers have arrived.")
    rows: dict[str, Any] = {
        "incident published: one update": _cost(lambda: make.update(incident, body="We have found the cause.")),
        "window published: one update": _cost(lambda: actions.post_update(window, message=word, by=None)),
        "windows published: all": _cost(lambda: publisher.want([page]), WHOLE),
    }
    now = timezone.now()
    shot = load(page.pk, touched={"maintenance": {window.pk}}, now=now, due=now + timedelta(minutes=1))
    rows["maintenance.ics drawn"] = _cost(lambda: CalendarFiles(shot).of_page("maintenance.ics")) | {"queries": 0}
    rows["bytes"] = next(len(each.body) for each in documents.permanent(shot) if each.path == "maintenance.ics")
    browser = Client()
    browser.force_login(make.in_group("Support", time_zone="UTC"))
    form = _typed(page, leaves[0])
    rows["staff: list"] = _cost(lambda: _asked(browser.get(STAFF)))
    rows["staff: counting a plan"] = _cost(lambda: _asked(browser.post(f"{STAFF}plan/count/", form)))
    remind(now)  # of those that are near
    rows["keep_time, nothing due"] = _cost(lambda: timing.keep_time(timezone.now()))
    rows["make_windows, nothing due"] = _cost(lambda: timing.make_windows(now))
    rows["reminders, nothing due"] = _cost(lambda: remind(now))
    return rows


def _asked(answer) -> None:
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.request['PATH_INFO']} answered {answer.status_code}")


def _typed(page: Page, item) -> dict[str, object]:
    day = (timezone.now() + timedelta(days=40)).date()
    return {
        "title": "Core router upgrade", "kind": "infrastructure", "audience": "public", "pages": [page.public_id],
        "date": day.isoformat(), "time": "01:00", "length": "120", "time_zone": "Europe/Berlin",
        "body": "We replace two routers.", "deliver": "on", "is_automatic": "on", "rows-TOTAL_FORMS": "1",
        "rows-INITIAL_FORMS": "0", "rows-0-component": item.public_id, "rows-0-location": "", "rows-0-expected": "2",
        "version": "",
    }  # fmt: skip


if __name__ == "__main__":
    own_database.say(_measure)
