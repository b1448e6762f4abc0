"""Celery's doors: wake-ups only. What is due stands in the database."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from notifications import claims, sending, waking
from notifications.actions import subscribing
from notifications.reminding import remind as remind_of_clocks
from notifications.retention import purge

logger = logging.getLogger(__name__)
_away = False  # whether this process has said that the database is away: once is enough


@shared_task
def deliver(**kwargs) -> None:
    """Woken by each announcement, and by beat every 2 seconds. A slice at a time, so that a worker can stop."""
    global _away
    try:
        if sending.run():
            waking.now()
    except (OperationalError, InterfaceError) as error:
        claims.database_is(well=False)
        connection.close()
        if not _away:
            logger.error("The database does not answer; messages wait for it: %s", str(error).strip())
        _away = True
    else:
        if _away:
            logger.warning("The database answers again.")
        _away = False


@shared_task
def remind(**kwargs) -> None:
    """Beat runs this every 10 seconds: clocks that are about to run out, or have."""
    remind_of_clocks(timezone.now())


@shared_task
def clean(**kwargs) -> None:
    """Beat runs this every hour: the ledger is kept for as long as the setting says; what was never confirmed goes."""
    purge()
    subscribing.purge_unconfirmed()
