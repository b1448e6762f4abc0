"""Celery's doors: wake-ups only. What waits stands in the database."""

from __future__ import annotations

from celery import shared_task

from incidents.outage import Outage
from postmortems import actions, rendering

_outage = Outage("PDFs")


@shared_task
def render(**kwargs) -> None:
    """Beat runs this every 2 seconds: PDFs that were asked for."""
    with _outage.heard():
        rendering.run()


@shared_task
def clean(**kwargs) -> None:
    """Beat runs this every hour: files of drafts are not kept for long."""
    with _outage.heard():
        actions.forget_drafts()
