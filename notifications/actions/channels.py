"""The verbs of internal channels: where they lead, what signs them, whether they can be reached (1-06, 1-21)."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.actions.base import save_audited
from incidents.exceptions import DomainError
from incidents.models import User
from incidents.permissions import require
from notifications import addresses, webhook_secrets
from notifications.announcements import announce
from notifications.choices import DeliveryState, Event, Transport
from notifications.models import Channel, Delivery

ADD, CHANGE = "notifications.add_channel", "notifications.change_channel"


@transaction.atomic
def save_channel(channel: Channel, *, by: User | None, address: str = "") -> Delivery | None:
    """Write a channel that a form has filled in; a webhook always has a secret. To a new address goes a test, which is
    returned: that it has the right shape does not say that anything arrives there."""
    require(by, CHANGE if channel.pk else ADD)
    if address:
        channel.address = addresses.normalised(channel.transport, address)
        channel.quarantined_at, channel.quarantine_reason = None, ""
    if channel.transport == Transport.WEBHOOK and not channel.secret:
        channel.secret = webhook_secrets.new_secret()
    save_audited(channel, by=by)
    return _test(channel, by=by) if address and channel.is_active else None


@transaction.atomic
def rotate_channel_secret(
    channel: Channel, *, by: User | None, at_once: bool = False, now: datetime | None = None
) -> Channel:
    """A new secret (:func:`notifications.webhook_secrets.rotate`), with the reason in the history."""
    require(by, CHANGE)
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    webhook_secrets.rotate(channel, at_once=at_once, now=now or timezone.now())
    reason = _("New secret; the old one ended at once") if at_once else _("New secret")
    save_audited(channel, *webhook_secrets.FIELDS, by=by, reason=reason)
    return channel


@transaction.atomic
def try_channel_again(channel: Channel, *, by: User | None) -> Channel:
    """Out of quarantine: messages from now on go there again. Those of meanwhile are not sent later."""
    require(by, CHANGE)
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    if channel.quarantined_at is None:
        return channel
    channel.quarantined_at, channel.quarantine_reason = None, ""
    save_audited(channel, "quarantined_at", "quarantine_reason", by=by, reason=_("Tried again"))
    return channel


@transaction.atomic
def send_channel_test(channel: Channel, *, by: User | None) -> Delivery:
    """A message that says that it is a test, the way every other one goes; one at a time."""
    require(by, CHANGE)
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    if channel.quarantined_at:
        raise DomainError(_("This channel is in quarantine. Try it again first."))
    if not channel.is_active:
        raise DomainError(_("This channel is switched off. Switch it on first."))
    waiting = last_test(channel)
    if waiting is not None and waiting.state in (DeliveryState.DUE, DeliveryState.SENDING):
        raise DomainError(_("A test is on its way already."))
    return _test(channel, by=by)


def _test(channel: Channel, *, by: User | None) -> Delivery:
    delivery = announce.tell_one(
        Event.PAGE_TEST,
        key=f"test:{channel.public_id}:{uuid4()}",
        channel=channel,
        content={"page": None, "by": str(by or "")},
        by=by,
    )
    assert delivery is not None  # the key is new
    return delivery


def last_test(channel: Channel) -> Delivery | None:
    return Delivery.objects.filter(channel=channel, announcement__event=Event.PAGE_TEST).order_by("-pk").first()
