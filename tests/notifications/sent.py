"""What tests about messages share: a page with an incident on it, updates that leave, deliveries as they stand."""

from datetime import timedelta
from email import message_from_bytes, policy

from django.utils import timezone

from notifications.announcements import release
from notifications.choices import DeliveryState, Outcome, Reach, Transport
from notifications.messages import mail
from notifications.models import Announcement, Attempt, Delivery
from notifications.sending.outgoing import Batch
from statuspage.actions import publish_update
from tests import factories as make


def scene(**facts):
    page = make.page(make.component(name="SMS"), name="Larkwire", is_default=True)
    return page, make.confirmed(affects=[page.components.get()], **facts)


def post(incident, page, **fields):
    incident.refresh_from_db()
    fields = {"status": incident.status, "body": "We are looking into it.", "by": None} | fields
    if fields["status"] == "resolved" and fields["by"] is None:
        fields.setdefault("override_reason", "Over for the sake of a test.")
    return publish_update(incident, pages=[page], **fields)


def leave():
    while release.step():
        pass


def news():
    return Announcement.objects.filter(reach=Reach.SUBSCRIBERS).order_by("pk")


def deliveries():
    return Delivery.objects.filter(announcement__reach=Reach.SUBSCRIBERS).order_by("pk")


def told(page, incident, *, readers=1, **fields):
    """An update whose messages were written, none of them sent."""
    people = [make.subscriber(page) for _n in range(readers)]
    post(incident, page, **fields)
    leave()
    return people


def end(rows, state, *, answer="", ago=timedelta()):
    """As if it had been tried once."""
    at = timezone.now() - ago
    for row in rows:
        row.state, row.attempts, row.last_answer, row.finished_at = state, 1, answer, at
        row.save()
        outcome = Outcome.SENT if state == DeliveryState.SENT else Outcome.REFUSED
        Attempt.objects.create(delivery=row, at=at, milliseconds=12, outcome=outcome, answer=answer)


def already_told(title):
    """An incident of which a reader and a program have the first notice."""
    page, incident = scene(title=title)
    readers = [make.subscriber(page), make.subscriber(page, transport=Transport.WEBHOOK)]
    post(incident, page, body="We look into it.")
    leave()
    end(deliveries(), DeliveryState.SENT)
    make.subscriber(page)  # who came later, and has heard nothing
    return page, incident, readers


def last(event):
    """The recipients of the newest announcement, and what is sent to each."""
    leave()
    row = news().last()
    assert row.event == event
    its = list(deliveries().filter(announcement=row))
    batch = Batch([each.pk for each in its])
    assert batch.cancelled == {}
    return {each.subscriber for each in its}, {each.recipient.transport: each for each in batch.outgoing}


def text_of(outgoing):
    written = message_from_bytes(mail.prepare(outgoing).addressed(outgoing), policy=policy.default)
    return written["Subject"], written.get_body(("plain",)).get_content()
