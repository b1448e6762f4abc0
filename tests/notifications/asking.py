"""What a reader does at the public forms, and what went out because of it."""

from notifications import asked
from notifications.choices import Event, Transport
from notifications.models import Announcement, Subscriber, Subscription
from tests import factories as make

MAIL = "ops@example.com"


def page(*components, **fields):
    return make.page(*components, **{"is_default": True, "slug": "platform"} | fields)


def subscribe(client, address=MAIL, *, at="/subscribe/", remote="198.51.100.7", **fields):
    """As a reader; and what was asked for is answered, as the sender does."""
    response = client.post(at, {"address": address} | fields, REMOTE_ADDR=remote)
    asked.answer()
    return response


def told(event=None):
    """The messages to single recipients, oldest first."""
    rows = Announcement.objects.filter(reach="one").order_by("pk")
    return list(rows.filter(event=event) if event else rows)


def confirm_path(announcement=None):
    """Of the last confirmation; as it is asked for at our own name."""
    announcement = announcement or told(Event.SUBSCRIBER_CONFIRM)[-1]
    return "/" + announcement.content["confirm_url"].split("/", 3)[3]


def subscriber(*pages, address=MAIL, transport=Transport.EMAIL, **fields):
    """Confirmed, for everything on these pages."""
    row = Subscriber.objects.create(
        address=address, transport=transport, **{"confirmed_at": make.timezone.now()} | fields
    )
    for each in pages:
        Subscription.objects.create(subscriber=row, page=each, confirmed_at=make.timezone.now())
    return row
