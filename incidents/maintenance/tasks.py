"""Celery's door: wake-ups only. What is due stands in the database."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from incidents.maintenance import timing
from incidents.outage import Outage

_outage = Outage("maintenance")


@shared_task
def keep_time(**kwargs) -> None:
    """Beat runs this every 5 seconds: windows begin and end at their times."""
    with _outage.heard():
        timing.keep_time(timezone.now())


@shared_task
def make_windows(**kwargs) -> None:
    """Beat runs this every 5 minutes: series are announced days ahead."""
    with _outage.heard():
        timing.make_windows(timezone.now())
