"""Whether an announcement is still true. Facts move on while messages wait, fail and are sent again (decision 9).

What leaves says what is true at that moment, or does not leave, and its row says why.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from notifications.choices import AnnouncementState, DeliveryState, Transport
from notifications.content.kinds import content_of
from notifications.content.reasons import IS_CALLED_BACK
from notifications.models import Announcement, Delivery
from notifications.models.delivery import DeliveryQuerySet

TOLD = [AnnouncementState.RELEASED, AnnouncementState.DONE]


def why_not(announcement: Announcement) -> str:
    """Why nothing may be sent of it any more; empty where they may. Asks the database nothing but what it joins."""
    return content_of(announcement).why_not()


def why_not_again(announcement: Announcement) -> str:
    """The same for what is sent again, however long after."""
    if reason := content_of(announcement).why_not_again():
        return reason
    return "" if announcement.state in TOLD else IS_CALLED_BACK


def superseded(rows: DeliveryQuerySet) -> DeliveryQuerySet:
    """Those whose recipient has a later message of the same update: its correction, or that it was withdrawn."""
    by_webhook = Q(transport=Transport.WEBHOOK)
    same = (
        Q(~by_webhook, subscriber=OuterRef("subscriber"))
        | Q(by_webhook, subscriber=OuterRef("subscriber"), page=OuterRef("page"))
        | Q(channel=OuterRef("channel"))
        | Q(person=OuterRef("person"))
    )
    later = Delivery.objects.filter(
        same,
        announcement__update=OuterRef("announcement__update"),
        announcement__reach=OuterRef("announcement__reach"),
        announcement__gt=OuterRef("announcement"),
    ).exclude(state=DeliveryState.CANCELLED)
    return rows.filter(Exists(later.order_by()))


def refresh(announcement: Announcement) -> None:
    """Its text as it is true now, where what froze was corrected, withdrawn, renamed or taken off a page since.

    Nothing is asked while the subject is as it was; where it moved on, its content tells whether the text did.
    """
    content = content_of(announcement)
    if content.version is None or announcement.content.get("version") == content.version:
        return
    announcement.content = content.refreshed() | {"version": content.version}
    announcement.save(update_fields=["content"])
