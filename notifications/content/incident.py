"""An incident: its updates to subscribers, and its internal messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from incidents import choices
from incidents.actions.base import locked, record
from incidents.choices import Audience, EntryKind
from incidents.clocks.clock import Clock
from incidents.clocks.compliance import INCIDENT_CLOCKS
from incidents.clocks.promises import Subject
from incidents.models import Incident, IncidentUpdate, User
from notifications.audience import reach
from notifications.audience.reach import Listeners, Scope
from notifications.choices import Event, Kind, Reach
from notifications.content import incident_endings, incident_update, reasons, staff, staff_parts
from notifications.content.base import Content, Json
from notifications.content.reminder import people
from notifications.content.staff_parts import WITHDRAWN
from statuspage.models import Page
from statuspage.snapshot import layout

# For those only who were told of what ends
ENDINGS = (Event.INCIDENT_WITHDRAWN, Event.INCIDENT_MERGED, Event.INCIDENT_REMOVED)
IS_OVER = Q(content__status=choices.Status.RESOLVED)  # announcements that end it for whoever reads them


class IncidentContent(Content):
    """What has no incident any more, or never had one, is sent to nobody outside."""

    @property
    def incident(self) -> Incident | None:
        return self.announcement.incident

    @property
    def update(self) -> IncidentUpdate | None:
        return self.announcement.update

    @property
    def title(self) -> str:
        return self.incident.title if self.incident else ""

    @property
    def url(self) -> str:
        return INCIDENT_CLOCKS.url(self.incident)

    def why_not(self) -> str:
        if self.announcement.reach == Reach.ONE or (self._is_removal and self.incident):
            return ""
        if self.announcement.reach == Reach.SUBSCRIBERS and not self._is_public:
            return reasons.IS_NOT_PUBLIC
        if self.is_restricted and not self._is_closed:
            return reasons.IS_RESTRICTED
        if self._is_withdrawn and not self._tells_of_withdrawal:
            return reasons.IS_WITHDRAWN
        return ""

    def why_not_again(self) -> str:
        """What went on elsewhere meanwhile is announced there."""
        if reason := self.why_not():
            return reason
        merged_at = self.incident.merged_at if self.incident else None
        return reasons.IS_MERGED if merged_at and self.announcement.created_at < merged_at else ""

    def why_not_public(self) -> str:
        if self._is_removal:
            return "" if self.pages() else reasons.IS_SHOWN_AGAIN
        if not self._is_public:
            return reasons.IS_NOT_PUBLIC
        if self.announcement.event in ENDINGS:
            return ""
        return reasons.IS_WITHDRAWN if self.update is None or self._is_withdrawn else ""

    def waits_with_readers(self) -> bool:
        """The channels' message of an update that may be called back; what became of one is sent at once."""
        if self.announcement.event != Event.STAFF_UPDATE or self.announcement.content.get("what"):
            return False
        return self.update is not None and self.update.deliver_notifications

    def pages(self) -> list[Page]:
        """That it is shown no more: those that it was taken from, and is not shown on again."""
        stands = layout.pages_of(self.incident)
        if not self._is_removal:
            return stands
        left = Page.objects.filter(pk__in=self.announcement.content.get("left", []))
        return [page for page in left if not (self._is_public and page in stands)]

    def scope(self, pages: Sequence[Page]) -> Scope:
        frozen, event = self.announcement.content, self.announcement.event
        return reach.scope_for(
            pages,
            places=[tuple(place) for place in frozen["places"]],
            severity=frozen["severity"],
            kind=Kind(self.announcement.kind),
            incidents=incidents_of(self.incident),
            earlier=Q(update=self.update) if event == Event.INCIDENT_WITHDRAWN else None,
            is_told_only=event in ENDINGS,
            also=frozen.get("followers", ()),
            ended=IS_OVER if self._is_removal else None,
            but=self.announcement.pk,
        )

    def same_subject(self) -> Q:
        return Q(kind=Kind.INCIDENT, incident=self.incident)

    def listeners(self) -> Listeners:
        """Of a restricted incident: security only (1-21)."""
        if self.announcement.event == Event.STAFF_RESTRICTED or self.is_restricted:
            return Listeners(is_closed=True)
        if self.incident is None:
            return Listeners()
        return Listeners(severity=self.incident.severity.level, teams=frozenset(teams_of(self.incident)))

    @property
    def is_restricted(self) -> bool:
        return self.incident is not None and self.incident.is_restricted

    def may_be_read_by(self, person: User) -> bool:
        return self.incident is None or Incident.objects.visible_to(person).filter(pk=self.incident.pk).exists()

    def frozen(self, pages: Sequence[Page]) -> Json:
        event = self.announcement.event
        if event == Event.INCIDENT_MERGED:
            into = self.incident.merged_into
            there = layout.pages_of(into) if into and Incident.objects.public().contains(into) else []
            return incident_endings.of_merge(self.incident, into, list(pages), named_on=there)
        if event == Event.INCIDENT_WITHDRAWN:
            return incident_endings.of_withdrawal(self.update, list(pages))
        if event == Event.INCIDENT_REMOVED:
            return incident_endings.of_removal(self.incident, list(pages), at=self.announcement.created_at)
        is_correction = event == Event.INCIDENT_CORRECTED
        return incident_update.of_update(self.update, list(pages), is_correction=is_correction)

    def frozen_for_staff(self) -> Json:
        frozen = staff.facts(self.announcement, self.incident)
        return frozen | ({"update": self.update.public_id} if self.update else {})

    @property
    def version(self) -> int | None:
        return self.incident.version if self.incident and (self.update or self.announcement.event in ENDINGS) else None

    def refreshed(self) -> Json:
        announcement, frozen = self.announcement, self.announcement.content
        if announcement.reach == Reach.SUBSCRIBERS:
            lists = self.pages()
            pages = [page for page in announcement.pages.all() if page in lists]
            if announcement.event not in ENDINGS and self._says_what_is_true({page.public_id for page in pages}):
                return frozen
            return frozen | self.frozen(pages)
        if announcement.event == Event.STAFF_UPDATE and not self._is_closed:
            announcement.content = {key: frozen[key] for key in ("what", "update") if key in frozen}
            return staff.facts(announcement, self.incident)
        return frozen

    @property
    def thread(self) -> str:
        return self.incident.public_id if self.incident else ""

    @property
    def trace(self) -> str:
        """That a restricted incident exists stands in no log."""
        return "" if self.is_restricted else self.thread

    @property
    def told_at(self) -> datetime:
        return self.update.posted_at if self.update else self.announcement.created_at

    def lock(self, *, by: User | None) -> None:
        if self.incident is not None:
            locked(self.incident, by=by)

    def keep(self, sentence: str, *, by: User | None) -> None:
        """As a private note in the timeline."""
        if self.incident is not None:
            record(self.incident, EntryKind.NOTE, by=by, at=timezone.now(), update=self.update, text=sentence)

    @classmethod
    def reminder(cls, subject: Subject, clock: Clock, *, phase: str, now: datetime) -> Json:
        return staff_parts.late_or_soon(subject.row, clock, phase=phase, now=now)

    @classmethod
    def reminded(cls, subject: Subject, *, phase: str) -> list[User]:
        return people(subject.row, phase=phase)

    @classmethod
    def in_progress(cls) -> Q:
        return Q(incident__status__in=choices.OPEN)

    @property
    def _is_public(self) -> bool:
        return self.incident is not None and self.incident.audience == Audience.PUBLIC

    @property
    def _is_removal(self) -> bool:
        return self.announcement.event == Event.INCIDENT_REMOVED

    @property
    def _is_withdrawn(self) -> bool:
        return self.update is not None and self.update.withdrawn_at is not None

    @property
    def _tells_of_withdrawal(self) -> bool:
        return self.announcement.event == Event.INCIDENT_WITHDRAWN or self.announcement.content.get("what") == WITHDRAWN

    @property
    def _is_closed(self) -> bool:
        """Whether it says no more than that there is one."""
        frozen_for = self.announcement.content.get("audience")
        return self.announcement.event == Event.STAFF_RESTRICTED or frozen_for == Audience.RESTRICTED

    def _says_what_is_true(self, pages: set[str]) -> bool:
        frozen = self.announcement.content
        past = frozen.get("updates", [])
        now = {row["id"]: row for row in incident_update.past(self.incident.updates.visible())}
        return (
            [now.get(each["id"]) for each in past] == past
            and (frozen["title"], frozen["body"]) == (self.incident.title, self.update.text)
            and set(frozen.get("pages", {})) <= pages
        )


def incidents_of(incident: Incident) -> list[int]:
    """The incident and all that were merged into it, by primary key: recipients of those get its messages."""
    found, waiting = {incident.pk}, [incident.pk]
    while waiting:
        merged = Incident.objects.filter(merged_into__in=waiting).exclude(pk__in=found)
        waiting = list(merged.values_list("pk", flat=True))
        found.update(waiting)
    return sorted(found)


def scope_of_removal(incident: Incident, pages: Sequence[Page]) -> Scope:
    """Whoever was told of it by these pages, and does not know yet that it is over."""
    return reach.scope_for(
        pages, places=[], severity=incident.severity_id, incidents=incidents_of(incident), is_told_only=True,
        ended=IS_OVER,
    )  # fmt: skip


def teams_of(incident: Incident) -> set[int]:
    """The owner's team, and those of what it affects."""
    teams = {incident.owner.team_id} if incident.owner and incident.owner.team_id else set()
    return teams | reach.teams_for(incident.impacts.values_list("component", flat=True).distinct())
