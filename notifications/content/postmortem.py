"""A post-mortem: a version that was published, to subscribers; what is said inside is one room further."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from incidents.actions.base import locked, record
from incidents.choices import Audience, EntryKind
from incidents.models import Incident, User
from notifications.audience import reach
from notifications.audience.reach import Scope
from notifications.choices import Event, Kind, Reach
from notifications.content import postmortem_version, postmortem_withdrawn, reasons, staff
from notifications.content.base import Json
from notifications.content.incident import incidents_of
from notifications.content.postmortem_staff import PostmortemStaffContent
from postmortems.models import Version
from statuspage.models import Page
from statuspage.snapshot import layout


class PostmortemContent(PostmortemStaffContent):
    """The version that stands when it leaves, whichever was published when it was announced; or that none does."""

    @property
    def is_withdrawal(self) -> bool:
        return self.announcement.event == Event.POSTMORTEM_WITHDRAWN

    @property
    def incident(self) -> Incident | None:
        return self.announcement.incident

    @property
    def standing(self) -> Version | None:
        """What readers have; looked up once for all messages of one announcement."""
        if not hasattr(self.announcement, "_standing"):
            rows = Version.objects.standing().filter(postmortem=self.announcement.subject_id)
            self.announcement._standing = rows.defer("content").select_related("postmortem__incident").first()
        return self.announcement._standing

    def why_not(self) -> str:
        if self.announcement.reach != Reach.SUBSCRIBERS:
            return super().why_not()
        if self.incident is None:
            return reasons.IS_GONE
        if self.incident.audience != Audience.PUBLIC:
            return reasons.IS_NOT_PUBLIC
        if self.incident.is_merged:
            return reasons.IS_MERGED
        if self.is_withdrawal:
            return reasons.IS_PUBLISHED_AGAIN if self.standing else ""
        if self.standing is None:
            return reasons.IS_POSTMORTEM_WITHDRAWN
        is_older = self.standing.number > self.announcement.content.get("announced", 0)
        return reasons.IS_POSTMORTEM_CORRECTED if is_older and self.standing.notify else ""

    def pages(self) -> list[Page]:
        return layout.pages_of(self.incident)

    def scope(self, pages: Sequence[Page]) -> Scope:
        frozen = self.announcement.content
        if self.is_withdrawal:
            return scope_of_withdrawal(self.incident, pages, self.announcement.subject_id, but=self.announcement.pk)
        return scope_of(
            self.incident, pages, places=[tuple(place) for place in frozen["places"]], severity=frozen["severity"],
            but=self.announcement.pk,
        )  # fmt: skip

    def same_subject(self) -> Q:
        return about(self.incident, self.announcement.subject_id)

    def frozen(self, pages: Sequence[Page]) -> Json:
        if self.is_withdrawal:
            rows = Version.objects.filter(postmortem=self.announcement.subject_id).select_related(
                "postmortem__incident"
            )
            withdrawn = rows.get(number=self.announcement.content["announced"])
            return postmortem_withdrawn.of_withdrawal(withdrawn, list(pages))
        is_correction = self.announcement.event == Event.POSTMORTEM_CORRECTED
        return postmortem_version.of_version(self.standing, list(pages), is_correction=is_correction)

    def frozen_for_staff(self) -> Json:
        if self.announcement.event == Event.STAFF_HELD:
            return staff.facts(self.announcement, self.incident)
        return super().frozen_for_staff()

    @property
    def version(self) -> int | None:
        """Which version stands, and whether anything of the incident moved."""
        if self.announcement.reach != Reach.SUBSCRIBERS or (self.standing is None and not self.is_withdrawal):
            return None
        return self.incident.version * 1000 + (self.standing.number if self.standing else 0)

    def refreshed(self) -> Json:
        there = self.pages()
        pages = [page for page in self.announcement.pages.all() if page in there]
        return self.announcement.content | self.frozen(pages)

    @property
    def thread(self) -> str:
        """That of the incident: readers find it below what they were told then."""
        return self.incident.public_id if self.incident else ""

    @property
    def trace(self) -> str:
        return "" if self.is_restricted else self.thread

    @property
    def told_at(self) -> datetime:
        return (self.standing and self.standing.published_at) or self.announcement.created_at

    def lock(self, *, by: User | None) -> None:
        locked(self.incident, by=by)

    def keep(self, sentence: str, *, by: User | None) -> None:
        record(self.incident, EntryKind.NOTE, by=by, at=timezone.now(), text=sentence)


def about(incident: Incident | None, postmortem: int | None) -> Q:
    """The announcements that count together with one of it: its own, and those of its incident."""
    return Q(kind=Kind.POSTMORTEM, subject_id=postmortem) | Q(kind=Kind.INCIDENT, incident=incident)


def scope_of(incident: Incident, pages: Sequence[Page], *, places, severity: int, but: int | None = None) -> Scope:
    """Subscribers who asked for post-mortems, and whoever was told of the incident or of an earlier version."""
    incidents = incidents_of(incident)
    told = Q(kind__in=[Kind.INCIDENT, Kind.POSTMORTEM], incident__in=incidents)
    return reach.scope_for(
        pages, places=places, severity=severity, kind=Kind.POSTMORTEM, incidents=incidents, earlier=told, but=but
    )


def scope_of_withdrawal(incident: Incident, pages: Sequence[Page], postmortem: int, *, but: int | None = None) -> Scope:
    """Whoever was told of a version, and not yet that it was withdrawn."""
    return reach.scope_for(
        pages, places=[], severity=incident.severity_id, kind=Kind.POSTMORTEM, incidents=incidents_of(incident),
        earlier=Q(kind=Kind.POSTMORTEM, subject_id=postmortem), is_told_only=True,
        ended=Q(event=Event.POSTMORTEM_WITHDRAWN), but=but,
    )  # fmt: skip
