"""The switch for all sending. Nothing is lost while it is off: messages gather, and leave when it is on again."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.actions.base import require_reason
from incidents.exceptions import DomainError
from incidents.models import User
from incidents.permissions import require
from notifications.models import SendingSwitch
from notifications.queue import waking
from notifications.rights import SEND

logger = logging.getLogger(__name__)


@transaction.atomic
def pause(*, reason: str, by: User | None) -> SendingSwitch:
    """From now on nothing leaves, within the second or the message that is just being sent."""
    require(by, SEND)
    require_reason(reason)
    switch = _locked()
    if switch.paused_at:
        raise DomainError(_("%(who)s has paused it already.") % {"who": switch.paused_by or _("The system")})
    switch.paused_at, switch.paused_by, switch.reason = timezone.now(), by, reason.strip()[:200]
    switch.save()
    logger.warning("all sending was paused by %s", by.pk if by else "the system")
    return switch


@transaction.atomic
def resume(*, by: User | None) -> SendingSwitch:
    """What gathered leaves, the most urgent first."""
    require(by, SEND)
    switch = _locked()
    if not switch.paused_at:
        raise DomainError(_("Messages are leaving already."))
    switch.paused_at, switch.paused_by, switch.reason = None, None, ""
    switch.save()
    waking.on_commit()
    logger.warning("sending goes on, by %s", by.pk if by else "the system")
    return switch


def _locked() -> SendingSwitch:
    SendingSwitch.objects.get_or_create(pk=1)
    return SendingSwitch.objects.select_for_update(of=("self",)).get(pk=1)
