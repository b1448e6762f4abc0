"""Settings, addresses and the processes. Loading the Celery app here makes ``delay_on_commit`` work."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
