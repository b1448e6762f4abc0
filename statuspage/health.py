"""Alive, ready, and how it goes: three addresses that need no session, no host and, for the first, no database."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from kombu import Connection
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from incidents.choices import Audience
from incidents.models import Incident
from statuspage.models import PublishState

LATE = timedelta(seconds=10)  # a page that is behind for longer is a problem


def healthz(environ, start_response) -> Iterable[bytes]:
    """Alive: the process answers. Pages stay up with the database away, so a balancer asks here."""
    return _send(start_response, "200 OK", "text/plain; charset=utf-8", b"alive\n")


def readyz(environ, start_response) -> Iterable[bytes]:
    """Ready: database, broker and publishing; 503 with what is wrong in sentences. For operators."""
    problems = [*_database_problems()]
    problems += [*_publishing_problems()] if not problems else []
    problems += [*_broker_problems()]
    connection.close()
    body = json.dumps({"status": "not ready" if problems else "ready", "problems": problems}, indent=1).encode() + b"\n"
    status = "503 Service Unavailable" if problems else "200 OK"
    return _send(start_response, status, "application/json; charset=utf-8", body)


def metrics(environ, start_response) -> Iterable[bytes]:
    """Prometheus text. Counts of incidents leave out restricted ones and drills."""
    registry = CollectorRegistry()
    up = Gauge("bridgewatch_database_up", "1 if the database answers", registry=registry)
    try:
        _fill(registry)
        up.set(1)
    except DatabaseError:
        up.set(0)
    connection.close()
    return _send(start_response, "200 OK", "text/plain; version=0.0.4; charset=utf-8", generate_latest(registry))


PROBES = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}


def _send(start_response, status: str, content_type: str, body: bytes) -> Iterable[bytes]:
    length = ("Content-Length", str(len(body)))
    start_response(
        status,
        [("Content-Type", content_type), length, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")],
    )
    return [body]


def _database_problems() -> Iterable[str]:
    """The database is opened anew each time: a kept connection to a deleted file would still answer."""
    try:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except DatabaseError as error:
        yield f"The database does not answer: {error}"


def _publishing_problems() -> Iterable[str]:
    now = timezone.now()
    for state in PublishState.objects.behind().select_related("page"):
        if state.last_error:
            yield f"Page {state.page.slug} could not be published: {state.last_error}"
        elif state.wanted_since and now - state.wanted_since > LATE:
            yield f"Page {state.page.slug} has waited for publishing since {state.wanted_since:%H:%M:%S} UTC."


def _broker_problems() -> Iterable[str]:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    if settings.CELERY_BROKER_URL.startswith("filesystem:"):
        if not os.access(options["data_folder_in"], os.W_OK):
            yield "The broker's folder cannot be written."
        return
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=1, transport_options=options) as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except (OSError, broker.connection_errors) as error:
        yield f"The broker does not answer: {error}"


def _fill(registry: CollectorRegistry) -> None:
    now = timezone.now()
    lag = Gauge(
        "bridgewatch_publish_lag_seconds", "How long a page has waited for publishing", ["page"], registry=registry
    )
    success = Gauge(
        "bridgewatch_published_timestamp_seconds", "When a page was last published", ["page"], registry=registry
    )
    failing = Gauge("bridgewatch_publish_failing", "1 if the last publishing failed", ["page"], registry=registry)
    for state in PublishState.objects.select_related("page"):
        slug = state.page.slug
        lag.labels(slug).set((now - state.wanted_since).total_seconds() if state.wanted_since else 0)
        success.labels(slug).set(state.last_success_at.timestamp() if state.last_success_at else 0)
        failing.labels(slug).set(1 if state.last_error else 0)
    counted = Incident.objects.exclude(audience__in=[Audience.RESTRICTED, Audience.DRILL])
    Gauge("bridgewatch_incidents_open", "Confirmed and not resolved", registry=registry).set(counted.working().count())
    Gauge("bridgewatch_suspicions_open", "Neither confirmed nor dismissed", registry=registry).set(
        counted.suspected().count()
    )
