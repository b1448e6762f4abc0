"""What the engine hands to a transport. Plain values: nothing here asks the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from incidents.choices import Hours


@dataclass(frozen=True)
class PageDress:
    """How a page speaks: what all messages from it have in common."""

    id: str
    name: str
    url: str  # canonical, ends in a slash
    lasting_url: str  # the same page for links that are kept (notifications.links)
    tag_host: str  # frozen when the page was made: what programs sort and thread mails by changes with no address
    language: str
    time_zone: str
    brand_color: str = ""
    support_url: str = ""
    sender_name: str = ""
    reply_to: str = ""
    header: str = ""  # templates with variables in double braces, as edited (models.MessageSettings)
    footer: str = ""
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)  # event → (subject, intro)


@dataclass(frozen=True)
class News:
    """One announcement, frozen: the same for every recipient. ``content`` as :mod:`notifications.content` froze it."""

    id: str  # ann_…
    event: str
    content: dict[str, Any]
    thread: str = ""  # the public id of what it is about: messages of one subject are one conversation
    at: str = ""  # when it happened, ISO 8601; what has a time in its content needs none


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail, the same for every recipient. ``content_type`` with its parameters."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Recipient:
    """Where it goes. ``token`` is what a subscriber's links carry; staff have none."""

    transport: str
    address: str
    time_zone: str = ""  # empty: the page's
    token: str = ""
    format: str = "standard"
    secrets: tuple[str, ...] = ()  # whsec_…; during a rotation two, the new one first
    name: str = ""
    hours: Hours = Hours.TWENTY_FOUR  # in which staff read times


@dataclass(frozen=True)
class Outgoing:
    """One delivery, ready to be sent. ``message_id`` is the same at every attempt."""

    delivery: int
    message_id: str  # ann_….<of the delivery>: webhook-id, and the local part of Message-ID
    news: News
    page: PageDress | None
    recipient: Recipient
