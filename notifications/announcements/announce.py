"""An event becomes a row, in the transaction that changes the facts. Running twice adds nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from incidents.models import Incident, IncidentUpdate, User
from notifications import addresses
from notifications.choices import AnnouncementState, Event, Kind, Priority, Reach, Transport
from notifications.content.kinds import traces
from notifications.models import Announcement, Channel, Delivery, Subscriber
from notifications.queue import waking
from statuspage.models import Page

logger = logging.getLogger(__name__)


@transaction.atomic
def announce(
    event: str,
    *,
    key: str,
    reach: Reach,
    incident: Incident | None = None,
    update: IncidentUpdate | None = None,
    kind: str = Kind.INCIDENT,
    subject_id: int | None = None,
    people: Iterable[User] = (),
    content: dict[str, Any] | None = None,
    by: User | None = None,
    state: AnnouncementState = AnnouncementState.WAITING,
) -> Announcement:
    """The one announcement of this ``key``: made now, or as it stands where it was made before.

    Its pages, its recipients and its text are found at release (:mod:`notifications.announcements.release`);
    ``content`` is what only the caller knows. ``people`` get a mail besides the recipients that the reach
    finds. Of another kind than incidents ``subject_id`` is the primary key of what it is about, and ``incident`` one
    that it names.
    """
    announcement, is_new = Announcement.objects.get_or_create(
        key=key,
        defaults={
            "event": event,
            "reach": reach,
            "kind": kind,
            "subject_id": subject_id,
            "incident": incident,
            "update": update,
            "content": content or {},
            "created_by": by,
            "state": state,
        },
    )
    if is_new:
        announcement.people.set(people)
        waking.on_commit()
        logger.info("announced %s: %s, %s", announcement.public_id, event, state, extra=traces(announcement))
    return announcement


def announce_about(other: Announcement, event: str, *, key: str, content: dict[str, Any]) -> Announcement:
    """To the inside, about the subject of another announcement."""
    return announce(
        event, key=key, reach=Reach.STAFF, kind=other.kind, subject_id=other.subject_id, incident=other.incident,
        content=content,
    )  # fmt: skip


@transaction.atomic
def tell_one(
    event: Event,
    *,
    key: str,
    content: dict[str, Any] | None = None,
    subscriber: Subscriber | None = None,
    channel: Channel | None = None,
    person: User | None = None,
    page: Page | None = None,
    by: User | None = None,
    due_at: datetime | None = None,
) -> Delivery | None:
    """A message to one recipient who waits for it, such as a confirmation or a test; none if ``key`` is known.

    A person is written to at the address on their account, unless ``content`` says ``to``. It needs neither a confirmed
    subscription nor a release. It leaves at once, or at ``due_at``.
    """
    now = timezone.now()
    announcement, is_new = Announcement.objects.get_or_create(
        key=key,
        defaults={
            "event": event,
            "reach": Reach.ONE,
            "state": AnnouncementState.DONE,
            "content": content or {},
            "created_by": by,
            "released_at": now,
            "addressed_at": now,
        },
    )
    if not is_new:
        return None
    if page is not None:
        announcement.pages.add(page)
    transport, address_hash = _where(subscriber or channel, person, (content or {}).get("to"))
    waking.on_commit()
    return Delivery.objects.create(
        announcement=announcement,
        transport=transport,
        page=page,
        subscriber=subscriber,
        channel=channel,
        person=person,
        address_hash=address_hash,
        priority=Priority.ASKED_FOR,
        due_at=due_at or now,
    )


def last_author(incident: Incident) -> User | None:
    """The user of the timeline's last entry."""
    last = incident.timeline.select_related("by").order_by("-pk").first()
    return last.by if last else None


def _where(endpoint: Subscriber | Channel | None, person: User | None, to: str | None) -> tuple[str, str]:
    if endpoint is not None:
        return endpoint.transport, addresses.hashed(endpoint.transport, endpoint.address)
    return Transport.EMAIL, addresses.hashed(Transport.EMAIL, to or person.email)
