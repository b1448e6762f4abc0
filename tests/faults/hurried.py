"""Celery with the product's own tasks of maintenance, which beat wakes so often that a test can wait for it.

``celery --app tests.faults.hurried worker --beat``: a scheduler and a worker, which say in DATA_DIR when they are up.
"""

from pathlib import Path

from celery.signals import worker_ready
from django.conf import settings

from config.celery import app

EVERY = 0.5  # seconds
# Of both alike: where the worker is slow, what waits is dropped, and were one kept longer than the other, that one
# would take every turn.
EXPIRES = 2.0
WOKEN = ("begin and end maintenance", "remind of clocks")

app.conf.beat_schedule = {
    name: app.conf.beat_schedule[name] | {"schedule": EVERY, "options": {"expires": EXPIRES}} for name in WOKEN
}


@worker_ready.connect
def say_so(sender, **kwargs):
    (Path(settings.DATA_DIR) / f"{sender.hostname.partition('@')[0]}.up").touch()
