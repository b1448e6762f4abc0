"""Sending again what failed, or what a worker took and never came back with. The ledger keeps every attempt.

What is sent again says what stands now. Of what may not be sent any more the row ends as cancelled, with the
reason (:mod:`notifications.content.validity`).
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_noop

from incidents.exceptions import DomainError
from incidents.models import User
from incidents.permissions import require
from notifications.choices import DeliveryState, Outcome
from notifications.content import validity
from notifications.content.reasons import IS_SUPERSEDED
from notifications.models import Announcement, Attempt, Delivery
from notifications.models.delivery import DeliveryQuerySet
from notifications.queue import waking
from notifications.rights import SEND

logger = logging.getLogger(__name__)

AT_ONCE = 100_000  # rows that one click makes due again, or ends; the next click takes the next
IS_GONE = gettext_noop("The recipient is gone.")
IS_QUARANTINED = gettext_noop("The address is quarantined.")


@dataclass(frozen=True)
class Replayed:
    """How many leave again, and how many do not, by the reason."""

    again: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


def replay(delivery: Delivery, *, by: User | None) -> Delivery:
    """Due again at once, with all its attempts ahead of it; refuses where nothing could come of it, and says why.

    One that nobody is to read any more is cancelled with the refusal.
    """
    require(by, SEND)
    with transaction.atomic():
        row = _visible(by).select_for_update(of=("self",)).filter(pk=delivery.pk).first()
        if row is None:
            raise DomainError(_("There is no such message, or it is not open to you."))
        _check(row)
        if row.state == DeliveryState.SENDING:  # its worker died or froze: the ledger says so, as at a take-over
            Attempt.objects.create(delivery=row, at=row.claimed_at, outcome=Outcome.UNKNOWN)
        why_not = _why_not(row)
        now = timezone.now()
        if why_not:
            row.state, row.finished_at, row.last_answer = DeliveryState.CANCELLED, now, why_not
        else:
            row.state, row.finished_at, row.attempts, row.due_at = DeliveryState.DUE, None, 0, now
            waking.on_commit()
        row.holder, row.leased_until = "", None
        row.save(update_fields=["state", "attempts", "due_at", "finished_at", "holder", "leased_until", "last_answer"])
    who = by.pk if by else "the system"
    if why_not:
        logger.info("%s is not sent again, asked by %s: %s", row.message_id, who, why_not)
        raise DomainError(_("It may not be told any more and is cancelled. %(why)s") % {"why": _(why_not)})
    logger.info("%s is sent again, by %s", row.message_id, who)
    return row


def replay_failed(
    *, by: User | None, announcement: Announcement | None = None, transport: str | None = None
) -> Replayed:
    """Every failed message of an announcement or of a transport, except to addresses that are quarantined or gone.

    What nobody is to read any more, or has in a later message, is cancelled. Refuses where nothing failed.
    """
    require(by, SEND)
    with transaction.atomic():
        rows = _visible(by).filter(state=DeliveryState.FAILED)
        if announcement is not None:
            rows = rows.filter(announcement=announcement)
        if transport is not None:
            rows = rows.filter(transport=transport)
        left_out = _cancel(rows)
        there = (
            Q(subscriber__isnull=False, subscriber__quarantined_at=None)
            | Q(channel__isnull=False, channel__quarantined_at=None)
            | Q(person__isnull=False)
        )
        again = _some(rows.filter(there)).update(
            state=DeliveryState.DUE, attempts=0, due_at=timezone.now(), finished_at=None
        )
        gone = Q(subscriber=None, channel=None, person=None)
        for reason, those in ((IS_GONE, rows.filter(gone)), (IS_QUARANTINED, rows.exclude(gone | there))):
            left_out[reason] = those.order_by()[:AT_ONCE].count()
        found = Replayed(again, {reason: n for reason, n in left_out.items() if n})
        if not found.again and not found.left_out:
            raise DomainError(_("Nothing to send again: nothing failed."))
        waking.on_commit()
    logger.info("failed messages are sent again, by %s: %s", by.pk if by else "the system", found)
    return found


def _cancel(rows: DeliveryQuerySet) -> Counter[str]:
    """End the failed ones of which nothing stands any more; how many, by the reason."""
    cancelled: Counter[str] = Counter()
    about = Announcement.objects.filter(pk__in=rows.order_by().values("announcement"))
    reasons: dict[str, list[int]] = {}
    for row in about.select_related("incident", "update").order_by("pk"):
        if reason := validity.why_not_again(row):
            reasons.setdefault(reason, []).append(row.pk)
    those = [(reason, rows.filter(announcement__in=pks)) for reason, pks in reasons.items()]
    for reason, some in [*those, (IS_SUPERSEDED, validity.superseded(rows))]:
        cancelled[reason] += _some(some).update(
            state=DeliveryState.CANCELLED, finished_at=timezone.now(), last_answer=reason
        )
    return cancelled


def _some(rows: DeliveryQuerySet) -> DeliveryQuerySet:
    """The newest of them, as many as one click takes, where they failed still."""
    pks = rows.order_by("-announcement", "-pk").values("pk")[:AT_ONCE]
    return Delivery.objects.filter(pk__in=pks, state=DeliveryState.FAILED)


def _visible(by: User | None) -> DeliveryQuerySet:
    if by is None:
        return Delivery.objects.all()
    return Delivery.objects.filter(announcement__in=Announcement.objects.visible_to(by))


def _check(row: Delivery) -> None:
    if row.state == DeliveryState.SENDING and row.leased_until and row.leased_until > timezone.now():
        raise DomainError(_("A worker is sending it right now."))
    if row.state not in (DeliveryState.FAILED, DeliveryState.SENDING):
        raise DomainError(
            _("Only what failed is sent again; this one is: %(state)s.") % {"state": row.get_state_display().lower()}
        )
    endpoint = row.subscriber or row.channel
    if endpoint is None and row.person is None:
        raise DomainError(_(IS_GONE))
    if endpoint is not None and endpoint.quarantined_at:
        raise DomainError(_("The address is quarantined. Lift the quarantine first, if it is right again."))


def _why_not(row: Delivery) -> str:
    if reason := validity.why_not_again(row.announcement):
        return reason
    is_superseded = validity.superseded(Delivery.objects.filter(pk=row.pk)).exists()
    return IS_SUPERSEDED if is_superseded else ""
