"""Sending again what failed, or what a worker took and never came back with. The ledger keeps every attempt."""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.choices import Audience
from incidents.exceptions import DomainError
from incidents.models import User
from notifications import waking
from notifications.actions.rights import require_sending
from notifications.choices import AnnouncementState, DeliveryState, Outcome, Reach
from notifications.models import Announcement, Attempt, Delivery
from notifications.models.delivery import DeliveryQuerySet

logger = logging.getLogger(__name__)

TOLD = [AnnouncementState.RELEASED, AnnouncementState.DONE]
AT_ONCE = 100_000  # rows that one click makes due again; the next click takes the next


@transaction.atomic
def replay(delivery: Delivery, *, by: User | None) -> Delivery:
    """Due again at once, with all its attempts ahead of it; refuses where nothing could come of it, and says why."""
    require_sending(by)
    row = _visible(by).select_for_update(of=("self",)).filter(pk=delivery.pk).first()
    if row is None:
        raise DomainError(_("There is no such message, or it is not open to you."))
    _check(row)
    if row.state == DeliveryState.SENDING:  # its worker died or froze: the ledger says so, as when another takes over
        Attempt.objects.create(delivery=row, at=row.claimed_at, outcome=Outcome.UNKNOWN)
    row.state, row.attempts, row.due_at, row.finished_at = DeliveryState.DUE, 0, timezone.now(), None
    row.holder, row.leased_until = "", None
    row.save(update_fields=["state", "attempts", "due_at", "finished_at", "holder", "leased_until"])
    waking.on_commit()
    logger.info("%s is sent again, by %s", row.message_id, by.pk if by else "the system")
    return row


def replay_failed(*, by: User | None, announcement: Announcement | None = None, transport: str | None = None) -> int:
    """Every failed message of an announcement or of a transport, except to addresses that are quarantined or gone.

    The number that is due again; refuses where that would be none.
    """
    require_sending(by)
    with transaction.atomic():
        rows = _repeatable(_visible(by).filter(state=DeliveryState.FAILED))
        if announcement is not None:
            rows = rows.filter(announcement=announcement)
        if transport is not None:
            rows = rows.filter(transport=transport)
        some = rows.order_by("-announcement", "-pk").values("pk")[:AT_ONCE]
        again = Delivery.objects.filter(pk__in=some, state=DeliveryState.FAILED)
        count = again.update(state=DeliveryState.DUE, attempts=0, due_at=timezone.now(), finished_at=None)
        if not count:
            raise DomainError(
                _("Nothing to send again: what failed went to addresses that are quarantined, gone, or not to be told.")
            )
        waking.on_commit()
    logger.info("%d failed messages are sent again, by %s", count, by.pk if by else "the system")
    return count


def _visible(by: User | None) -> DeliveryQuerySet:
    if by is None:
        return Delivery.objects.all()
    return Delivery.objects.filter(announcement__in=Announcement.objects.visible_to(by))


def _repeatable(rows: DeliveryQuerySet) -> DeliveryQuerySet:
    """Whose recipient is there and not quarantined, and whose news may still be told."""
    there = (
        Q(subscriber__isnull=False, subscriber__quarantined_at=None)
        | Q(channel__isnull=False, channel__quarantined_at=None)
        | Q(person__isnull=False)
    )
    public = Q(announcement__incident__audience=Audience.PUBLIC) | ~Q(announcement__reach=Reach.SUBSCRIBERS)
    withdrawn = Q(announcement__update__withdrawn_at__isnull=False, announcement__reach=Reach.SUBSCRIBERS)
    return rows.filter(there, public, announcement__state__in=TOLD).exclude(withdrawn)


def _check(row: Delivery) -> None:
    if row.state == DeliveryState.SENDING and row.leased_until and row.leased_until > timezone.now():
        raise DomainError(_("A worker is sending it right now."))
    if row.state not in (DeliveryState.FAILED, DeliveryState.SENDING):
        raise DomainError(
            _("Only what failed is sent again; this one is: %(state)s.") % {"state": row.get_state_display().lower()}
        )
    endpoint = row.subscriber or row.channel
    if endpoint is None and row.person is None:
        raise DomainError(_("The recipient is gone."))
    if endpoint is not None and endpoint.quarantined_at:
        raise DomainError(_("The address is quarantined. Lift the quarantine first, if it is right again."))
    if not _repeatable(Delivery.objects.filter(pk=row.pk)).exists():
        raise DomainError(_("It may not be told any more: the incident is not public, or the update was withdrawn."))
