"""What of an announcement still stands. Facts move on while messages wait, fail and are sent again (decision 9).

What leaves says what stands at that moment, or does not leave, and its row says why.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop

from incidents.choices import Audience
from incidents.models import IncidentUpdate
from notifications.choices import AnnouncementState, DeliveryState, Event, Reach, Transport
from notifications.content import incident as content, staff
from notifications.content.staff_parts import WITHDRAWN
from notifications.models import Announcement, Delivery
from notifications.models.delivery import DeliveryQuerySet
from statuspage.snapshot import layout

TOLD = [AnnouncementState.RELEASED, AnnouncementState.DONE]

# Kept in the ledger as they are, translated where a person reads them
IS_NOT_PUBLIC = gettext_noop("The incident is not public any more.")
IS_RESTRICTED = gettext_noop("The incident was restricted.")
IS_WITHDRAWN = gettext_noop("The update was withdrawn.")
IS_MERGED = gettext_noop("The incident was merged into another, where it goes on.")
IS_CALLED_BACK = gettext_noop("It was called back.")
IS_OFF_THE_PAGE = gettext_noop("The incident stands on that page no longer.")
IS_SUPERSEDED = gettext_noop("What became of the update was told in a message of its own.")


def why_not(announcement: Announcement) -> str:
    """Why nobody is to be told of it any more; empty where they may. Asks the database nothing but what it joins."""
    incident, update = announcement.incident, announcement.update
    if announcement.reach == Reach.ONE:
        return ""
    if announcement.reach == Reach.SUBSCRIBERS and (incident is None or incident.audience != Audience.PUBLIC):
        return IS_NOT_PUBLIC
    if incident is not None and incident.is_restricted and not _is_closed(announcement):
        return IS_RESTRICTED
    if update is not None and update.withdrawn_at and announcement.content.get("what") != WITHDRAWN:
        return IS_WITHDRAWN
    return ""


def why_not_again(announcement: Announcement) -> str:
    """The same for what is sent again, however long after: what went on elsewhere meanwhile is told there."""
    incident = announcement.incident
    if reason := why_not(announcement):
        return reason
    if incident is not None and incident.merged_at and announcement.created_at < incident.merged_at:
        return IS_MERGED
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
    """Its text as it stands now, where what froze was corrected, withdrawn, renamed or taken off a page since.

    Nothing is asked while the incident is as it was; where it moved on, three queries tell whether the text did.
    """
    incident, frozen = announcement.incident, announcement.content
    if incident is None or announcement.update is None or frozen.get("version") == incident.version:
        return
    if announcement.reach == Reach.SUBSCRIBERS:
        lists = layout.pages_of(incident)
        pages = [page for page in announcement.pages.all() if page in lists]
        if not _says_what_stands(announcement, {page.public_id for page in pages}):
            is_correction = announcement.event == Event.INCIDENT_CORRECTED
            frozen = frozen | content.of_update(announcement.update, pages, is_correction=is_correction)
    elif announcement.event == Event.STAFF_UPDATE and not _is_closed(announcement):
        announcement.content = {key: frozen[key] for key in ("what", "update") if key in frozen}
        frozen = staff.facts(announcement, incident)
    announcement.content = frozen | {"version": incident.version}
    announcement.save(update_fields=["content"])


def _says_what_stands(announcement: Announcement, pages: set[str]) -> bool:
    frozen, update = announcement.content, announcement.update
    past = frozen.get("updates", [])
    rows = IncidentUpdate.objects.visible().filter(public_id__in=[each["id"] for each in past])
    standing = {row.public_id: content.past(row) for row in rows}
    return (
        [standing.get(each["id"]) for each in past] == past
        and (frozen["title"], frozen["body"]) == (announcement.incident.title, update.text)
        and set(frozen.get("pages", {})) <= pages
    )


def _is_closed(announcement: Announcement) -> bool:
    """Whether it says no more than that there is one."""
    return announcement.event == Event.STAFF_RESTRICTED or announcement.content.get("audience") == Audience.RESTRICTED
