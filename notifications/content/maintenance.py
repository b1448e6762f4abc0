"""A maintenance window: what happens to it and its reminders, to subscribers; what is said inside is one room further.

Subscribers hear of it whatever severity they asked for: a window has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max, Q
from django.utils import timezone

from incidents.choices import SeverityLevel
from incidents.maintenance.choices import State, UpdateKind
from incidents.maintenance.models import WindowUpdate
from notifications.audience import reach
from notifications.audience.reach import Scope
from notifications.choices import Event, Kind, Reach
from notifications.content import maintenance_update, reasons
from notifications.content.base import Json
from notifications.content.maintenance_staff import MaintenanceStaffContent
from notifications.messages.maintenance_words import LAST_WORDS
from notifications.models import Announcement
from statuspage.documents.times import stamp
from statuspage.models import Page

EVENTS = {
    UpdateKind.POSTED: Event.MAINTENANCE_SCHEDULED,
    UpdateKind.MOVED: Event.MAINTENANCE_MOVED,
    UpdateKind.CHANGED: Event.MAINTENANCE_CHANGED,
    UpdateKind.BEGUN: Event.MAINTENANCE_STARTED,
    UpdateKind.UPDATE: Event.MAINTENANCE_UPDATED,
    UpdateKind.EXTENDED: Event.MAINTENANCE_EXTENDED,
    UpdateKind.VERIFYING: Event.MAINTENANCE_VERIFYING,
    UpdateKind.ENDED: Event.MAINTENANCE_COMPLETED,
    UpdateKind.CANCELLED: Event.MAINTENANCE_CANCELLED,
}
TIMES = (UpdateKind.MOVED, UpdateKind.EXTENDED)  # whose last one says what holds


class MaintenanceContent(MaintenanceStaffContent):
    """What leaves says what the window is by then: its times, its state, its words."""

    def why_not(self) -> str:
        if self.announcement.reach != Reach.SUBSCRIBERS:
            return super().why_not()
        if self.window is None:
            return reasons.IS_GONE
        if not self.window.is_public:
            return reasons.IS_NOT_PUBLIC_MAINTENANCE
        if self.announcement.event == Event.MAINTENANCE_REMINDER:
            return self._why_not_remind()
        if self.window.is_over and self.announcement.event not in LAST_WORDS:
            return reasons.IS_CANCELLED if self.window.state == State.CANCELLED else reasons.IS_OVER
        if self.update is None:
            return reasons.IS_GONE
        return reasons.IS_MOVED_AGAIN if self._is_moved_again() else ""

    def _why_not_remind(self) -> str:
        """It is true as long as the window begins when it says, and has not begun."""
        assert self.window is not None
        if self.window.state == State.CANCELLED:
            return reasons.IS_CANCELLED
        if stamp(self.window.starts_at) != self.announcement.content["reminder"]["starts_at"]:
            return reasons.IS_MOVED
        is_late = self.window.state != State.SCHEDULED or self.window.starts_at <= timezone.now()
        return reasons.HAS_BEGUN if is_late else ""

    def pages(self) -> list[Page]:
        rows = Page.objects.filter(listed_windows__window=self.announcement.subject_id)
        if self.announcement.event == Event.MAINTENANCE_REMINDER:
            rows = rows.filter(public_id__in=self.announcement.content["reminder"]["pages"])
        return list(rows)

    def scope(self, pages: Sequence[Page]) -> Scope:
        places = [tuple(place) for place in self.announcement.content["places"]]
        return scope_of(self.announcement.subject_id, pages, places=places, but=self.announcement.pk)

    def frozen(self, pages: Sequence[Page]) -> Json:
        return maintenance_update.of_window(self.window, pages, update=self.update, old=self._old_times())

    @property
    def version(self) -> int | None:
        is_told = self.announcement.reach == Reach.SUBSCRIBERS and self.window is not None
        return self.window.version if is_told else None

    def refreshed(self) -> Json:
        """Its facts as they are, on the pages that it still stands on; the class of message stays."""
        there = self.pages()
        frozen = self.announcement.content
        found = frozen | self.frozen([page for page in self.announcement.pages.all() if page in there])
        return found if self.update else found | {"posted_at": frozen["posted_at"]}

    @property
    def told_at(self) -> datetime:
        return self.update.posted_at if self.update else self.announcement.created_at

    def _is_moved_again(self) -> bool:
        """Whether later times were announced, which subscribers are told of in a message of its own."""
        assert self.update is not None
        if self.update.kind not in TIMES:
            return False
        if not hasattr(self.announcement, "_moved_again"):
            later = WindowUpdate.objects.filter(window=self.window, kind=self.update.kind, pk__gt=self.update.pk)
            self.announcement._moved_again = later.filter(deliver_notifications=True).exists()
        return self.announcement._moved_again

    def _old_times(self) -> tuple[datetime, datetime] | None:
        """Of a window with other times than before: those that held when subscribers last heard of it."""
        if self.update is None or self.update.old_starts_at is None or self.update.old_ends_at is None:
            return None
        heard = Announcement.objects.filter(self.same_subject(), reach=Reach.SUBSCRIBERS, pk__lt=self.announcement.pk)
        last = heard.aggregate(at=Max("released_at"))["at"]
        if last is not None:
            rows = WindowUpdate.objects.filter(window=self.window, pk__lt=self.update.pk, posted_at__lte=last)
            known = rows.order_by("-posted_at", "-pk").first()
            if known and (known.starts_at, known.ends_at) != (self.window.starts_at, self.window.ends_at):
                return known.starts_at, known.ends_at
        return self.update.old_starts_at, self.update.old_ends_at


def key_of(update: WindowUpdate) -> str:
    """Of its announcement to subscribers."""
    return f"maintenance:{update.public_id}"


def about(window: int | None) -> Q:
    """The announcements of this window."""
    return Q(kind=Kind.MAINTENANCE, subject_id=window)


def scope_of(window: int | None, pages: Sequence[Page], *, places: Sequence, but: int | None = None) -> Scope:
    """Subscribers who want maintenance there, whatever their severity, who follow this window, and whoever was told of
    it before. ``window``: none where it does not exist yet."""
    earlier = about(window) if window else Q(pk__in=[])
    return reach.scope_for(
        pages, places=places, severity=SeverityLevel.CRITICAL, kind=Kind.MAINTENANCE, window=window, earlier=earlier,
        but=but,
    )  # fmt: skip
