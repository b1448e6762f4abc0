"""Floods at the public forms. A person never meets these limits; a program that fills forms does.

Two of them are hard: how often one network may ask, which is said, and how often one mailbox or room is written to,
which is silent, or the answer would tell who is known here: what comes too soon for it is sent a little later. How
often a page is asked at all refuses nobody, or a few networks could keep all others away: beyond it messages leave
later, a minute for each minute's worth.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.exceptions import TooMany
from notifications.addresses import hashed_client
from notifications.choices import Purpose
from notifications.models import SubscribeRequest
from statuspage.models import Page

PER_CLIENT = 10, timedelta(hours=1)
PER_PAGE = 60, timedelta(minutes=1)  # an outage brings many people at once, and each is answered
REST = {Purpose.CONFIRM: timedelta(minutes=2), Purpose.TEST: timedelta(seconds=30)}  # between two to one address
PER_ADDRESS = {Purpose.CONFIRM: 5, Purpose.TEST: 10}  # in a day
KEPT = timedelta(days=1)


def note(
    purpose: Purpose, *, page: Page, client: str, address_hash: str, now: datetime, pending: dict | None = None
) -> SubscribeRequest:
    """Write down that somebody asked, or refuse. ``pending``: what is to be done after the request."""
    client_hash = hashed_client(client)
    most, span = PER_CLIENT
    if SubscribeRequest.objects.filter(client_hash=client_hash, at__gt=now - span).count() >= most:
        words = _("From your network this was asked for too often. Try again in an hour.")
        raise TooMany(words, retry_after=3600)
    return SubscribeRequest.objects.create(
        purpose=purpose,
        client_hash=client_hash,
        address_hash=address_hash,
        page=page,
        at=now,
        pending=pending,
    )


def may_send(ask: SubscribeRequest) -> bool:
    """Whether this address may be written to once more, at once; then it counts as done."""
    turn = _turn(ask)
    if turn is None or turn > ask.at:
        return False
    _done(ask, ask.at)
    return True


def send_at(ask: SubscribeRequest) -> datetime | None:
    """When this address may be written to for it, and then it counts as done there: now, or when the rest since the
    last message ends, or when a page that many ask at has its turn. None where it has had its messages of the day."""
    turn = _turn(ask)
    if turn is not None:
        most, span = PER_PAGE
        before = SubscribeRequest.objects.filter(page=ask.page_id, at__gt=ask.at - span).exclude(pk=ask.pk).count()
        turn = max(turn, ask.at + before // most * span)
        _done(ask, turn)
    return turn


def _turn(ask: SubscribeRequest) -> datetime | None:
    purpose = Purpose(ask.purpose)
    sent = SubscribeRequest.objects.filter(
        address_hash=ask.address_hash, purpose=purpose, is_sent=True, at__gt=ask.at - KEPT
    )
    times = list(sent.order_by("-at").values_list("at", flat=True)[: PER_ADDRESS[purpose]])
    if len(times) >= PER_ADDRESS[purpose]:
        return None
    return max(ask.at, times[0] + REST[purpose]) if times else ask.at


def _done(ask: SubscribeRequest, at: datetime) -> None:
    ask.is_sent, ask.at = True, at
    ask.save(update_fields=["is_sent", "at"])


def purge_asks(now: datetime | None = None) -> int:
    """Who asked is forgotten after a day, once they were answered. The number of rows removed."""
    return SubscribeRequest.objects.filter(at__lte=(now or timezone.now()) - KEPT, pending__isnull=True).delete()[0]
