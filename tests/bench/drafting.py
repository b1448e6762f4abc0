"""Drafting a document from twelve incident records, on PostgreSQL, against bare INSERTs of as many rows."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta

from tests.bench import own_database  # first: it makes Django ready

# isort: split
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from postmortems import actions
from postmortems.models import ActionItem, Cause, Citation, Event, Mitigation, Paragraph, Postmortem
from postmortems.parts import Parts
from postmortems.reading import content_of
from tests import factories as make
from tests.bench.report import Report
from tools import postgresql

RECORDS, EACH, ROUNDS = 12, 5, 5  # each record holds so many parts of each kind
KEPT = (Paragraph, Event, Mitigation, Cause, ActionItem, Citation)
AIM = 2.0  # seconds: somebody waits for it, once


def run(report: Report) -> None:
    report.head(f"Drafting from {RECORDS} incident records, PostgreSQL: median of {ROUNDS}")
    try:
        with postgresql.server() as url:
            found = own_database.measured(url, "tests.bench.drafting")
    except postgresql.NoPostgreSQL as error:
        report.say(f"Left out: {error}")
        return
    times = found["took"] / found["bare"]
    report.line(f"{found['parts']} parts, {found['rows']} rows, with the audit", f"{found['took']:.2f} s")
    report.line("as many bare INSERTs, one by one", f"{found['bare']:.2f} s")
    report.line("drafting against that", f"{times:.1f} × bare", aim=f"< {AIM} s", met=found["took"] < AIM)
    report.line("queries for a part", f"{found['queries'] / found['parts']:.1f}")
    report.line("reading the document with its records", f"{1000 * found['read']:.0f} ms")


def _measure() -> dict[str, float]:
    took, read, counts = [], [], {}
    for _round in range(ROUNDS):
        postmortem = _twelve()
        before = _rows()
        began = time.perf_counter()
        counts["parts"] = actions.draft_from_records(postmortem, by=None)
        took.append(time.perf_counter() - began)
        counts["rows"] = _rows() - before
        began = time.perf_counter()
        content_of(postmortem, Parts(postmortem))
        read.append(time.perf_counter() - began)
    postmortem = _twelve()
    with CaptureQueriesContext(connection) as queries:
        actions.draft_from_records(postmortem, by=None)
    counts |= {"queries": len(queries), "bare": _bare(counts["rows"])}
    return counts | {"took": statistics.median(took), "read": statistics.median(read)}


def _twelve() -> Postmortem:
    """Twelve people have handed in what they know."""
    found = make.postmortem(way="full", severity="major")
    questions = found.template.questions.order_by("-is_required", "pk")[:EACH]
    at = found.incident.started_at
    for person in [make.in_group("Engineering") for _number in range(RECORDS)]:
        [record] = actions.invite(found, people=[person], by=None)
        for number in range(EACH):
            where = {"record": record, "by": person, "text": f"{person}: what happened, part {number}. " * 4}
            when = {"at": at + timedelta(minutes=7 * number)}
            actions.add(Paragraph, found, question=questions[number], **where)
            actions.add(Event, found, **where, **when)
            actions.add(Mitigation, found, **where, **when)
            cause = actions.add(Cause, found, **where)
            actions.link(actions.add(ActionItem, found, **where), cause, on=True, by=person)
        actions.submit_record(record, by=person)
    return found


def _rows() -> int:
    tables = [*KEPT, *(table.history.model for table in KEPT)]
    return sum(table.objects.count() for table in tables)


def _bare(rows: int) -> float:
    """As many INSERTs of a short text, one by one in one transaction: what the driver and the database cost."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, text text, at timestamptz DEFAULT now())")
        began = time.perf_counter()
        with transaction.atomic():
            for number in range(rows):
                cursor.execute("INSERT INTO bare (text) VALUES (%s) RETURNING id", [f"Row {number} of a document."])
        return time.perf_counter() - began


if __name__ == "__main__":
    own_database.say(_measure)
