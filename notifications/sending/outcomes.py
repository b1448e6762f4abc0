"""What came of each message, written down many at a time: at least every 50 messages, or every second."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic, sleep

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from notifications.choices import DeliveryState, Outcome, SubscriberFact
from notifications.models import Attempt, Channel, Delivery, Subscriber, SubscriberEvent
from notifications.queue import claims
from notifications.queue.claims import Lease
from notifications.transports.base import Answer, Outgoing

logger = logging.getLogger(__name__)

MOST, EVERY = 50, 1.0  # messages, seconds
PATIENCE = 600.0  # seconds to wait for a database that is away before what was sent goes unrecorded
PAUSES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)  # seconds before the next attempt
JITTER = 0.2  # of the pause, either way, so that many do not come back at once
FINAL = {Outcome.SENT: DeliveryState.SENT, Outcome.REFUSED: DeliveryState.FAILED, Outcome.GONE: DeliveryState.FAILED}


@dataclass(frozen=True)
class Done:
    """One attempt, as it will stand in the ledger."""

    outgoing: Outgoing
    answer: Answer
    at: datetime
    milliseconds: int


class Outcomes:
    """Gathers attempts under one lease after another. ``flush`` before the lease is let go."""

    def __init__(self, *, every: Callable[[], None] = lambda: None):
        self._done: list[tuple[Lease, Done]] = []
        self._flushed = monotonic()
        self._every = every
        self.sent = 0

    def add(self, lease: Lease, outgoing: Outgoing, answer: Answer, *, at: datetime, milliseconds: int) -> None:
        lease.pks.discard(outgoing.delivery)
        self._done.append((lease, Done(outgoing, answer, at, milliseconds)))
        self.flush_if_due()

    def flush_if_due(self) -> None:
        if len(self._done) >= MOST or (self._done and monotonic() - self._flushed >= EVERY):
            self.flush()

    def flush(self) -> None:
        """Write everything down. While the database is away nothing is lost and nothing more is sent."""
        done, self._done = self._done, []
        if done:
            record_patiently(done)
            self.sent += sum(each.answer.outcome == Outcome.SENT for _lease, each in done)
        self._flushed = monotonic()
        self._every()


def record_patiently(done: list[tuple[Lease, Done]]) -> None:
    until = monotonic() + PATIENCE
    while True:
        try:
            record(done)
        except (OperationalError, InterfaceError):
            claims.database_is(well=False)
            connection.close()
            if monotonic() > until:
                raise
            sleep(0.2)
        else:
            claims.database_is(well=True)
            return


def record(done: list[tuple[Lease, Done]]) -> None:
    """The ledger and the state of each delivery that its worker still holds, in one transaction."""
    now = timezone.now()
    with transaction.atomic():
        Attempt.objects.bulk_create(
            Attempt(
                delivery_id=each.outgoing.delivery, at=each.at, milliseconds=each.milliseconds,
                outcome=each.answer.outcome, code=each.answer.code, answer=each.answer.text[:255],
            )
            for _lease, each in done
        )  # fmt: skip
        simple: dict[tuple[str, str], list[int]] = {}
        for lease, each in done:
            if each.answer.outcome == Outcome.SENT:
                simple.setdefault((lease.holder, each.answer.text[:255]), []).append(each.outgoing.delivery)
            else:
                _failed(lease, each, now)
        for (holder, text), pks in simple.items():
            Delivery.objects.filter(pk__in=pks, holder=holder).update(
                state=DeliveryState.SENT, holder="", leased_until=None, finished_at=now,
                attempts=F("attempts") + 1, last_answer=text,
            )  # fmt: skip
    for _lease, each in done:
        logger.info(
            "%s %s by %s: %s %s in %d ms",
            each.outgoing.message_id, each.answer.outcome.value, each.outgoing.recipient.transport,
            each.answer.code or "", each.answer.text, each.milliseconds,
            extra={
                "delivery": each.outgoing.message_id,
                "update": each.outgoing.news.content.get("update", ""),
                "announcement": each.outgoing.news.id,
            },
        )  # fmt: skip


def _failed(lease: Lease, done: Done, now: datetime) -> None:
    row = Delivery.objects.filter(pk=done.outgoing.delivery, holder=lease.holder).first()
    if row is None:
        return  # somebody else holds it by now
    answer = done.answer
    row.attempts, row.last_answer = row.attempts + 1, answer.line[:255]
    row.holder, row.leased_until = "", None
    row.state = FINAL.get(answer.outcome, DeliveryState.DUE)
    if row.state == DeliveryState.DUE:  # or taken without an answer: it goes out again under the same id
        if row.attempts >= claims.MOST_ATTEMPTS:
            row.state = DeliveryState.FAILED
        else:
            row.due_at = now + timedelta(seconds=pause(row.attempts, asked=answer.retry_after))
    if row.state == DeliveryState.FAILED:
        row.finished_at = now
    row.save(update_fields=["attempts", "last_answer", "holder", "leased_until", "state", "due_at", "finished_at"])
    if answer.outcome == Outcome.GONE:
        quarantine(row, answer.line, now=now)


def pause(attempts: int, *, asked: float | None = None) -> float:
    """Seconds before the next attempt, after so many; never sooner than the receiver asked for."""
    seconds = PAUSES[min(attempts, len(PAUSES)) - 1]
    return max(asked or 0.0, seconds * random.uniform(1 - JITTER, 1 + JITTER))


def quarantine(row: Delivery, reason: str, *, now: datetime) -> None:
    """Nothing more is sent there until a person says so. Quarantined once."""
    for model, pk in ((Subscriber, row.subscriber_id), (Channel, row.channel_id)):
        fresh = model.objects.filter(pk=pk, quarantined_at=None)
        if pk and fresh.update(quarantined_at=now, quarantine_reason=reason[:255]) and model is Subscriber:
            SubscriberEvent.objects.create(
                fact=SubscriberFact.QUARANTINED, transport=row.transport, address_hash=row.address_hash, page=row.page
            )


def cancel(lease: Lease, reasons: dict[int, str]) -> None:
    """Who left, or what nobody may read any more, gets nothing; the row says why."""
    by_reason: dict[str, list[int]] = {}
    for pk, reason in reasons.items():
        by_reason.setdefault(reason, []).append(pk)
    for reason, pks in by_reason.items():
        Delivery.objects.filter(pk__in=pks, holder=lease.holder).update(
            state=DeliveryState.CANCELLED, holder="", leased_until=None, finished_at=timezone.now(), last_answer=reason
        )
    lease.pks -= set(reasons)
