"""What the processes of these tests do. Loaded once, by the server that they fork from (``tests.faults.children``)."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from incidents import actions as incident_actions
from incidents.choices import Status
from incidents.models import Incident
from statuspage import actions
from statuspage.documents.document import HTML, JSON, Document
from statuspage.publishing import publisher
from statuspage.stores.directory import DirectoryStore
from tests.faults.children import Steps, die, freeze

# The store alone

PAGE = "sp_a"
HOT = ["index.html", "api/v2/summary.json", "history.atom"]


def documents(number, names):
    text = b"<p>Delay no. %d</p>" % number * 40
    return [Document(name, HTML if name.endswith("html") else JSON, text) for name in names]


def write(root, token, number, gone=()):
    """One version of a small page: every document, and one permanent page, tells ``number``."""
    DirectoryStore(root).write(
        PAGE,
        token=token,
        version=f"{token}-{token}",
        hot=[
            *documents(number, HOT),
            Document("404.html", HTML, b"<p>Nothing is here.</p>" * 40),  # the same bytes in each version
        ],
        permanent=documents(number, ["incidents/inc_a/index.html"]),
        gone=gone,
    )


def write_and_die(root, step, number):
    Steps(die, at=step)
    write(root, number, number, gone=["incidents/inc_none/index.html"])


# A whole publisher: the database, the store, the map of addresses


def publish(page):
    publisher.publish(page)


def count_steps(page, told):
    steps = Steps()
    publisher.publish(page)
    told.send(steps.count)


def publish_and_die(page, step):
    Steps(die, at=step)
    publisher.publish(page)


def publish_and_freeze(page, event, at=None):
    """Frozen before ``event``, or before the operation ``at``."""
    Steps(freeze, event=event, at=at)
    publisher.publish(page)


def publish_update_and_die(incident):
    """The process ends between the commit and the publishing."""
    publisher.publish = lambda pk: os.kill(os.getpid(), signal.SIGKILL)
    actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body="Committed, and not published.")


# Many at once


def post_updates(incident, words):
    """From two threads of this process."""

    def post(word):
        try:
            actions.publish_update(incident, by=None, status=Status.INVESTIGATING, body=f"Word {word}.")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(post, words))


def retitle(incident, times, told):
    """Count the title up; tell when each number was committed."""
    committed = []
    for _each in range(times):
        with transaction.atomic():
            row = Incident.objects.select_for_update().get(pk=incident.pk)
            number = int(row.title.split()[-1]) + 1
            transaction.on_commit(lambda number=number: committed.append((number, time.monotonic())))
            incident_actions.change_facts(row, title=f"Delay no. {number}", by=None)
        time.sleep(0.1)  # a quick team, not a flood: that is the test before
    told.send(committed)


def sweep_on(every):
    while True:
        publisher.sweep()
        time.sleep(every)
