"""What tests about telling of maintenance share: a page with a window, the life of one, and what of it left."""

import email
from datetime import UTC, datetime, timedelta
from email import policy

import time_machine

from incidents.maintenance import actions
from incidents.maintenance.actions import Message
from notifications.choices import Kind, Reach
from notifications.messages import mail
from notifications.messages.flowed import joined
from notifications.models import Announcement, Delivery
from notifications.sending.outgoing import Batch
from tests import factories as make
from tests.notifications.sent import leave

POSTED = datetime(2026, 11, 2, 9, tzinfo=UTC)
START = datetime(2026, 12, 10, 22, tzinfo=UTC)
END = START + timedelta(hours=2, minutes=30)
HOUR = timedelta(hours=1)
HANDS = {"is_automatic": False}


def at(moment):
    return time_machine.travel(moment, tick=False)


def page(**fields):
    return make.page(make.component(name="SMS"), **{"name": "Larkwire", "is_default": True} | fields)


def draft(on, **facts):
    facts = {"starts_at": START, "ends_at": END} | facts
    window = make.window(*on.components.all(), **facts)
    make.place_window(on, window)
    return window


def posted(on, *, when=POSTED, message=None, **facts):
    """Announced on the page; its messages are written and not sent."""
    with at(when):
        window = draft(on, **facts)
        actions.announce(window, by=None, **({"message": message} if message else {}))
        leave()
    window.refresh_from_db()
    return window


def act(verb, window, *, when, **how):
    """One verb at a moment, and what it announces leaves."""
    with at(when):
        verb(window, by=None, **how)
        leave()
    window.refresh_from_db()


def live(window):
    """All that can happen to one that is not cancelled."""
    later = timedelta(days=7)
    start, end = START + later, END + later
    act(actions.reschedule, window, when=POSTED + HOUR, starts_at=start, ends_at=end)
    act(actions.amend, window, when=POSTED + 2 * HOUR, body="We replace three routers.")
    act(actions.begin, window, when=start)
    act(actions.post_update, window, when=start + HOUR, message=Message("Two of three are replaced."))
    act(actions.extend, window, when=start + 2 * HOUR, ends_at=end + HOUR)
    act(actions.verify, window, when=end)
    act(actions.end, window, when=end + HOUR / 2)


def announced():
    return Announcement.objects.filter(kind=Kind.MAINTENANCE, reach=Reach.SUBSCRIBERS).order_by("pk")


def deliveries():
    return Delivery.objects.filter(announcement__in=announced()).order_by("pk")


def told():
    return {row.subscriber for row in deliveries()}


def sent(when):
    """What leaves at that moment, and why the rest does not."""
    with at(when):
        batch = Batch(deliveries().values_list("pk", flat=True))
    return batch.outgoing, list(batch.cancelled.values())


def read(outgoing):
    raw = mail.prepare(outgoing).addressed(outgoing)
    message = email.message_from_bytes(raw, policy=policy.default)
    assert not any(part.defects for part in message.walk())
    return message


def plain(message):
    return joined(message.get_body(("plain",)).get_content())


def file_of(message):
    (part,) = message.iter_attachments()
    return part
