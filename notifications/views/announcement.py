"""One announcement with its messages, and one message with its ledger. Addresses only for those who may see them."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from incidents import refusing, veiled
from incidents.views.incident import page as staff_page
from notifications.actions import replaying
from notifications.choices import AnnouncementState, DeliveryState, Reach
from notifications.models import Delivery
from notifications.queue import overview
from notifications.views.queue import announcement_or_404, may_send, replay_many
from notifications.views.recipient import recipient
from notifications.views.redirects import back

AT_ONCE = 50


@require_GET
def announcement(request, public_id):
    row = announcement_or_404(request, public_id)
    state = request.GET.get("state") if request.GET.get("state") in DeliveryState.values else ""
    rows = overview.deliveries(row)
    if state:
        rows = rows.filter(state=state)
    if after := veiled.read(request.GET.get("after", "")):
        rows = rows.filter(pk__gt=after)
    read = list(rows[: AT_ONCE + 1])
    more, shown = len(read) > AT_ONCE, read[:AT_ONCE]
    counts = overview.delivery_counts([row])[row.pk]
    return staff_page(
        request, "notifications/staff/announcement.html", title=row.get_event_display(), now=timezone.now(),
        announcement=row, counts=counts, parts=_parts(counts), pages=list(row.pages.all()),
        rows=[(each, recipient(each, request.user)) for each in shown],
        after=veiled.veil(shown[-1].pk) if more else None, is_further="after" in request.GET, state=state,
        states=_states(counts), may_send=may_send(request.user),
        is_held=row.state == AnnouncementState.HELD, is_told=row.reach == Reach.SUBSCRIBERS,
    )  # fmt: skip


@require_GET
def delivery(request, public_id, pk):
    row, its = _delivery(request, public_id, pk)
    return staff_page(
        request, "notifications/staff/delivery.html", title=_("One message"), now=timezone.now(), announcement=its,
        delivery=row, recipient=recipient(row, request.user), ledger=list(row.ledger.all()),
        may_send=may_send(request.user), may_be_sent_again=_may_be_sent_again(row),
    )  # fmt: skip


@require_POST
def replay(request, public_id, pk):
    row, _its = _delivery(request, public_id, pk)
    with refusing.in_messages(request) as tried:
        replaying.replay(row, by=request.user)
    if tried.is_done:
        messages.success(request, _("It is sent again now. Its attempts so far stay in the ledger."))
    return back(request)


@require_POST
def replay_failed(request, public_id):
    return replay_many(request, announcement=announcement_or_404(request, public_id))


def _delivery(request, public_id, pk):
    its = announcement_or_404(request, public_id)
    rows = Delivery.objects.select_related("subscriber", "channel", "person", "page", "announcement")
    return get_object_or_404(rows, pk=pk, announcement=its), its


def _may_be_sent_again(row: Delivery) -> bool:
    is_stuck = row.state == DeliveryState.SENDING and row.leased_until and row.leased_until < timezone.now()
    return row.state == DeliveryState.FAILED or bool(is_stuck)


def _parts(counts: overview.DeliveryCounts):
    """The bar: what share is in which state."""
    shares = [
        ("sent", counts.sent),
        ("waiting", counts.waiting),
        ("failed", counts.failed),
        ("cancelled", counts.cancelled),
    ]
    return [(name, n, round(100 * n / counts.total, 2)) for name, n in shares if n] if counts.total else []


def _states(counts: overview.DeliveryCounts):
    """Links to one state each, where there is something of it."""
    found = [
        (DeliveryState.SENT, counts.sent), (DeliveryState.FAILED, counts.failed), (DeliveryState.DUE, counts.waiting),
        (DeliveryState.CANCELLED, counts.cancelled),
    ]  # fmt: skip
    return [(state.value, state.label, n) for state, n in found if n]
