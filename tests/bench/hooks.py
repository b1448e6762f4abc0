"""A hundred webhooks whose receivers take 100 ms each: claimed, signed, sent at once and on the ledger."""

from __future__ import annotations

import multiprocessing
import time

from tests.bench import own_database  # first: it makes Django ready

# isort: split
from django.conf import settings

from notifications import sending
from notifications.announcements import release
from notifications.choices import DeliveryState, Transport
from notifications.models import Attempt, Delivery
from statuspage.actions import publish_update
from tests import factories as make
from tests.bench.report import Report
from tests.faults.receivers import Endpoint
from tools import postgresql

HOOKS, TAKES, ROUNDS = 100, 0.1, 7
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"


def run(report: Report) -> None:
    report.head(f"{HOOKS} webhooks whose receivers take {1000 * TAKES:.0f} ms each, PostgreSQL: median of {ROUNDS}")
    try:
        with postgresql.server() as url:
            seconds = sorted(own_database.measured(url, "tests.bench.hooks"))
    except postgresql.NoPostgreSQL as error:
        report.say(f"Left out: {error}")
        return
    median = seconds[len(seconds) // 2]
    report.line("one after the other they would take", f"{HOOKS * TAKES:.1f} s")
    report.line("all of them, from the claim to the ledger", f"{median:.2f} s", aim="< 0.5 s", met=median < 0.5)


def _receive(told) -> None:
    with Endpoint() as endpoint:
        endpoint.pause = TAKES
        told.send(endpoint.port)
        time.sleep(3600)


def _measure() -> list[float]:
    settings.DELIVERY_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    receiver = context.Process(target=_receive, args=(theirs,), daemon=True)
    receiver.start()
    port = ours.recv()
    try:
        part = make.component()
        page = make.page(part)
        for number in range(HOOKS):
            address = f"http://127.0.0.1:{port}/well-{number}"
            make.subscriber(page, transport=Transport.WEBHOOK, address=address, secret=SECRET)
        incident = make.confirmed(affects=[part])
        publish_update(incident, by=None, pages=[page], status=incident.status, body="We are looking into it.")
        while release.step():
            pass
        rows, found = Delivery.objects.filter(transport=Transport.WEBHOOK), []
        for _round in range(ROUNDS):
            Attempt.objects.all().delete()
            rows.update(state=DeliveryState.DUE, attempts=0)
            began = time.perf_counter()
            assert sending.run(30) == HOOKS
            found.append(time.perf_counter() - began)
        return found
    finally:
        receiver.terminate()


if __name__ == "__main__":
    own_database.say(_measure)
