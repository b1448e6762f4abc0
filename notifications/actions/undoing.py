"""Calling back what was just posted, before its messages leave (DESIGN section 5)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.actions import withdraw_update
from incidents.actions.base import locked
from incidents.exceptions import DomainError
from incidents.models import IncidentUpdate, User
from incidents.permissions import require
from notifications.announcements.release import leaves_at
from notifications.choices import AnnouncementState, Reach
from notifications.models import Announcement, MessageSettings


@transaction.atomic
def call_back(update: IncidentUpdate, *, by: User | None, reason: str = "") -> IncidentUpdate:
    """Withdraw the update while nobody has been told of it; refuses once its messages are on their way.

    The incident's lock comes first, as everywhere, then the announcement's: a worker that releases it has either done
    so before, or finds it called back.
    """
    require(by, "incidents.publish_incident")
    locked(update.incident, by=by)
    rows = Announcement.objects.select_for_update(of=("self",)).filter(
        update=update, reach=Reach.SUBSCRIBERS, state=AnnouncementState.WAITING
    )
    message_settings = list(MessageSettings.objects.filter(page__listed__incident=update.incident_id))
    if not any(leaves_at(row, message_settings) > timezone.now() for row in rows):
        raise DomainError(_("Its messages have just left. You can still withdraw the text from the page."))
    return withdraw_update(update, by=by, reason=reason.strip() or _("Called back before its messages left."))
