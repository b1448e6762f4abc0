"""Celery's door: wake-ups only."""

import logging

from celery import shared_task
from django.db import InterfaceError, OperationalError

from statuspage import publishing

logger = logging.getLogger(__name__)
_away = False  # whether this process has said that the database is away: once is enough, not every 2 seconds


@shared_task
def sweep(**kwargs) -> None:
    """Beat runs this every 2 seconds: whatever was left over, or is due by time alone, is published."""
    global _away
    try:
        publishing.sweep()
    except (OperationalError, InterfaceError) as error:
        if not _away:
            logger.error("The database does not answer; sweeps wait for it: %s", str(error).strip())
        _away = True
    else:
        if _away:
            logger.warning("The database answers again.")
        _away = False


@shared_task
def clean(**kwargs) -> None:
    """Beat runs this every minute: what pages left behind at former addresses of a bucket is looked for again."""
    publishing.publish_sites()
