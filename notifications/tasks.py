"""Celery's doors: wake-ups only. What is due stands in the database."""

from __future__ import annotations

from functools import partial

from celery import shared_task
from django.utils import timezone

from incidents.outage import Outage
from notifications import asked, sending
from notifications.actions import subscribing
from notifications.announcements import maintenance_reminders
from notifications.announcements.reminders import remind as remind_of_clocks
from notifications.queue import claims, waking
from notifications.queue.retention import purge

_outage = Outage("messages", then=partial(claims.database_is, well=False))
_outage_of_clocks = Outage("reminders")


@shared_task
def deliver(**kwargs) -> None:
    """Woken by each announcement, and by beat every 2 seconds. A slice at a time, so that a worker can stop."""
    with _outage.heard():
        asked.answer()
        if sending.run():
            waking.now()


@shared_task
def remind(**kwargs) -> None:
    """Beat runs this every 10 seconds: clocks that are about to run out, or have, and maintenance that is ahead."""
    with _outage_of_clocks.heard():
        remind_of_clocks(timezone.now())
        maintenance_reminders.remind(timezone.now())


@shared_task
def clean(**kwargs) -> None:
    """Beat runs this every hour: the ledger is kept for as long as the setting says; what was never confirmed goes."""
    purge()
    subscribing.purge_unconfirmed()
