"""What happens to a post-mortem, to readers; and to it, its records and its action items, to the people whose turn it
is. Drills: nobody."""

from __future__ import annotations

from collections.abc import Iterable

from django.dispatch import receiver

from incidents.choices import Audience
from incidents.models import User
from notifications.announcements.announce import announce
from notifications.announcements.recall import call_back
from notifications.audience import reach
from notifications.choices import AnnouncementState, Event, Kind, Reach
from notifications.content import postmortem_review as review
from notifications.content.postmortem import scope_of_withdrawal
from notifications.content.postmortem_staff import asked
from notifications.models import Announcement
from postmortems import signals as of_postmortems
from postmortems.clocks import ACTION_ITEM_CLOCKS, POSTMORTEM_CLOCKS
from postmortems.models import ActionItem, Postmortem, Record, Version
from statuspage.snapshot import layout


@receiver(of_postmortems.published, dispatch_uid="tell_postmortem")
def tell_postmortem(*, postmortem: Postmortem, version: Version, **kwargs) -> None:
    """Whoever asked for post-mortems, and whoever was told of the incident (4-13). A later version only where its
    author asks for it; what has not left yet leaves with that version anyway."""
    incident = postmortem.incident
    if incident.audience != Audience.PUBLIC:
        return
    told = _to_readers(postmortem).exclude(event=Event.POSTMORTEM_WITHDRAWN)
    for waiting in told.filter(state__in=[AnnouncementState.WAITING, AnnouncementState.HELD]):
        waiting.content["announced"] = version.number
        waiting.save(update_fields=["content"])
        return
    is_later = told.filter(state__in=[AnnouncementState.RELEASED, AnnouncementState.DONE]).exists()
    announce(
        Event.POSTMORTEM_CORRECTED if is_later else Event.POSTMORTEM_PUBLISHED,
        key=f"postmortem:{postmortem.public_id}:{version.number}",
        reach=Reach.SUBSCRIBERS,
        kind=Kind.POSTMORTEM,
        subject_id=postmortem.pk,
        incident=incident,
        content={"announced": version.number},
        by=version.published_by,
        state=AnnouncementState.WAITING if version.notify else AnnouncementState.SILENT,
    )


@receiver(of_postmortems.withdrawn, dispatch_uid="call_back_postmortem")
def call_back_postmortem(*, postmortem: Postmortem, version: Version, by: User | None, tell: bool, **kwargs) -> None:
    """What has not left stays here; whoever was told of it hears, once, that it was withdrawn. That nobody does, on
    purpose, is a row too."""
    call_back(_to_readers(postmortem).exclude(event=Event.POSTMORTEM_WITHDRAWN))
    incident = postmortem.incident
    scope = scope_of_withdrawal(incident, layout.pages_of(incident), postmortem.pk)
    if incident.audience != Audience.PUBLIC or not reach.anybody_heard(scope):
        return
    announce(
        Event.POSTMORTEM_WITHDRAWN, key=f"postmortem.withdrawn:{postmortem.public_id}:{version.number}",
        reach=Reach.SUBSCRIBERS, kind=Kind.POSTMORTEM, subject_id=postmortem.pk, incident=incident,
        content={"announced": version.number}, by=by,
        state=AnnouncementState.WAITING if tell else AnnouncementState.SILENT,
    )  # fmt: skip


def _to_readers(postmortem: Postmortem):
    return Announcement.objects.filter(kind=Kind.POSTMORTEM, subject_id=postmortem.pk, reach=Reach.SUBSCRIBERS)


@receiver(of_postmortems.invited, dispatch_uid="tell_invited")
def tell_invited(*, postmortem: Postmortem, record: Record, **kwargs) -> None:
    """Who is asked for a record by somebody else; of a team its people, and its channel (3-36). Drills: nobody."""
    if postmortem.incident.audience != Audience.DRILL:
        announce(
            Event.STAFF_RECORD, key=f"record:{record.public_id}", reach=Reach.STAFF,
            **POSTMORTEM_CLOCKS.about(postmortem), people=[one for one in asked(record) if one != record.invited_by],
            content={"record": record.public_id}, by=record.invited_by,
        )  # fmt: skip


