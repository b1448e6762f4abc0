"""Celery: wake-ups only. What is due stands in the database, so a lost broker loses nothing."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("bridgewatch")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
