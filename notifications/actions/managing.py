"""What the holder of a manage link may do with the one address that it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.maintenance.models import Window
from incidents.models import Incident
from notifications import webhook_secrets
from notifications.actions import leaving, subscribing, throttling
from notifications.announcements import announce
from notifications.audience.interests import Interest
from notifications.choices import Event, Purpose, Transport, WebhookFormat
from notifications.models import Muted, Subscriber, Subscription
from statuspage.models import Page


@transaction.atomic
def choose(
    subscriber: Subscriber,
    page: Page,
    *,
    keep: Mapping[int, int],
    add: Iterable[Interest] = (),
    now: datetime | None = None,
) -> None:
    """Exactly this from now on: of the page's scopes those in ``keep`` (primary key → from which severity on), and
    ``add``. What is asked for here needs no confirmation: the link came to the address itself."""
    now = now or timezone.now()
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    rows = list(subscriber.subscriptions.filter(page=page, confirmed_at__isnull=False))
    kept, add = [row for row in rows if row.pk in keep], list(add)
    if not kept and not add:
        raise DomainError(_("Nothing would be left. To hear no more from this page, leave it below."), field="keep")
    if len(kept) + len(add) > subscribing.MOST_SCOPES:
        raise DomainError(_("These are too many parts. Choose a group instead of everything in it."), field="component")
    for row in kept:
        row.min_severity = keep[row.pk]
    Subscription.objects.bulk_update(kept, ["min_severity"])
    subscriber.subscriptions.filter(pk__in={row.pk for row in rows} - {row.pk for row in kept}).delete()
    subscribing.join(subscriber, page, add, now=now, confirmed_at=now)


@transaction.atomic
def set_details(subscriber: Subscriber, *, time_zone: str, format: str = WebhookFormat.STANDARD) -> None:
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    subscriber.time_zone = time_zone
    subscriber.format = format if subscriber.transport == Transport.WEBHOOK else WebhookFormat.STANDARD
    subscriber.save(update_fields=["time_zone", "format"])


@transaction.atomic
def set_paused(subscriber: Subscriber, *, is_paused: bool) -> None:
    """Paused, nothing is sent, from any page; what happens meanwhile is not sent later either."""
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if is_paused != (subscriber.paused_at is not None):
        subscriber.paused_at = timezone.now() if is_paused else None
        subscriber.save(update_fields=["paused_at"])


@transaction.atomic
def rotate_secret(subscriber: Subscriber, *, at_once: bool = False, now: datetime | None = None) -> None:
    """A new secret (:func:`notifications.webhook_secrets.rotate`)."""
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    webhook_secrets.rotate(subscriber, at_once=at_once, now=now or timezone.now())
    subscriber.save(update_fields=webhook_secrets.FIELDS)


@transaction.atomic
def send_test(subscriber: Subscriber, page: Page, *, client: str, now: datetime | None = None) -> None:
    """A message that says that it is a test, the way every other one goes."""
    now = now or timezone.now()
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    noted = throttling.note(Purpose.TEST, page=page, client=client, address_hash=subscriber.address_hash, now=now)
    if not throttling.may_send(noted):
        rest = throttling.REST[Purpose.TEST]
        raise throttling.TooMany(
            _("A test was sent already. Wait half a minute before the next; ten a day are the most."),
            retry_after=int(rest.total_seconds()),
        )
    announce.tell_one(
        Event.PAGE_TEST,
        key=f"test:{subscriber.public_id}:{noted.pk}",
        subscriber=subscriber,
        page=page,
        content={"page": page.public_id, "by": ""},
    )


@transaction.atomic
def unmute(subscriber: Subscriber, subject: Incident | Window) -> None:
    Muted.objects.filter(subscriber=subscriber, **leaving.about(subject)).delete()