@receiver(of_postmortems.reminded, dispatch_uid="tell_reminded")
def tell_reminded(*, postmortem: Postmortem, record: Record, **kwargs) -> None:
    """Asked again by a person, for one that is not in."""
    if postmortem.incident.audience != Audience.DRILL:
        last = record.history.select_related("history_user").first()
        announce(
            Event.STAFF_RECORD, key=f"record:{record.public_id}:{last.history_date.isoformat()}", reach=Reach.STAFF,
            **POSTMORTEM_CLOCKS.about(postmortem), people=[one for one in asked(record) if one != last.history_user],
            content={"record": record.public_id}, by=last.history_user,
        )  # fmt: skip


@receiver(of_postmortems.assigned, dispatch_uid="tell_assigned")
def tell_assigned(*, action_item: ActionItem, **kwargs) -> None:
    """Its new owner, where somebody else gave it to them (0-24)."""
    if action_item.owner is None or action_item.owner == action_item.changed_by:
        return
    key = f"assigned:{action_item.key}:{action_item.changed_at.isoformat()}"
    announce(
        Event.STAFF_ASSIGNED, key=key, reach=Reach.STAFF, **ACTION_ITEM_CLOCKS.about(action_item),
        people=[action_item.owner], content={"owner": action_item.owner_id}, by=action_item.changed_by,
    )  # fmt: skip


@receiver(of_postmortems.handed_in, dispatch_uid="tell_handed_in")
def tell_handed_in(*, postmortem: Postmortem, record: Record, **kwargs) -> None:
    """Who sees to the post-mortem, and who asked for the record."""
    by = record.submitted_by
    if postmortem.incident.audience != Audience.DRILL:
        announce(
            Event.STAFF_HANDED_IN, key=f"handed_in:{record.public_id}:{record.submitted_at.isoformat()}",
            reach=Reach.STAFF, **POSTMORTEM_CLOCKS.about(postmortem),
            people=review.leads(postmortem, record.invited_by, but=by), content={"record": record.public_id}, by=by,
        )  # fmt: skip


@receiver(of_postmortems.sent_to_review, dispatch_uid="tell_signers")
def tell_signers(*, postmortem: Postmortem, version: Version, **kwargs) -> None:
    """Whoever may sign; not who asks, who has it on the screen."""
    people = [person for person in review.signers(version) if person != version.by]
    _tell(Event.STAFF_REVIEW, postmortem, version, people, by=version.by)


@receiver(of_postmortems.sent_back, dispatch_uid="tell_sent_back")
def tell_sent_back(*, postmortem: Postmortem, version: Version, **kwargs) -> None:
    by = version.sent_back_by
    _tell(Event.STAFF_SENT_BACK, postmortem, version, review.leads(postmortem, version.by, but=by), by=by)


@receiver(of_postmortems.approved, dispatch_uid="tell_approved")
def tell_approved(*, postmortem: Postmortem, version: Version, by: User | None, **kwargs) -> None:
    _tell(Event.STAFF_APPROVED, postmortem, version, review.leads(postmortem, version.by, but=by), by=by)


@receiver(of_postmortems.published, dispatch_uid="tell_owners")
def tell_owners(*, postmortem: Postmortem, version: Version, **kwargs) -> None:
    """Whose an action item is since it was drafted, once: who was told before is not told again (0-24)."""
    if postmortem.incident.audience == Audience.DRILL:
        return
    owned = postmortem.actionitems.agreed().open().filter(owner__isnull=False).select_related("owner")
    items = [item for item in owned if item.owner != version.published_by]
    about = {"event": Event.STAFF_ASSIGNED, "subject_id__in": [item.pk for item in items]}
    known = set(Announcement.objects.filter(**about).values_list("subject_id", "content__owner"))
    for item in items:
        if (item.pk, item.owner_id) not in known:
            item.postmortem = postmortem
            announce(
                Event.STAFF_ASSIGNED, key=f"assigned:{item.key}:{postmortem.public_id}:{version.number}",
                reach=Reach.STAFF, **ACTION_ITEM_CLOCKS.about(item), people=[item.owner],
                content={"owner": item.owner_id, "published": True}, by=version.published_by,
            )  # fmt: skip


def _tell(event: Event, postmortem: Postmortem, version: Version, people: Iterable[User], *, by: User | None) -> None:
    if postmortem.incident.audience != Audience.DRILL:
        announce(
            event, key=f"{event}:{postmortem.public_id}:{version.number}", reach=Reach.STAFF,
            **POSTMORTEM_CLOCKS.about(postmortem), people=people, content={"version": version.number}, by=by,
        )  # fmt: skip
