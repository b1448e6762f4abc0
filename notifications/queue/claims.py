"""Who may send what, and until when. A delivery has one holder at a time (DESIGN section 5).

A claim is a lease that outlasts every time-out of a send. Its holder looks at it right before each message: a worker
that was frozen past its lease sends nothing more. What a worker left unrecorded when it died is sent again by the next
one, under the same id, and the ledger says "no answer recorded" in between.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from notifications.choices import DeliveryState, Outcome
from notifications.models import Attempt, Delivery

LEASE = 120.0  # seconds; the database's clock on their end, this machine's on ours
SETTLE = 5.0  # seconds with a database before what others hold too long is taken over: they may be about to record
BATCH = 250
MOST_ATTEMPTS = 10

_well_since: float | None = None  # when this process first reached the database since it was last away


def clock() -> float:
    """Seconds that go on while this process, or the whole machine, is frozen."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def database_is(well: bool) -> None:
    """Called by the code that talks to it. After an outage every worker gets the time to record what it sent before."""
    global _well_since
    if not well:
        _well_since = None
    elif _well_since is None:
        _well_since = clock()


def is_settled() -> bool:
    return _well_since is not None and clock() - _well_since >= SETTLE


class Lease:
    """What one worker holds: the numbers of its deliveries, and until when it may send them."""

    def __init__(self, holder: str, pks: Iterable[int], until: float):
        self.holder, self.pks, self._until = holder, set(pks), until

    def allows(self, seconds: float) -> bool:
        """Whether a message that takes so long would be through before anybody else may take it."""
        return clock() + seconds < self._until

    def renew(self) -> None:
        """Hold what is left for as long again; what somebody else has taken meanwhile is let go."""
        began = clock()
        mine = Delivery.objects.filter(pk__in=self.pks, holder=self.holder)
        with transaction.atomic():
            mine.filter(leased_until__gt=Now()).update(leased_until=Now() + timedelta(seconds=LEASE))
            self.pks = set(mine.filter(leased_until__gt=Now()).values_list("pk", flat=True))
        self._until = began + LEASE

    def give_back(self) -> None:
        """What was not sent is due again at once, as if it had never been claimed."""
        if self.pks:
            Delivery.objects.filter(pk__in=self.pks, holder=self.holder).update(
                state=DeliveryState.DUE, holder="", leased_until=None
            )
            self.pks = set()


def claim(transport: str, *, limit: int = BATCH) -> Lease | None:
    """The most urgent deliveries of a transport, up to ``limit``; none if nothing is due."""
    holder, began = secrets.token_hex(8), clock()
    with transaction.atomic():
        pks = _left_behind(transport, limit) if is_settled() else []
        if len(pks) < limit:
            pks += _due(transport, limit - len(pks))
        if not pks:
            return None
        Delivery.objects.filter(pk__in=pks).update(
            state=DeliveryState.SENDING,
            holder=holder,
            claimed_at=Now(),
            leased_until=Now() + timedelta(seconds=LEASE),
        )
    return Lease(holder, pks, began + LEASE)


def _due(transport: str, limit: int) -> list[int]:
    rows = Delivery.objects.due(Now()).filter(transport=transport)
    rows = rows.order_by("priority", "due_at").select_for_update(skip_locked=True, of=("self",))
    return list(rows.values_list("pk", flat=True)[:limit])


def _left_behind(transport: str, limit: int) -> list[int]:
    """What a worker claimed and never came back with; each gets its line in the ledger."""
    rows = Delivery.objects.left_behind(Now()).filter(transport=transport)
    rows = rows.select_for_update(skip_locked=True, of=("self",))
    found = list(rows.values_list("pk", "claimed_at", "attempts")[:limit])
    if not found:
        return []
    Attempt.objects.bulk_create(
        [Attempt(delivery_id=pk, at=at, outcome=Outcome.UNKNOWN) for pk, at, _attempts in found]
    )
    tired = [pk for pk, _at, attempts in found if attempts + 1 >= MOST_ATTEMPTS]
    pks = [pk for pk, _at, _attempts in found if pk not in tired]
    Delivery.objects.filter(pk__in=pks).update(attempts=F("attempts") + 1)
    Delivery.objects.filter(pk__in=tired).update(
        attempts=F("attempts") + 1, state=DeliveryState.FAILED, holder="", leased_until=None, finished_at=Now(),
        last_answer="Workers died or froze over it again and again.",
    )  # fmt: skip
    return pks


def is_anything_left(transport: str) -> bool:
    """Whether something is due now or was left behind."""
    rows = Delivery.objects.filter(transport=transport)
    return rows.due(Now()).exists() or (is_settled() and rows.left_behind(Now()).exists())
