"""Verbs of an incident and of its post-mortem at once: none waits for one that waits for it."""

import threading

import pytest
from django.db import connection, transaction

from incidents import locking as incident_locking
from postmortems import actions, locking
from postmortems.models import Cause, Postmortem
from tests import factories as make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]
PATIENCE = 20  # seconds


def meanwhile(act):
    """In a thread of its own, to its end; whether it ended."""

    def run():
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return not thread.is_alive()


def test_who_holds_the_incident_holds_up_nobody_who_writes_its_post_mortem():
    """Publishing locks the incident and then the post-mortem; whoever writes has that one, and refers to the other."""
    postmortem = make.postmortem()
    with transaction.atomic():
        incident_locking.locked(postmortem.incident, by=None)
        assert meanwhile(lambda: actions.add(Cause, postmortem, by=None, text="A query held a lock."))
        locking.locked(postmortem, by=None)
    assert Postmortem.objects.get().causes.filter(text="A query held a lock.").exists()


def test_who_holds_the_post_mortem_holds_up_nobody_who_refers_to_it():
    postmortem = make.postmortem()
    with transaction.atomic():
        locking.locked(postmortem, by=None)
        assert meanwhile(lambda: Cause.objects.create(postmortem=postmortem, text="Noted by a sweep."))
    assert Postmortem.objects.get().causes.filter(text="Noted by a sweep.").exists()
