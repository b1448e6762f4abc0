"""Facts changed below: the announcement of it appears in the same transaction. Rows only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.dispatch import receiver

from incidents import signals
from incidents.choices import Audience, Status
from incidents.models import AddressChange, Incident, IncidentUpdate, User
from notifications.announcements.announce import announce, last_author, tell_one
from notifications.announcements.followers import move_followers
from notifications.announcements.recall import call_back
from notifications.choices import AnnouncementState, DeliveryState, Event, Reach
from notifications.content import staff
from notifications.models import Announcement, Delivery
from notifications.queue import waking

STAFF = {
    signals.suspected: Event.STAFF_SUSPECTED,  # 1-06
    signals.confirmed: Event.STAFF_CONFIRMED,  # 1-08
    signals.stage_changed: Event.STAFF_STAGE,  # 1-11
    signals.resolved: Event.STAFF_RESOLVED,  # 1-13
    signals.reopened: Event.STAFF_REOPENED,
    signals.unresolved: Event.STAFF_REOPENED,
}


@receiver(list(STAFF), dispatch_uid="tell_staff")
def tell_staff(*, signal, incident: Incident, **kwargs) -> None:
    """Engineering's step is done, so Support's is due (1-16, 3-21). Drills and what is recorded afterwards: nobody."""
    if incident.is_backfilled or incident.audience == Audience.DRILL:
        return
    event = STAFF[signal]
    if event == Event.STAFF_RESOLVED:  # one message for one act: it says the same as the update, and more
        Announcement.objects.filter(
            event=Event.STAFF_UPDATE, update__incident=incident, update__status=Status.RESOLVED,
            update__posted_at=incident.resolved_at, state=AnnouncementState.WAITING,
        ).delete()  # fmt: skip
    if incident.is_restricted:
        tell_security(incident)
    else:
        key = f"{event.value}:{incident.public_id}:{incident.version}"
        announce(event, key=key, reach=Reach.STAFF, incident=incident, by=last_author(incident))


def tell_security(incident: Incident) -> None:
    """That there is one, once, without a word of its content."""
    announce(Event.STAFF_RESTRICTED, key=f"staff.restricted:{incident.public_id}", reach=Reach.STAFF, incident=incident)


@receiver(signals.update_posted, dispatch_uid="tell_update")
def tell_update(*, incident: Incident, update: IncidentUpdate, **kwargs) -> None:
    """Everyone who asked, once; "do not notify" is a choice that stands on the record."""
    if incident.audience != Audience.PUBLIC or incident.is_backfilled:
        return
    announce(
        _event(incident, update), key=f"update:{update.public_id}", reach=Reach.SUBSCRIBERS, incident=incident,
        update=update, by=update.author,
        state=AnnouncementState.WAITING if update.deliver_notifications else AnnouncementState.SILENT,
    )  # fmt: skip
    announce(
        Event.STAFF_UPDATE, key=f"staff.update:{update.public_id}", reach=Reach.STAFF, incident=incident,
        update=update, by=update.author,
    )  # fmt: skip


@receiver(signals.update_corrected, dispatch_uid="tell_correction")
def tell_correction(*, incident: Incident, update: IncidentUpdate, **kwargs) -> None:
    """Only where its author asks for it. What has not left yet leaves corrected anyway: the text freezes at release.

    Channels get each: staff who repeat to a customer what they read there have to know.
    """
    if not _waits(f"staff.update:{update.public_id}"):
        _tell_changed(incident, update, staff.CORRECTED, by=last_author(incident), at=update.corrected_at)
    if not update.tell_again or incident.audience != Audience.PUBLIC or incident.is_backfilled:
        return
    if not _waits(f"update:{update.public_id}"):
        announce(
            Event.INCIDENT_CORRECTED, key=f"correction:{update.public_id}:{update.corrected_at.isoformat()}",
            reach=Reach.SUBSCRIBERS, incident=incident, update=update, by=last_author(incident),
        )  # fmt: skip


@receiver(signals.update_withdrawn, dispatch_uid="call_back_update")
def call_back_update(*, incident: Incident, update: IncidentUpdate, **kwargs) -> None:
    """What has not left stays here; channels that heard of it hear that it does not stand any more, and so do
    subscribers where whoever withdrew it wants that."""
    call_back(Announcement.objects.filter(update=update))
    if _was_heard(update):
        _tell_changed(incident, update, staff.WITHDRAWN, by=update.withdrawn_by, at=update.withdrawn_at)
    if update.tell_withdrawal and incident.audience == Audience.PUBLIC and _was_read(update):
        announce(
            Event.INCIDENT_WITHDRAWN, key=f"withdrawn:{update.public_id}", reach=Reach.SUBSCRIBERS, incident=incident,
            update=update, by=update.withdrawn_by,
        )  # fmt: skip


@receiver(signals.audience_changed, dispatch_uid="close_to_staff")
def close_to_staff(*, incident: Incident, **kwargs) -> None:
    """Staff who may not see it hear no more of it."""
    if incident.is_restricted:
        call_back(Announcement.objects.filter(incident=incident, reach=Reach.STAFF))
        staff.forget_where_it_goes_on(incident)
        tell_security(incident)


@receiver(signals.merged, dispatch_uid="move_followers")
def followers_move_along(*, incident: Incident, into: Incident, **kwargs) -> None:
    move_followers(incident, into)


@receiver(signals.merged, dispatch_uid="tell_merged")
def tell_merged(*, incident: Incident, **kwargs) -> None:
    if incident.audience not in (Audience.DRILL, Audience.RESTRICTED):
        key = f"{Event.STAFF_STAGE.value}:{incident.public_id}:{incident.version}"
        announce(Event.STAFF_STAGE, key=key, reach=Reach.STAFF, incident=incident, by=last_author(incident))


@receiver(signals.facts_changed, dispatch_uid="tell_bridge")
def tell_bridge(*, incident: Incident, changed: Sequence[str] = (), by: User | None = None, **kwargs) -> None:
    """Where people join, once for each new link (1-10)."""
    if "bridge_url" not in changed or not incident.bridge_url or not incident.is_open or incident.is_backfilled:
        return
    if incident.audience not in (Audience.DRILL, Audience.RESTRICTED):
        announce(Event.STAFF_BRIDGE, key=staff.bridge_key(incident), reach=Reach.STAFF, incident=incident, by=by)


@receiver(signals.invited, dispatch_uid="mail_invitation")
def mail_invitation(*, user: User, by: User | None, **kwargs) -> None:
    tell_one(Event.PERSON_INVITED, key=f"invited:{uuid4()}", person=user, by=by, content={"by": str(by or "")})


@receiver(signals.password_reset_asked, dispatch_uid="mail_password")
def mail_password(*, user: User, by: User | None, **kwargs) -> None:
    tell_one(Event.PERSON_PASSWORD, key=f"password:{uuid4()}", person=user, by=by, content={"by": str(by or "")})


@receiver(signals.password_asked, dispatch_uid="look_up_password_ask")
def look_up_password_ask(**kwargs) -> None:
    """The sender does (:mod:`notifications.asked`)."""
    waking.on_commit()


@receiver(signals.address_change_asked, dispatch_uid="mail_address_change")
def mail_address_change(*, user: User, change: AddressChange, by: User | None, **kwargs) -> None:
    """The new address confirms, the old one knows. Both stand in the message: the account's own may move meanwhile."""
    who = str(by or "") if by != user else ""
    words = {"by": who, "old": user.email, "new": change.address, "change": change.pk}
    for event, to in ((Event.PERSON_ADDRESS, change.address), (Event.PERSON_MOVING, user.email)):
        if to:
            tell_one(event, key=f"{event}:{change.pk}:{uuid4()}", person=user, by=by, content=words | {"to": to})


