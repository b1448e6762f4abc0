"""Alive, ready, and how it goes: three addresses that need no session, no host and, for the first, no database."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from kombu import Connection
from kombu.exceptions import KombuError
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from incidents.choices import Audience
from incidents.models import Incident
from statuspage.models import PublishState
from statuspage.publishing import heartbeat
from statuspage.serving import SERVED

logger = logging.getLogger(__name__)

PATIENCE = 1  # seconds for a broker to answer
LATE = timedelta(seconds=10)  # a page that is behind for longer is a problem


def healthz(environ, start_response) -> Iterable[bytes]:
    """Alive: the process answers. Pages stay up with the database away, so a balancer asks here."""
    return _send(start_response, "200 OK", "text/plain; charset=utf-8", b"alive\n")


class HealthCheck(Protocol):
    """What another app adds: a module with its name, its problems, its facts and its figures."""

    NAME: str

    def problems(self) -> Iterable[str]: ...

    def facts(self) -> dict: ...

    def fill(self, registry: CollectorRegistry, /) -> None: ...


def readyz(environ, start_response, *, parts: Iterable[HealthCheck] = ()) -> Iterable[bytes]:
    """Ready: database, broker, publishing and ``parts``; 503 with what is wrong in sentences. For operators."""
    problems = [*_database_problems()]
    facts: dict[str, object] = {"pages": []}
    if not problems:
        try:
            problems, facts = [*_publishing_problems()], {"pages": [*_pages()]}
            for part in parts:
                problems += part.problems()
                facts[part.NAME] = part.facts()
        except DatabaseError as error:
            problems = [f"The database does not answer: {error}"]
    problems += [*_broker_problems()]
    connection.close()
    told = {"status": "not ready" if problems else "ready", "problems": problems} | facts
    body = json.dumps(told, indent=1).encode() + b"\n"
    status = "503 Service Unavailable" if problems else "200 OK"
    return _send(start_response, status, "application/json; charset=utf-8", body)


def metrics(environ, start_response, *, parts: Iterable[HealthCheck] = ()) -> Iterable[bytes]:
    """Prometheus text. Counts of incidents leave out restricted ones and drills."""
    registry = CollectorRegistry()
    up = Gauge("bridgewatch_database_up", "1 if the database answers", registry=registry)
    try:
        _fill(registry)
        for part in parts:
            part.fill(registry)
        up.set(1)
    except DatabaseError:
        up.set(0)
    connection.close()
    return _send(start_response, "200 OK", "text/plain; version=0.0.4; charset=utf-8", generate_latest(registry))


def probes(*parts: HealthCheck) -> dict[str, Callable]:
    """The three addresses. Apps to the right say what they have to say as ``parts``; the process puts them together."""
    return {"/healthz": healthz, "/readyz": partial(readyz, parts=parts), "/metrics": partial(metrics, parts=parts)}


PROBES = probes()


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
    for state in PublishState.objects.select_related("page"):
        slug, is_behind = state.page.slug, state.wanted > state.done
        if is_behind and state.last_error:
            yield f"Page {slug} could not be published: {state.last_error}"
        elif is_behind and state.wanted_since and now - state.wanted_since > LATE:
            yield f"Page {slug} has waited for publishing since {state.wanted_since:%H:%M:%S} UTC."
        elif not is_behind and state.beat_at and now - state.beat_at > heartbeat.OLD:
            yield f"Page {slug} was looked at last at {state.beat_at:%H:%M:%S} UTC: no sweep runs. Is a worker alive?"


def _pages() -> Iterable[dict]:
    """How each page stands, and which version each web process of this machine has in memory."""
    for state in PublishState.objects.select_related("page"):
        yield {
            "page": state.page.slug,
            "published": state.done,
            "behind": state.wanted - state.done,
            "lag_seconds": _lag(state),
            "last_success": state.last_success_at and state.last_success_at.isoformat(),
            "last_error": state.last_error,
            "served": SERVED.numbers(state.page.public_id),
        }


def _lag(state: PublishState) -> float:
    return (timezone.now() - state.wanted_since).total_seconds() if state.wanted_since else 0.0


def _broker_problems() -> Iterable[str]:
    options: dict[str, Any] = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    if settings.CELERY_BROKER_URL.startswith("filesystem:"):
        if not os.access(options["data_folder_in"], os.W_OK):
            yield "The broker's folder cannot be written."
        return
    bounded = options | {"socket_timeout": PATIENCE}  # one that is frozen takes the connection and says nothing
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=PATIENCE, transport_options=bounded) as broker:
        try:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)
        except (OSError, KombuError, *broker.channel_errors) as error:
            problem = f"The broker does not answer: {' '.join(str(error).split())}"
            logger.warning("%s", problem)
            yield problem


def _fill(registry: CollectorRegistry) -> None:
    def gauge(name: str, words: str, *labels: str) -> Gauge:
        return Gauge(f"bridgewatch_{name}", words, labels, registry=registry)

    lag = gauge("publish_lag_seconds", "How long a page has waited for publishing", "page")
    success = gauge("published_timestamp_seconds", "When a page was last published", "page")
    failing = gauge("publish_failing", "1 if the last publishing failed", "page")
    published = gauge("published_version", "The version that was published last", "page")
    versions = gauge("served_version", "The version that a web process has in memory", "page", "process")
    beat = gauge("heartbeat_timestamp_seconds", "When a page was last known to hold every fact", "page")
    for state in PublishState.objects.select_related("page"):
        slug = state.page.slug
        lag.labels(slug).set(_lag(state))
        success.labels(slug).set(state.last_success_at.timestamp() if state.last_success_at else 0)
        failing.labels(slug).set(1 if state.last_error else 0)
        published.labels(slug).set(state.done)
        beat.labels(slug).set(state.beat_at.timestamp() if state.beat_at else 0)
        for pid, number in SERVED.numbers(state.page.public_id).items():
            versions.labels(slug, str(pid)).set(number)
    counted = Incident.objects.exclude(audience__in=[Audience.RESTRICTED, Audience.DRILL])
    gauge("incidents_open", "Confirmed and not resolved").set(counted.working().count())
    gauge("suspicions_open", "Neither confirmed nor dismissed").set(counted.suspected().count())
