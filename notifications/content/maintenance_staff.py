"""What is said inside of maintenance: to channels, what happens to a window; to people, what they are asked to approve
and what became of what they asked for (3-07); and that it overruns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from incidents.actions.base import save_audited
from incidents.choices import SeverityLevel
from incidents.clocks.clock import Clock
from incidents.clocks.promises import Subject
from incidents.maintenance.locking import locked
from incidents.maintenance.models import Approval, Window, WindowUpdate
from incidents.maintenance.places import url_of
from incidents.models import User
from notifications.audience import reach
from notifications.audience.reach import Listeners
from notifications.choices import Event, Kind, Topic
from notifications.content import maintenance_words, reasons
from notifications.content.base import Content, Json
from notifications.content.reminder import ESCALATION, who_can_read, with_right
from notifications.models import Announcement

TO_PEOPLE = frozenset({Event.STAFF_APPROVAL, Event.STAFF_DECIDED})


class MaintenanceStaffContent(Content):
    """What is said inside. What subscribers get adds :mod:`notifications.content.maintenance`."""

    @property
    def window(self) -> Window | None:
        """Looked up once for all messages of one announcement."""
        if not hasattr(self.announcement, "_window"):
            read_together([self.announcement])
        return self.announcement._window

    @property
    def update(self) -> WindowUpdate | None:
        """What happened; none where it is a reminder. As often looked up as the window."""
        if not hasattr(self.announcement, "_told"):
            rows = WindowUpdate.objects.defer("arithmetic").filter(window=self.announcement.subject_id)
            told = self.announcement.content.get("told")
            self.announcement._told = rows.filter(public_id=told).first() if told else None
        return self.announcement._told

    @cached_property
    def approval(self) -> Approval | None:
        rows = Approval.objects.select_related("asked_by", "approver", "decided_by", "window")
        return rows.filter(public_id=self.announcement.content.get("approval", "")).first()

    def why_not(self) -> str:
        if self.window is None:
            return reasons.IS_GONE
        if self.announcement.event == Event.STAFF_APPROVAL and (self.approval is None or self.approval.decision):
            return reasons.IS_DECIDED
        return ""

    def pages(self) -> list:
        return []

    def same_subject(self) -> Q:
        return Q(kind=Kind.MAINTENANCE, subject_id=self.announcement.subject_id)

    def listeners(self) -> Listeners:
        """The channels of its teams and of every team; what one person is asked, none. That it overruns is told to
        those that hear of maintenance."""
        if self.announcement.event in TO_PEOPLE or self.window is None:
            return Listeners(is_own=True)
        found = listeners_of(self.window, self.window.impacts.values_list("component", flat=True))
        is_clock = self.announcement.event == Event.STAFF_CLOCK
        return replace(found, topic=Topic.MAINTENANCE) if is_clock else found

    def may_be_read_by(self, person: User) -> bool:
        return self.window is not None and person.has_perm("maintenance.view_window")

    def frozen_for_staff(self) -> Json:
        event, said, by = Event(self.announcement.event), self.announcement.content, self.announcement.created_by
        if self.window is None or event == Event.STAFF_CLOCK:
            return said
        if event == Event.STAFF_HELD:
            return maintenance_words.held(self.window) | said
        if event == Event.STAFF_APPROVAL and self.approval is not None:
            return maintenance_words.asked(self.approval) | said
        if event == Event.STAFF_DECIDED and self.approval is not None:
            return maintenance_words.decided(self.approval) | said
        if self.update is not None:
            return maintenance_words.told(self.window, self.update, by=by) | said
        return maintenance_words.about(self.window) | said

    @property
    def thread(self) -> str:
        return self.window.public_id if self.window else ""

    @property
    def title(self) -> str:
        return self.window.title if self.window else ""

    @property
    def url(self) -> str:
        return url_of(self.window) if self.window else ""

    def lock(self, *, by: User | None) -> None:
        if self.window is not None:
            locked(self.window, by=by)

    def keep(self, sentence: str, *, by: User | None) -> None:
        """As the reason of a line in its history."""
        if self.window is not None:
            save_audited(self.window, "title", by=by, reason=sentence)

    @classmethod
    def reminder(cls, subject: Subject, clock: Clock, *, phase: str, now: datetime) -> Json:
        return maintenance_words.late_or_soon(subject.row, clock, phase=phase, now=now)

    @classmethod
    def reminded(cls, subject: Subject, *, phase: str) -> list[User]:
        """The owner, without one who wanted it; when it stays late, whoever may approve maintenance as well."""
        window: Window = subject.row
        told = {window.owner or window.author} - {None}
        if phase == ESCALATION:
            told |= set(with_right("maintenance.approve_window"))
        return who_can_read(told)

    @classmethod
    def in_progress(cls) -> Q:
        return Q(kind=Kind.MAINTENANCE, subject_id__in=Window.objects.ahead().values("pk"))


def listeners_of(window: Window | None, components: Iterable[int]) -> Listeners:
    """Its team, its owner's, and those of what it affects; whatever severity a channel hears from on."""
    owner = window.owner if window else None
    teams = {window.team_id if window else None, owner.team_id if owner else None} - {None}
    return Listeners(severity=SeverityLevel.CRITICAL, teams=frozenset(teams | reach.teams_for(set(components))))


def read_together(announcements: Iterable[Announcement]) -> None:
    """Look up the windows of many announcements at once. One query, whatever their number."""
    rows = [row for row in announcements if row.kind == Kind.MAINTENANCE]
    found: Mapping[int, Window] = {}
    if rows:
        found = Window.objects.select_related("owner", "author", "team").in_bulk({row.subject_id for row in rows})
    for row in rows:
        row._window = found.get(row.subject_id)
