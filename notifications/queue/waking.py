"""Wake the sender now instead of at its next sweep. Only that: what is due stands in the database."""

from __future__ import annotations

import logging
from time import monotonic

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

TASK, QUEUE = "notifications.tasks.deliver", "sending"
REST = 30.0  # seconds in which a broker that did not answer is not asked again: a person may be waiting for a page
_rest_until = 0.0


def on_commit() -> None:
    transaction.on_commit(now)


def now() -> None:
    """Never fails and hardly ever waits: without a broker the sweep finds what is due."""
    global _rest_until
    if monotonic() < _rest_until:
        return
    try:
        current_app.send_task(TASK, queue=QUEUE, retry=False, expires=30)
    except (OperationalError, OSError) as error:
        _rest_until = monotonic() + REST
        logger.warning("The broker does not answer; messages wait for the next sweep: %s", error)
