"""What happens to maintenance is announced in the same transaction: to subscribers, to channels, and to who is asked to
approve it. Internal maintenance is for the inside only. Rows only.
"""

from __future__ import annotations

from django.dispatch import receiver

from incidents.maintenance import signals
from incidents.maintenance.choices import Decision, UpdateKind
from incidents.maintenance.models import Approval, Window, WindowUpdate
from notifications.announcements.announce import announce
from notifications.announcements.recall import call_back
from notifications.choices import AnnouncementState, Event, Kind, Reach
from notifications.content.maintenance import EVENTS, about, key_of
from notifications.content.maintenance_words import TOLD
from notifications.models import Announcement

UNSENT = (AnnouncementState.WAITING, AnnouncementState.HELD)


@receiver(signals.told, dispatch_uid="tell_maintenance")
def tell_maintenance(*, window: Window, update: WindowUpdate, **kwargs) -> None:
    """Everyone who asked, once for each update; "do not notify" is a choice that stands on the record."""
    if update.kind in TOLD:
        announce(
            Event.STAFF_MAINTENANCE, key=f"staff.maintenance:{update.public_id}", reach=Reach.STAFF,
            kind=Kind.MAINTENANCE, subject_id=window.pk, content={"told": update.public_id}, by=update.author,
        )  # fmt: skip
    if not window.is_public:
        return
    is_news = not _is_said_anyway(window, update)
    if update.kind == UpdateKind.CANCELLED:
        is_news = _was_heard_of(window)
    announce(
        EVENTS[UpdateKind(update.kind)], key=key_of(update), reach=Reach.SUBSCRIBERS, kind=Kind.MAINTENANCE,
        subject_id=window.pk, content={"told": update.public_id}, by=update.author,
        state=AnnouncementState.WAITING if update.deliver_notifications and is_news else AnnouncementState.SILENT,
    )  # fmt: skip


def _is_said_anyway(window: Window, update: WindowUpdate) -> bool:
    """What is different from an announcement that has not left yet: it leaves with that."""
    first = Announcement.objects.filter(about(window.pk), event=Event.MAINTENANCE_SCHEDULED)
    differs = update.kind in (UpdateKind.MOVED, UpdateKind.CHANGED)
    return differs and first.filter(state=AnnouncementState.WAITING).exists()


def _was_heard_of(window: Window) -> bool:
    """What had not left stays here, since it does not take place. Where that was all there was, nobody has to hear that
    it was called off."""
    rows = Announcement.objects.filter(about(window.pk), reach=Reach.SUBSCRIBERS)
    waited, left = rows.filter(state__in=UNSENT).exists(), rows.filter(released_at__isnull=False).exists()
    call_back(rows)
    return left or not waited


@receiver(signals.approval_asked, dispatch_uid="ask_approver")
def ask_approver(*, window: Window, approval: Approval, **kwargs) -> None:
    _to_one(Event.STAFF_APPROVAL, window, approval, approval.approver, by=approval.asked_by)


@receiver(signals.decided, dispatch_uid="tell_who_asked")
def tell_who_asked(*, window: Window, approval: Approval, **kwargs) -> None:
    """What was withdrawn is news to nobody who waits."""
    if approval.decision in (Decision.APPROVED, Decision.DECLINED) and approval.decided_by != approval.asked_by:
        _to_one(Event.STAFF_DECIDED, window, approval, approval.asked_by, by=approval.decided_by)


def _to_one(event: Event, window: Window, approval: Approval, person, *, by) -> None:
    announce(
        event, key=f"{event}:{approval.public_id}", reach=Reach.STAFF, kind=Kind.MAINTENANCE, subject_id=window.pk,
        people=[person], content={"approval": approval.public_id}, by=by,
    )  # fmt: skip
