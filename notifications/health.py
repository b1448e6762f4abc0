"""What ``/readyz`` and ``/metrics`` say of messages. ``config.rsgi`` puts it together with what the pages say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from prometheus_client import CollectorRegistry, Gauge

from incidents.models import Incident
from incidents.models.incident import IncidentQuerySet
from notifications import trouble
from notifications.choices import DeliveryState
from notifications.models import Announcement, SendingSwitch
from notifications.queue import overview
from notifications.trouble import LATE

NAME = "messages"


def problems() -> Iterable[str]:
    """In sentences, for operators. No content of messages stands in them.

    Names, numbers and times are those of what is not restricted, as in every figure here. If only something that is
    restricted waits, a sentence without any of that stands for it, and others can be its reason (``trouble.is_late``).
    """
    now, switch = timezone.now(), SendingSwitch.objects.select_related("paused_by").filter(pk=1).first()
    is_paused = bool(switch and switch.paused_at)
    if switch and switch.paused_at:
        who = switch.paused_by or "the system"
        yield f"All messages are paused since {_clock(switch.paused_at)} by {who}: {switch.reason}"
    named = [*_of_transports(now, is_paused), *_of_workers(now)]
    yield from named
    if not named and not is_paused and trouble.is_late(now - LATE):
        yield "Something that is to be told waits for more than a minute. Is a worker alive? Its log says more."


def _of_transports(now: datetime, is_paused: bool) -> Iterable[str]:
    for each in overview.transports(now, hidden=_hidden()):
        name = each.transport.label
        if each.is_blocked and each.health.failing_since and now - each.health.failing_since > LATE:
            yield f"{name} cannot be sent since {_clock(each.health.failing_since)}: {each.health.last_error}"
        elif not is_paused and each.oldest and now - each.oldest > LATE:
            yield f"{name}: {each.due} due, the oldest since {_clock(each.oldest)}. Is a worker alive?"


def _of_workers(now: datetime) -> Iterable[str]:
    for announcement in Announcement.objects.apart_from(_hidden()).troubled()[:5]:
        yield f"Announcement {announcement.public_id} cannot leave: {announcement.last_error}"
    if waiting := sum(rows.count() for rows in trouble.asked(now - LATE)):
        yield f"What was asked for at public forms waits to be looked up: {waiting}. Is a worker alive?"
    if rows := overview.stuck(now, hidden=_hidden()):
        yield f"Workers took messages and never came back; the oldest lease ended {_clock(rows[0].leased_until)}."


def _hidden() -> IncidentQuerySet:
    """The reader is unknown: /readyz and /metrics ask for no sign-in."""
    return Incident.objects.restricted()


def facts() -> dict:
    """How it stands, beside the problems."""
    now = timezone.now()
    transports = overview.transports(now, hidden=_hidden())
    last = overview.last_sent_at(hidden=_hidden())
    return {
        "paused": bool(SendingSwitch.now().paused_at),
        "waiting": sum(each.waiting for each in transports),
        "sending": sum(each.sending for each in transports),
        "failed_in_a_day": sum(each.failed for each in transports),
        "held": overview.held(hidden=_hidden()).count(),
        "oldest_due": min((each.oldest.isoformat() for each in transports if each.oldest), default=None),
        "last_sent": last and last.isoformat(),
    }


def fill(registry: CollectorRegistry) -> None:
    def gauge(name: str, words: str, *labels: str) -> Gauge:
        return Gauge(f"bridgewatch_messages_{name}", words, labels, registry=registry)

    now = timezone.now()
    backlog = gauge("backlog", "Messages that are not finished", "transport", "state")
    oldest = gauge("oldest_due_seconds", "For how long the oldest message has been due", "transport")
    failed = gauge("failed_in_a_day", "Messages that failed for good within a day", "transport")
    blocked = gauge("lane_blocked", "1 if the transport cannot be reached", "transport")
    for each in overview.transports(now, hidden=_hidden()):
        backlog.labels(each.transport.value, DeliveryState.DUE.value).set(each.waiting)
        backlog.labels(each.transport.value, DeliveryState.SENDING.value).set(each.sending)
        oldest.labels(each.transport.value).set((now - each.oldest).total_seconds() if each.oldest else 0)
        failed.labels(each.transport.value).set(each.failed)
        blocked.labels(each.transport.value).set(1 if each.is_blocked else 0)
    last = overview.last_sent_at(hidden=_hidden())
    gauge("held", "Announcements that wait for a person").set(overview.held(hidden=_hidden()).count())
    gauge("paused", "1 if somebody has paused all messages").set(1 if SendingSwitch.now().paused_at else 0)
    gauge("last_sent_timestamp_seconds", "When a message was last taken").set(last.timestamp() if last else 0)


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
