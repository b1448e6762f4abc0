"""Celery's door: wake-ups only."""

from celery import shared_task

from incidents.outage import Outage
from statuspage.publishing import publisher

_outage = Outage("sweeps")


@shared_task
def sweep(**kwargs) -> None:
    """Beat runs this every 2 seconds: whatever was left over, or is due by time alone, is published."""
    with _outage.heard():
        publisher.sweep()


@shared_task
def clean(**kwargs) -> None:
    """Beat runs this every minute: what pages left behind at former addresses of a bucket is looked for again."""
    publisher.publish_sites()