def _tell_changed(incident: Incident, update: IncidentUpdate, what: str, *, by: User | None, at: datetime) -> None:
    """Channels that heard of the update hear what became of it; of what they never heard, nothing."""
    if incident.audience in (Audience.DRILL, Audience.RESTRICTED) or incident.is_backfilled:
        return
    announce(
        Event.STAFF_UPDATE, key=f"staff.update.{what}:{update.public_id}:{at.isoformat()}", reach=Reach.STAFF,
        incident=incident, update=update, by=by, content={"what": what},
    )  # fmt: skip


def _waits(key: str) -> bool:
    waiting = [AnnouncementState.WAITING, AnnouncementState.HELD]
    return Announcement.objects.filter(key=key, state__in=waiting).exists()


def _was_heard(update: IncidentUpdate) -> bool:
    """Whether any message on it has gone inside. The all-clear that resolved it was sent as the resolution."""
    rows = Announcement.objects.filter(update=update, event=Event.STAFF_UPDATE)
    if not rows.exists():
        return True
    sent = [DeliveryState.SENT, DeliveryState.SENDING]
    return Delivery.objects.filter(announcement__in=rows, state__in=sent).exists()


def _was_read(update: IncidentUpdate) -> bool:
    """Whether anybody outside has a message of it, or is just being sent one."""
    rows = Delivery.objects.filter(announcement__update=update, announcement__reach=Reach.SUBSCRIBERS)
    return rows.exclude(state__in=[DeliveryState.CANCELLED, DeliveryState.FAILED]).exists()


def _event(incident: Incident, update: IncidentUpdate) -> Event:
    if update.status == Status.RESOLVED:
        return Event.INCIDENT_RESOLVED
    before = incident.updates.visible().exclude(pk=update.pk).first()
    if before is None:
        return Event.INCIDENT_CREATED
    return Event.INCIDENT_REOPENED if Status(update.status).reopens(before.status) else Event.INCIDENT_UPDATED
