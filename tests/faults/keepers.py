"""What the processes do that keep the time of maintenance. Loaded once, by the server that they fork from."""

import os
import signal
import time

from django.db import connection
from django.utils import timezone

from incidents.maintenance import timing
from notifications.announcements import maintenance_reminders
from statuspage.publishing import publisher


def keep_on():
    """Beat and worker in one, until the test ends it."""
    while True:
        now = timezone.now()
        timing.keep_time(now)
        maintenance_reminders.remind(now)
        time.sleep(0.02)


def keep_and_die(step):
    """kill -9 before the statement of that number, the commits among them; right after a commit is a step as well.
    What is published afterwards is tried elsewhere."""
    publisher.publish = lambda pk: None
    left = step

    def pass_by():
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute, *asked):
        pass_by()
        return execute(*asked)

    commit = connection._commit

    def counted():
        pass_by()
        commit()
        pass_by()

    connection._commit = counted
    with connection.execute_wrapper(statement):
        timing.keep_time(timezone.now())
