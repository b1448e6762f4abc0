"""What the sending processes of these tests do. Loaded once, by the server that they fork from."""

import os
import signal
import time
from threading import Lock

from django.conf import settings
from django.db import connection

from notifications import sending
from notifications.announcements import release
from notifications.queue import claims
from notifications.sending import http, mail, outcomes
from notifications.transports.mail import Session

PAUSES = (0.3,) * 9
OTHERS = Lock()  # held by what works beside the sender of mails


def prepare(port, lease):
    settings.EMAIL_PORT, settings.EMAIL_HOST = port, "127.0.0.1"
    settings.DELIVERY_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    release.step = _beside(release.step)
    sending.SENDERS = (mail.send_due, _beside(_and_close(http.send_due)))
    claims.LEASE, claims.SETTLE, outcomes.PAUSES, mail.MAIL_LIMIT = lease, 0.5, PAUSES, 1.0


def _beside(function):
    def wrapper(*arguments):
        with OTHERS:
            return function(*arguments)

    return wrapper


def _and_close(function):
    """Closing locks the file for a moment, so that nobody could open it: a thread frozen then would be in the way."""

    def wrapper(*arguments):
        try:
            return function(*arguments)
        finally:
            connection.close()

    return wrapper


def send_on(port, lease=30.0, seconds=60.0):
    """A worker, until the test ends it."""
    prepare(port, lease)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        sending.run(2.0)
        connection.close()
        time.sleep(0.05)


def _at(number, act, function):
    """``act`` right before the call of that number; afterwards it goes on as if nothing had been."""
    calls = 0

    def wrapper(*arguments, **named):
        nonlocal calls
        calls += 1
        if calls == number:
            act()
        return function(*arguments, **named)

    return wrapper


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def freeze():
    """While no other thread writes: the one writer that SQLite has would be frozen with it, for all processes."""
    with OTHERS:
        os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(0.2)  # the signal may reach another thread first: this one goes no further before it stops


def at_claim(act, number=1):
    """Claimed, and not a word said to the mail server."""
    mail.Batch = _at(number, act, mail.Batch)


def before_data(act, number=3):
    asked, count = Session._ask, 0

    def wrapper(self, line):
        nonlocal count
        count += line == "DATA"
        if line == "DATA" and count == number:
            act()
        return asked(self, line)

    Session._ask = wrapper


def after_answer(act, number=3):
    """The server said 250; nothing is written down yet."""
    outcomes.Outcomes.add = _at(number, act, outcomes.Outcomes.add)


def before_lease_check(act, number=3):
    claims.Lease.allows = _at(number, act, claims.Lease.allows)


STEPS = {
    "claimed": at_claim,
    "before DATA": before_data,
    "after 250": after_answer,
    "before the check": before_lease_check,
}
ACTS = {"die": die, "freeze": freeze}


def send_and(step, act, port, lease):
    STEPS[step](ACTS[act])
    send_on(port, lease)
