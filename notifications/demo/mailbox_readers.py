"""Who may read which mail of the demo's mailbox."""

from __future__ import annotations

from collections.abc import Iterable

from incidents.models import AddressChange, User
from notifications.choices import Event
from notifications.demo.mailbox import Piece
from notifications.models import Announcement

OF_STAFF = "staff."
OF_PEOPLE = "person."  # its links stand for somebody's account
TO_SUBSCRIBERS = frozenset(event.value for event in Event if not event.startswith((OF_STAFF, OF_PEOPLE)))
ANNOUNCED = ("incident.", "postmortem.", "maintenance.", OF_STAFF)


def readable(pieces: Iterable[Piece], user: User) -> list[Piece]:
    """Asked anew each time: an incident may have been restricted after its mails went out."""
    waiting = set(AddressChange.objects.filter(person=user).values_list("address", flat=True))
    mine = [each for each in pieces if _is_for(each, user, waiting)]
    ids = {each.announcement for each in mine if each.event.startswith(ANNOUNCED)}
    rows = Announcement.objects.visible_to(user).filter(public_id__in=ids)
    visible = set(rows.values_list("public_id", flat=True)) if ids else set()
    return [each for each in mine if not each.event.startswith(ANNOUNCED) or each.announcement in visible]


def reads_subscribers(user: User) -> bool:
    return user.has_perm("notifications.view_subscriber")


def _is_for(piece: Piece, user: User, waiting: set[str]) -> bool:
    """One's own, and of an address that is to be one's own the question whether it is; subscribers' with the right to
    see subscribers; by superusers those of channels too.
    """
    if user.email and piece.to == user.email.lower():
        return True
    if piece.event == Event.PERSON_ADDRESS and piece.to in waiting:
        return True
    if piece.event in TO_SUBSCRIBERS:
        return reads_subscribers(user)
    return user.is_superuser and not piece.event.startswith(OF_PEOPLE)
