"""Publishers in processes of their own, which can be killed or frozen at any operation on files.

They fork from one server that has loaded Django and holds no connection, so that a process costs milliseconds.
"""

import multiprocessing
import os
import signal
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

from statuspage.publishing import publisher
from statuspage.stores import files
from tests.config.processes import until

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([f"tests.faults.{name}" for name in ("loaded", "publishers", "senders", "keepers")])
CHANGES = {"os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink"}
LOCK = "fcntl.flock"


def start(work, *arguments):
    """Run ``work`` in a process on the test's database and published tree. The test ends it."""
    shared = (connection.settings_dict["NAME"], settings.PUBLISH_ROOT, publisher.LEASE, files.PATIENCE)
    process = CONTEXT.Process(target=_run, args=(shared, work, arguments), daemon=True)
    process.start()
    return process


def finish(process, seconds=30):
    process.join(seconds)
    assert process.exitcode is not None, "it did not end"
    return process.exitcode


def _run(shared, work, arguments):
    name, root, publisher.LEASE, files.PATIENCE = shared
    connection.settings_dict["NAME"] = name
    settings.PUBLISH_ROOT = root
    work(*arguments)


class Steps:
    """Hears of every operation that changes files, right before it happens, and acts before the one that is due."""

    def __init__(self, act=None, *, at=None, event=None):
        self.count, self._act, self._at, self._event = 0, act, at, event
        sys.addaudithook(self._hear)

    def _hear(self, event, details):
        is_step = event in CHANGES or (event == "open" and details[2] & (os.O_WRONLY | os.O_RDWR))
        self.count += is_step
        if (is_step and self.count == self._at) or event == self._event:
            act, self._act, self._at, self._event = self._act, None, None, None
            if act:
                act(event, details)


def die(event, details):
    """kill -9. A file about to be written is left half-written."""
    if event == "open":
        Path(details[0]).write_bytes(b"<!doctype ht")
    os.kill(os.getpid(), signal.SIGKILL)


def freeze(event, details):
    os.kill(os.getpid(), signal.SIGSTOP)


def is_frozen(process):
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def until_frozen(process):
    until(lambda: is_frozen(process))


def thaw(process):
    os.kill(process.pid, signal.SIGCONT)
