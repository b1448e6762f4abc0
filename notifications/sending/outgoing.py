"""From rows to what a transport understands: three queries for a batch, and each page's dress once.

Where its subject moved on since its text froze, three more for each announcement, or as many as freezing takes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace

from django.db import InterfaceError, OperationalError
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, When
from django.utils import timezone

from incidents.actions.addresses import confirm_url
from incidents.actions.passwords import set_password_url
from incidents.models import AddressChange
from notifications import links, webhook_secrets
from notifications.choices import Event, Kind, Reach
from notifications.content import reasons, validity
from notifications.content.kinds import content_of
from notifications.content.staff_parts import offered
from notifications.models import Announcement, Channel, Delivery, MessageSettings, Muted, Subscriber, Subscription
from notifications.transports.base import News, Outgoing, PageDress, Recipient
from statuspage.documents.times import stamp
from statuspage.models import Page

logger = logging.getLogger(__name__)

# Made at the moment of sending, never stored
WITH_A_LINK = {Event.PERSON_INVITED, Event.PERSON_PASSWORD, Event.PERSON_ADDRESS}
PERSONAL = {Event.SUBSCRIBER_CONFIRM, Event.SUBSCRIBER_MANAGE, Event.PAGE_TEST}


class Batch:
    """What may be sent of the claimed deliveries, and what no longer is to be, with the reason."""

    def __init__(self, pks: Iterable[int]):
        self.outgoing: list[Outgoing] = []
        self.cancelled: dict[int, str] = {}
        self._pages: dict[int, PageDress] = {}
        self._news: dict[int, News] = {}
        rows = list(_rows(pks))
        for announcement in {row.announcement_id: row.announcement for row in rows}.values():
            _refresh(announcement)
        for row in rows:
            if reason := _no_more(row):
                self.cancelled[row.pk] = reason
            else:
                self.outgoing.append(self._outgoing(row))

    def _outgoing(self, row: Delivery) -> Outgoing:
        news = self._frozen(row.announcement)
        if row.person is not None and row.announcement.reach == Reach.STAFF:
            news = replace(news, content=offered(news.content, row.person))
        if news.event in WITH_A_LINK:
            news = replace(news, content=news.content | {"url": _link(row)})
        return Outgoing(
            delivery=row.pk,
            message_id=row.message_id,
            news=news,
            page=self._dress(row.page) if row.page else None,
            recipient=_recipient(row),
        )

    def _frozen(self, announcement: Announcement) -> News:
        if announcement.pk not in self._news:
            self._news[announcement.pk] = News(
                announcement.public_id,
                announcement.event,
                announcement.content,
                content_of(announcement).thread,
                stamp(announcement.created_at),
            )
        return self._news[announcement.pk]

    def _dress(self, page: Page) -> PageDress:
        if page.pk not in self._pages:
            self._pages[page.pk] = dress_of(page)
        return self._pages[page.pk]


def dress_of(page: Page) -> PageDress:
    saved = MessageSettings.objects.filter(page=page).prefetch_related("texts").first()
    message_settings = saved or MessageSettings(page=page)
    texts = saved.texts.all() if saved else []
    return PageDress(
        id=page.public_id,
        name=str(page),
        url=page.canonical_url,
        lasting_url=page.lasting_url,
        tag_host=page.tag_host,
        language=page.language,
        time_zone=page.time_zone,
        brand_color=page.brand_color,
        support_url=page.support_url,
        sender_name=message_settings.sender_name or str(page),
        reply_to=message_settings.reply_to or page.support_email,
        header=message_settings.header,
        footer=message_settings.footer,
        texts={text.event: (text.subject, text.intro) for text in texts},
    )


def _rows(pks: Iterable[int]):
    still = Subscription.objects.confirmed().filter(subscriber=OuterRef("subscriber"), page=OuterRef("page"))
    muted = Muted.objects.filter(subscriber=OuterRef("subscriber"))
    incident, window = muted.filter(incident=OuterRef("announcement__incident")), OuterRef("announcement__subject_id")
    of_window = Q(announcement__kind=Kind.MAINTENANCE) & Q(Exists(muted.filter(window=window)))
    return (
        Delivery.objects.filter(pk__in=list(pks))
        .order_by("priority", "due_at", "pk")
        .select_related("subscriber", "channel", "person")
        .prefetch_related("page", Prefetch("announcement", Announcement.objects.select_related("incident", "update")))
        .annotate(still=Exists(still), muted=Case(When(Q(Exists(incident)) | of_window, then=True), default=False))
    )


def _refresh(announcement: Announcement) -> None:
    """What leaves says what stands now; where that cannot be made nothing can be drawn, and the ledger says so."""
    if validity.why_not(announcement):
        return
    try:
        validity.refresh(announcement)
    except (OperationalError, InterfaceError):
        raise  # the database is away: that is no fault of this one
    except Exception:
        logger.exception("What announcement %s is to say now cannot be made.", announcement.public_id)
        announcement.content = {}


def _no_more(row: Delivery) -> str:
    """Why it must not be sent any more; empty where it may."""
    announcement, event = row.announcement, row.announcement.event
    endpoint: Subscriber | Channel | None = row.subscriber or row.channel
    if endpoint is None and row.person is None:
        return "The recipient is gone."
    if row.person is not None and not (row.person.is_active and row.person.email):
        return "The person is no longer active."
    if event == Event.PERSON_ADDRESS and _change(row) is None:
        return "The change of the address was cancelled."
    if endpoint is not None and endpoint.quarantined_at and event not in PERSONAL:
        return "The address is quarantined."
    if announcement.reach == Reach.STAFF and row.channel is not None and not row.channel.is_active:
        return "The channel was switched off."
    if announcement.reach == Reach.STAFF and _is_closed_to(row):
        return reasons.IS_RESTRICTED
    if reason := validity.why_not(announcement):
        return reason
    if announcement.reach != Reach.SUBSCRIBERS:
        return ""
    if row.page is None or not row.still or row.muted or row.subscriber.paused_at:
        return "The subscriber left, paused or muted it."
    if announcement.content and row.page.public_id not in announcement.content["pages"]:
        return reasons.IS_SHOWN_AGAIN if event == Event.INCIDENT_REMOVED else reasons.IS_OFF_THE_PAGE
    return ""


def _change(row: Delivery) -> AddressChange | None:
    return AddressChange.objects.filter(person=row.person, pk=row.announcement.content["change"]).first()


def _link(row: Delivery) -> str:
    change = _change(row) if row.announcement.event == Event.PERSON_ADDRESS else None
    return confirm_url(change) if change is not None else set_password_url(row.person)


def _is_closed_to(row: Delivery) -> bool:
    """A restricted incident: security hears that there is one, and people whatever they may see themselves."""
    content = content_of(row.announcement)
    if not content.is_restricted:
        return False
    if row.person is not None:
        return not content.may_be_read_by(row.person)
    return not (row.channel and row.channel.is_security and row.announcement.event == Event.STAFF_RESTRICTED)


def _recipient(row: Delivery) -> Recipient:
    if row.person is not None:
        name = row.person.get_full_name()
        address = row.announcement.content.get("to") or row.person.email
        return Recipient(
            row.transport, address, time_zone=row.person.time_zone, name=name, hours=row.person.clock_hours
        )
    endpoint: Subscriber | Channel = row.subscriber or row.channel
    return Recipient(
        transport=row.transport,
        address=endpoint.address,
        time_zone=endpoint.time_zone,
        token=links.token(endpoint.public_id) if row.subscriber else "",
        format=endpoint.format,
        secrets=webhook_secrets.all_that_sign(endpoint, now=timezone.now()),
        name=row.channel.name if row.channel else "",
    )
