"""A person decides on what the limit against a storm of messages held back."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.models import User
from incidents.moments import moment
from incidents.permissions import require
from notifications.announcements.release import release_held
from notifications.choices import AnnouncementState
from notifications.content.kinds import content_of, traces
from notifications.models import Announcement
from notifications.queue import waking
from notifications.rights import SEND

logger = logging.getLogger(__name__)


@transaction.atomic
def release(announcement: Announcement, *, by: User | None) -> Announcement:
    """Let it go to everybody whom it reaches now; the text freezes at this moment."""
    announcement = _held(announcement, by=by)
    if content_of(announcement).why_not_public():
        raise DomainError(_("Nobody outside may read this any more, so it cannot be sent. Drop it."))
    release_held(announcement, by=by)
    _keep(announcement, _("Released the held-back messages of the update of %(time)s."), by=by)
    waking.on_commit()
    return announcement


@transaction.atomic
def drop(announcement: Announcement, *, by: User | None) -> Announcement:
    """Nothing is sent; the page keeps what it says."""
    announcement = _held(announcement, by=by)
    announcement.state, announcement.decided_by = AnnouncementState.CALLED_BACK, by
    announcement.save(update_fields=["state", "decided_by"])
    _keep(announcement, _("Dropped the held-back messages of the update of %(time)s: nobody was told of it."), by=by)
    return announcement


def _held(announcement: Announcement, *, by: User | None) -> Announcement:
    """The row under its lock, after its subject's; refuses where somebody decided before."""
    require(by, SEND)
    content_of(announcement).lock(by=by)
    row = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
    if row.state != AnnouncementState.HELD:
        who = row.decided_by or _("the system")
        raise DomainError(
            _("It is not held back any more: %(state)s, %(who)s.")
            % {"state": row.get_state_display().lower(), "who": who}
        )
    return row


def _keep(announcement: Announcement, sentence: str, *, by: User | None) -> None:
    """On the subject's record: who decided, for later readers."""
    content = content_of(announcement)
    content.keep(sentence % {"time": moment(content.told_at)}, by=by)
    who = by.pk if by else "the system"
    logger.info("%s is %s, by %s", announcement.public_id, announcement.state, who, extra=traces(announcement))
