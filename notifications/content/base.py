"""What an announcement is about, as release, fan-out, recall, retention and the limit against storms ask for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from incidents.clocks.clock import Clock
from incidents.clocks.promises import Subject
from incidents.models import User
from notifications.audience.reach import Listeners, Scope
from notifications.models import Announcement
from statuspage.models import Page

Json = dict[str, Any]


class Content(ABC):
    """One announcement with its subject. A new kind is a subclass, and its line in :mod:`notifications.content.kinds`.

    Nothing here writes, but for :meth:`lock` and :meth:`keep`.
    """

    def __init__(self, announcement: Announcement):
        self.announcement = announcement

    # Whether it may leave

    @abstractmethod
    def why_not(self) -> str:
        """Why nothing may be sent of it any more (:mod:`notifications.content.reasons`); empty where they may."""

    def why_not_again(self) -> str:
        """The same for what is sent again, however long after."""
        return self.why_not()

    def why_not_public(self) -> str:
        """Why subscribers may not read it (any more); empty where they may."""
        return self.why_not()

    def waits_with_readers(self) -> bool:
        """Whether internal channels hear of it when subscribers do, because it may still be called back."""
        return False

    # Who hears of it

    @abstractmethod
    def pages(self) -> list[Page]:
        """The pages that it stands on now."""

    @abstractmethod
    def scope(self, pages: Sequence[Page]) -> Scope:
        """What subscriptions are held against; of what was frozen."""

    @abstractmethod
    def same_subject(self) -> Q:
        """The announcements that count together for the limit against storms."""

    def listeners(self) -> Listeners:
        """Which internal channels hear of it; by default all that listen to its topic."""
        return Listeners()

    @property
    def is_restricted(self) -> bool:
        """Whether only those who may see the subject, and security, may know of it."""
        return False

    def may_be_read_by(self, person: User) -> bool:
        """Whether this person on the inside may hear of it."""
        return True

    # What is said

    @abstractmethod
    def frozen(self, pages: Sequence[Page]) -> Json:
        """What subscribers of ``pages`` get. It holds ``pages`` by public id, ``places`` and ``severity``."""

    @abstractmethod
    def frozen_for_staff(self) -> Json:
        """What messages to internal channels and staff say; what stands in the announcement already is kept."""

    @property
    def version(self) -> int | None:
        """Of the facts that the text is made from; none where it never changes."""
        return None

    def refreshed(self) -> Json:
        """The frozen content as it stands now, where the facts moved on since it froze."""
        return self.announcement.content

    @property
    def thread(self) -> str:
        """What threads a conversation in a mailbox; the logs name it too."""
        return ""

    @property
    def trace(self) -> str:
        """The subject as logs may name it; empty where nobody may know that there is one."""
        return self.thread

    @property
    def title(self) -> str:
        """What staff call the subject on the screens of messages; empty where there is none."""
        return ""

    @property
    def url(self) -> str:
        """Where staff find the subject, if it has a title."""
        return ""

    @property
    def told_at(self) -> datetime:
        """When readers of the page read it."""
        return self.announcement.created_at

    # A person decides on it

    @abstractmethod
    def lock(self, *, by: User | None) -> None:
        """Take the lock of the subject, which comes before the announcement's; refuses where ``by`` may not see it."""

    @abstractmethod
    def keep(self, sentence: str, *, by: User | None) -> None:
        """Keep on the subject's record what was decided."""

    # Of all of this kind

    @classmethod
    @abstractmethod
    def reminder(cls, subject: Subject, clock: Clock, *, phase: str, now: datetime) -> Json:
        """What internal channels read when one of its clocks runs out, or has; complete, for it is sent as it is."""

    @classmethod
    @abstractmethod
    def reminded(cls, subject: Subject, *, phase: str) -> list[User]:
        """Who hears of that by mail besides the channels (:mod:`notifications.content.reminder`)."""

    @classmethod
    def in_progress(cls) -> Q:
        """The announcements whose ledger is still needed, however old."""
        return Q(pk__in=[])
