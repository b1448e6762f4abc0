"""A post-mortem: a version that was published, to subscribers; and its clocks, to the inside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.actions.base import locked, record
from incidents.choices import Audience, EntryKind
from incidents.clocks.clock import Clock
from incidents.clocks.compliance import INCIDENT_CLOCKS
from incidents.clocks.promises import Subject
from incidents.models import Incident, User
from incidents.moments import span
from notifications.audience import reach
from notifications.audience.reach import Listeners, Scope
from notifications.choices import Event, Kind, Reach
from notifications.content import postmortem_version, reasons, staff, staff_parts
from notifications.content.base import Content, Json
from notifications.content.incident import incidents_of, teams_of
from notifications.content.reminder import ESCALATION, who_can_read, with_right
from postmortems.models import Postmortem, Version
from statuspage.models import Page
from statuspage.snapshot import layout


class PostmortemContent(Content):
    """The version that stands when it leaves, whichever was published when it was announced."""

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

    @property
    def title(self) -> str:
        return self.incident.title if self.incident else ""

    @property
    def url(self) -> str:
        return INCIDENT_CLOCKS.url(self.incident)

    def why_not(self) -> str:
        if self.incident is None:
            return reasons.IS_GONE
        if self.announcement.reach != Reach.SUBSCRIBERS:
            is_closed = self.announcement.content.get("audience") == Audience.RESTRICTED
            return reasons.IS_RESTRICTED if self.is_restricted and not is_closed else ""
        if self.incident.audience != Audience.PUBLIC:
            return reasons.IS_NOT_PUBLIC
        if self.incident.is_merged:
            return reasons.IS_MERGED
        if self.standing is None:
            return reasons.IS_POSTMORTEM_WITHDRAWN
        is_older = self.standing.number > self.announcement.content.get("announced", 0)
        return reasons.IS_POSTMORTEM_CORRECTED if is_older and self.standing.notify else ""

    def pages(self) -> list[Page]:
        return layout.pages_of(self.incident)

    def scope(self, pages: Sequence[Page]) -> Scope:
        frozen = self.announcement.content
        return scope_of(
            self.incident, pages, places=[tuple(place) for place in frozen["places"]], severity=frozen["severity"],
            but=self.announcement.pk,
        )  # fmt: skip

    def same_subject(self) -> Q:
        return about(self.incident, self.announcement.subject_id)

    def listeners(self) -> Listeners:
        if self.is_restricted:
            return Listeners(is_closed=True)
        return Listeners(severity=self.incident.severity.level, teams=frozenset(teams_of(self.incident)))

    @property
    def is_restricted(self) -> bool:
        return self.incident is not None and self.incident.is_restricted

    def may_be_read_by(self, person: User) -> bool:
        return Postmortem.objects.visible_to(person).filter(pk=self.announcement.subject_id).exists()

    def frozen(self, pages: Sequence[Page]) -> Json:
        is_correction = self.announcement.event == Event.POSTMORTEM_CORRECTED
        return postmortem_version.of_version(self.standing, list(pages), is_correction=is_correction)

    def frozen_for_staff(self) -> Json:
        return staff.facts(self.announcement, self.incident)

    @property
    def version(self) -> int | None:
        """Which version stands, and whether anything of the incident moved."""
        if self.announcement.reach != Reach.SUBSCRIBERS or self.standing is None:
            return None
        return self.incident.version * 1000 + self.standing.number

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

    @classmethod
    def reminder(cls, subject: Subject, clock: Clock, *, phase: str, now: datetime) -> Json:
        incident = subject.row.incident
        if incident.is_restricted:
            return staff_parts.closed(incident)
        lines = {
            "warning": _("%(clock)s: due in %(span)s"),
            "breach": _("%(clock)s: the time has passed"),
            "escalation": _("%(clock)s: late by %(span)s; those who publish are told as well"),
        }
        after = abs(now - clock.due_at) + timedelta(seconds=30)  # to the nearest minute
        lead = str(subject.row.lead) if subject.row.lead else _("nobody yet")
        return staff_parts.about(incident) | {
            "clock": clock.key,
            "phase": phase,
            "line": lines[phase] % {"clock": clock.label, "span": span(after)},
            "fields": [[_("Due"), staff_parts.at(clock.due_at)], [_("Leads"), lead]],
        }

    @classmethod
    def reminded(cls, subject: Subject, *, phase: str) -> list[User]:
        told = {subject.row.lead} if subject.row.lead else set()
        if phase == ESCALATION:
            told |= set(with_right("postmortems.publish_postmortem"))
        rows = Postmortem.objects.filter(pk=subject.row.pk)
        return [person for person in who_can_read(told) if rows.visible_to(person).exists()]


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
