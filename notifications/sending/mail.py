"""The sender of mails: claims, sends over one kept-open connection, writes down what came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import perf_counter

from django.utils import timezone

from notifications.choices import Outcome, Transport
from notifications.models import SendingSwitch
from notifications.queue import claims
from notifications.sending import transport_health
from notifications.sending.outcomes import Outcomes, cancel
from notifications.sending.outgoing import Batch
from notifications.transports.base import MAIL_LIMIT, Answer, Outgoing, Unreachable
from notifications.transports.mail import Session

logger = logging.getLogger(__name__)


def send_due(go_on: Callable[[], bool]) -> int:
    """Send what is due while ``go_on``; the number of mails that were sent."""
    if not transport_health.is_open(Transport.EMAIL) or SendingSwitch.now().paused_at:
        return 0
    lease = claims.claim(Transport.EMAIL)
    if lease is None:
        return 0
    outcomes, trouble = Outcomes(), None
    try:
        with Session() as session:
            while lease is not None:
                _send(session, lease, outcomes, go_on)
                lease.give_back()
                lease = claims.claim(Transport.EMAIL) if go_on() and not SendingSwitch.now().paused_at else None
    except Unreachable as error:
        trouble = error
    finally:
        outcomes.flush()
        if lease is not None:
            lease.give_back()
    if outcomes.sent:
        transport_health.unblock(Transport.EMAIL)
    if trouble is not None:
        transport_health.block(Transport.EMAIL, str(trouble), retry_after=trouble.retry_after)
    return outcomes.sent


def _send(session: Session, lease: claims.Lease, outcomes: Outcomes, go_on: Callable[[], bool]) -> None:
    batch = Batch(lease.pks)
    cancel(lease, batch.cancelled)
    for number, outgoing in enumerate(batch.outgoing):
        if number % 50 == 49 and SendingSwitch.now().paused_at:
            return
        if not lease.allows(MAIL_LIMIT):
            outcomes.flush()
            lease.renew()
        if not go_on():
            return
        if outgoing.delivery not in lease.pks or not lease.allows(MAIL_LIMIT):
            continue
        at, began = timezone.now(), perf_counter()
        answer = _answer(session, outgoing)
        outcomes.add(lease, outgoing, answer, at=at, milliseconds=round(1000 * (perf_counter() - began)))


def _answer(session: Session, outgoing: Outgoing) -> Answer:
    """A message that cannot be drawn is a failure of its own, to be seen in the ledger, and holds up no other."""
    try:
        return session.send(outgoing)
    except Unreachable:
        raise
    except Exception as error:
        logger.exception("Mail %s could not be made.", outgoing.message_id)
        return Answer(Outcome.RETRY, text=f"{type(error).__name__}: {error}"[:255])
