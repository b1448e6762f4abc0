"""What every verb does: take the lock, check what may be changed, write the row with who and why in its history."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from incidents.actions.base import require_reason, save_audited  # noqa: F401
from incidents.exceptions import DomainError
from incidents.models import User
from incidents.permissions import require
from postmortems.choices import Stage
from postmortems.locking import locked
from postmortems.models import Postmortem, Record


def save(postmortem: Postmortem, *fields: str, by: User | None, reason: str = "") -> None:
    """Write ``fields`` with who and why in the history, and raise the version."""
    postmortem.version += 1
    save_audited(postmortem, *fields, "version", by=by, reason=reason)


def touch(postmortem: Postmortem) -> None:
    """Something in it changed: whoever read it before reads what is new first. Its own history has nothing to say."""
    Postmortem.objects.filter(pk=postmortem.pk).update(version=F("version") + 1)


def move(postmortem: Postmortem, stage: Stage) -> None:
    """Set the stage; the caller holds the lock and saves it."""
    if not Stage(postmortem.stage).can_become(stage):
        words = {"old": postmortem.get_stage_display().lower(), "new": Stage(stage).label.lower()}
        raise DomainError(_("A post-mortem that is %(old)s cannot become %(new)s.") % words)
    postmortem.stage = stage


def to_write(postmortem: Postmortem, record: Record | None, *, by: User | None) -> Postmortem:
    """Locked for a change of its parts: of a record for those who fill it in, of the document while it is a draft."""
    row = locked(postmortem, by=by)
    if record is not None:
        if by is not None and not record.is_written_by(by):
            require(by, "postmortems.draft_postmortem")
        require(by, "postmortems.write_record")
        return row
    require(by, "postmortems.draft_postmortem")
    if not row.is_draft:
        words = {"stage": row.get_stage_display().lower()}
        raise DomainError(_("It is %(stage)s, and its text stays as it was read. Send it back to change it.") % words)
    return row
