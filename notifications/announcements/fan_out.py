"""The deliveries of an announcement, written set-wise: for 10 or 1,000,000 subscribers in bounded memory."""

from __future__ import annotations

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import F, QuerySet, Value

from notifications import addresses
from notifications.audience import reach
from notifications.choices import DeliveryState, Priority, Transport
from notifications.content.kinds import content_of
from notifications.models import Announcement, Delivery, Subscriber

STEP = 10_000  # subscribers that are looked at in one transaction
COLUMNS = (
    "announcement_id", "transport", "page_id", "subscriber_id", "address_hash", "state", "priority", "due_at",
    "attempts", "holder", "last_answer",
)  # fmt: skip


def to_subscribers(announcement: Announcement) -> tuple[int, bool]:
    """The next ``STEP`` subscribers, by primary key, whatever subscribers join or leave meanwhile."""
    low = announcement.addressed_to
    ahead = Subscriber.objects.filter(pk__gt=low).order_by("pk").values_list("pk", flat=True)
    high = next(iter(ahead[STEP - 1 : STEP]), None)
    window = {"pk__gt": low} | ({"pk__lte": high} if high else {})
    announcement.addressed_to = high or low
    pages = list(announcement.pages.all())
    content = content_of(announcement)
    if content.why_not() or not pages:
        return 0, True
    scope = content.scope(pages)
    written = _write(announcement, reach.recipients(scope).filter(**window), page=F("dress"))
    for page in pages:
        written += _write(announcement, reach.endpoints(scope, page.pk).filter(**window), page=Value(page.pk))
    return written, high is None


def _write(announcement: Announcement, rows: QuerySet[Subscriber], *, page) -> int:
    """INSERT … SELECT: nothing of it passes through this process. Who stands there already is left as they are."""
    text, number = models.CharField(), models.BigIntegerField()
    columns = rows.order_by("pk").values_list(
        Value(announcement.pk, output_field=number),
        F("transport"),
        models.ExpressionWrapper(page, output_field=number),
        F("pk"),
        F("address_hash"),
        Value(DeliveryState.DUE.value, output_field=text),
        Value(int(Priority.SUBSCRIBERS), output_field=number),
        Value(announcement.released_at, output_field=models.DateTimeField()),
        Value(0, output_field=number),
        Value("", output_field=text),
        Value("", output_field=text),
    )
    try:
        select, params = columns.query.sql_with_params()
    except EmptyResultSet:
        return 0
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in COLUMNS)
    insert = f"INSERT INTO {quote(Delivery._meta.db_table)} ({names}) {select} ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor:
        cursor.execute(insert, params)
        return max(cursor.rowcount, 0)


def to_staff(announcement: Announcement) -> int:
    """Channels that listen, and the people named, as far as they may read it."""
    content = content_of(announcement)
    base = {"announcement": announcement, "priority": Priority.STAFF}
    rows = [
        Delivery(
            transport=channel.transport, channel=channel,
            address_hash=addresses.hashed(channel.transport, channel.address), **base,
        )
        for channel in reach.channels_for(announcement.event, content.listeners())
    ]  # fmt: skip
    for person in announcement.people.filter(is_active=True).exclude(email=""):
        if content.may_be_read_by(person):
            address_hash = addresses.hashed(Transport.EMAIL, person.email)
            rows.append(Delivery(transport=Transport.EMAIL, person=person, address_hash=address_hash, **base))
    return len(Delivery.objects.bulk_create(rows, ignore_conflicts=True))
