"""What every verb does: take the lock, write the row with who and why in its history, and note what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.actions.base import require_reason, save_audited
from incidents.exceptions import DomainError
from incidents.maintenance import signals
from incidents.maintenance.choices import State, UpdateKind
from incidents.maintenance.locking import locked  # noqa: F401
from incidents.maintenance.models import Window, WindowUpdate
from incidents.models import User

TOLD = ("sequence", "changed_at")  # fields that every act towards readers changes


def save(window: Window, *fields: str, by: User | None, reason: str = "") -> None:
    """Write ``fields`` with who and why in the history, and raise the version."""
    window.version += 1
    save_audited(window, *fields, "version", by=by, reason=reason)


def move(window: Window, state: State) -> None:
    """Set the state; the caller holds the lock and saves it."""
    if not State(window.state).can_become(state):
        words = {"old": window.get_state_display().lower(), "new": State(state).label.lower()}
        raise DomainError(_("Maintenance that is %(old)s cannot become %(new)s.") % words)
    window.state = state


@dataclass(frozen=True)
class Message:
    """What readers get with an act besides what the act says itself: ``body`` is Markdown. ``deliver``: whether
    subscribers get a message at all; not to tell them is a decision, and ``silence_reason`` says why."""

    body: str = ""
    deliver: bool = True
    silence_reason: str = ""

    def check(self, *, needs_body: bool = False) -> None:
        if needs_body and not self.body.strip():
            raise DomainError(_("Write what customers should read."), field="body")
        if not self.deliver:
            require_reason(self.silence_reason, field="silence_reason")


PLAIN = Message()


def tell(
    window: Window,
    kind: UpdateKind,
    *,
    by: User | None,
    message: Message = PLAIN,
    at: datetime | None = None,
    raises: bool = True,
    **facts: Any,
) -> WindowUpdate:
    """Note what happened as readers get it. The caller saves the window, with :data:`TOLD`.

    ``raises``: whether calendars have to take in something new.
    """
    message.check()
    now = at or timezone.now()
    window.sequence += raises
    window.changed_at = now
    update = WindowUpdate(
        window=window, kind=kind, body=message.body.strip(), posted_at=now, author=by, starts_at=window.starts_at,
        ends_at=window.ends_at, sequence=window.sequence, deliver_notifications=message.deliver,
        silence_reason="" if message.deliver else message.silence_reason.strip()[:255], **facts,
    )  # fmt: skip
    save_audited(update, by=by)
    return update


def told(window: Window, update: WindowUpdate) -> WindowUpdate:
    """After everything is written: whoever listens reads the rows as they are now."""
    signals.told.send(sender=Window, window=window, update=update)
    return update
