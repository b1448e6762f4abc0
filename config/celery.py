"""Celery: wake-ups only. What is due stands in the database, so a lost broker loses nothing."""

import os

from celery import Celery
from celery.signals import setup_logging

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

broker.register()
app = Celery("bridgewatch")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def leave_logging_alone(**kwargs) -> None:
    """Workers log as every other process does: Django's LOGGING, and LOG_LEVEL."""
