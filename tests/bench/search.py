"""Search and similar incidents over 10,000 incidents with their updates, notes and 2,000 post-mortems, on PostgreSQL,
against the bare SELECT of as many incidents in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from tests.bench import own_database  # first: it makes Django ready

# isort: split
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from incidents.models import Incident, User
from postmortems.learning import causes, index, recovery, search, similar, words
from postmortems.learning.search import Wanted
from postmortems.models import SearchMark
from tests import factories as make
from tests.bench.report import Report
from tests.postmortems.learning.past import PRODUCTS, fill
from tools import postgresql

INCIDENTS, ROUNDS, PAGE = 10_000, 25, 20
AIM, OF_A_YEAR = 150, 300  # ms
SEARCHES = {
    "three words": "sms frankfurt gateway",
    "one word that 1 % hold": "case77",
    "one word that all of them hold": "delayed",
    "twelve words that all of them hold": "messages delayed we are looking into it found the cause mended pace restart",
}


def run(report: Report) -> None:
    report.head(f"Search over {INCIDENTS:,} incidents, PostgreSQL: median of {ROUNDS}")
    try:
        with postgresql.server() as url:
            rows = own_database.measured(url, "tests.bench.search")
    except postgresql.NoPostgreSQL as error:
        report.say(f"Left out: {error}")
        return
    bare = rows.pop("bare")
    report.line("reading all of it once", f"{rows.pop('read'):.1f} s")
    report.line("reading one incident again, at its commit", f"{rows.pop('again'):.1f} ms")
    report.line(f"bare SELECT of {PAGE} incidents", f"{bare:.1f} ms")
    for name, took in rows.items():
        aim = OF_A_YEAR if name.endswith("of a year") else AIM
        report.line(name, f"{took:.1f} ms  {took / bare:.0f} × bare", aim=f"< {aim} ms", met=took < aim)


def _median(block: Callable[[], object]) -> float:
    block()
    took = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        block()
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def _measure() -> dict[str, float]:
    person = User.objects.create(username="reader", is_staff=True)
    person.groups.add(Group.objects.get(name="Support"))
    messaging = make.component(name="Messaging")
    products = [make.component(name=name, parent=messaging) for name in PRODUCTS]
    fill(INCIDENTS, products)
    began = time.perf_counter()
    index.read_marked()
    rows = {"read": time.perf_counter() - began}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    newest = Incident.objects.select_related("severity").order_by("-started_at", "-pk")
    one, now = newest[5], timezone.now()  # with a post-mortem
    year = {"start": now - timedelta(days=365), "end": now}

    def again():
        SearchMark.objects.create(incident=one)
        index.read_marked(only=one.pk)

    def searched(wanted: Wanted):
        found = search.found(person, wanted)
        assert search.hits(person, found[:PAGE], wanted.words)

    rows["again"] = _median(again)
    rows["bare"] = _median(lambda: list(newest[:PAGE]))
    for name, typed in SEARCHES.items():
        rows[name] = _median(lambda typed=typed: searched(Wanted(words=words.wanted(typed))))
    narrowed = Wanted(words=words.wanted("delayed"), components=frozenset([products[0].pk]), kind="capacity", **year)
    rows["one word, a component, a kind, a year"] = _median(lambda: searched(narrowed))
    rows["no word, a component and all below it"] = _median(
        lambda: searched(Wanted(components=frozenset(each.pk for each in products)))
    )
    rows["similar, of an incident"] = _median(lambda: similar.to_incident(person, one, now=now))
    rows["similar, of what is typed"] = _median(
        lambda: similar.to_typed(person, "WhatsApp delayed in Frankfurt", [products[1].pk], now=now)
    )
    rows["causes of a year"] = _median(lambda: causes.causes(person, **year, now=now, today=now.date()).by_kind)
    rows["recovery of a year"] = _median(lambda: recovery.recovery(person, **year).by_month)
    return rows


if __name__ == "__main__":
    own_database.say(_measure)
