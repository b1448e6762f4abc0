"""Everybody at once: readers subscribe, senders never finish, staff work, and the page is read meanwhile."""

from __future__ import annotations

import statistics

from statuspage.serving.places import KINDS
from tests.bench import wrk
from tests.bench.report import Report
from tests.config.processes import Run
from tests.faults import crowding
from tests.faults.crowding import Seen

READERS, SLOW, STAFF = 100, 60, 10
SHARE = 0.1  # of what the machine can take: the page is read at this rate before and during


def run(product: Run, report: Report) -> None:
    report.head(f"{READERS} readers subscribe at once, beside {SLOW} slow bodies and {STAFF} working staff")
    url, staff = f"http://127.0.0.1:{product.port}/", Seen()
    most = wrk.load(url, seconds=3).rate if wrk.PROGRAM else 0
    before = wrk.p99_in(wrk.steadily(url, rate=SHARE * most, seconds=8).communicate()[0]) if most else 0
    with crowding.slow_senders(product.port, SLOW), crowding.working(product, STAFF, staff) as people:
        page = wrk.steadily(url, rate=SHARE * most, seconds=3600) if most else None
        readers = crowding.readers(product.port, READERS)
        if page:
            page.send_signal(2)
    during = wrk.p99_in(page.communicate()[0]) if page else 0
    posted = sum(each.posted for each in people)
    bound = KINDS["forms"].patience
    early = sum(wait < bound - 0.5 for wait in readers.refused)
    report.line("staff: answers", f"{sum(staff.statuses.values())}, {posted} updates, {_spread(staff)}")
    report.line("staff: 5xx and broken", f"{staff.failed}", aim="0", met=staff.failed == 0)
    report.line("readers: answers", f"{sum(readers.statuses.values())}, {_spread(readers)}")
    report.line("readers: subscribed", f"{readers.statuses[200] // 2} of {READERS}", aim="all")
    report.line(f"readers: told to wait after {bound:.0f} s", f"{len(readers.refused)}")
    report.line("readers: refused before, or broken", f"{early + readers.statuses[500]}", aim="0", met=early == 0)
    if most:
        rate = SHARE * most
        report.line(f"the page at {rate:,.0f}/s, p99", f"{before:.1f} ms before, {during:.1f} ms during")
    else:
        report.say("The page was not read meanwhile: wrk not found (Debian: apt install wrk).")


def _spread(seen: Seen) -> str:
    ordered = sorted(seen.waits)
    return f"median {statistics.median(ordered):.2f} s, p99 {ordered[int(0.99 * len(ordered)) - 1]:.2f} s"
