"""Celery's doors: wake-ups only. What waits stands in the database."""

from __future__ import annotations

from celery import shared_task

from incidents.outage import Outage
from postmortems import actions, rendering
from postmortems.learning import index

_outage = Outage("PDFs")
_outage_of_search = Outage("searches")


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


@shared_task
def read_marked(**kwargs) -> None:
    """Beat runs this every ten seconds: what was written, and not read by the process that wrote it, can be found."""
    with _outage_of_search.heard():
        index.read_marked()
