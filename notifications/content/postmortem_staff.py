"""What staff hear of post-mortems: of their records and their clocks (2-18, 3-36, 4-08); of the review says more
:mod:`notifications.content.postmortem_review`.

Of a restricted incident nothing is said but that there is one, to those only who may see it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from django.utils.translation import gettext as _, gettext_noop

from incidents.clocks.clock import Clock
from incidents.clocks.promises import Subject
from incidents.models import User
from incidents.moments import span
from incidents.wording import listing
from notifications.audience.reach import Listeners
from notifications.choices import Event
from notifications.content import postmortem_review, reasons, staff_parts
from notifications.content.base import Content, Json
from notifications.content.incident import teams_of
from notifications.content.postmortem_parts import about, absolute, closed, is_closed
from notifications.content.reminder import ESCALATION, who_can_read, with_right
from notifications.content.staff_parts import Field
from postmortems.choices import ReportPromise, Stage
from postmortems.models import Postmortem, Record, Version
from postmortems.places import url_of, url_of_record

LINES = {
    "warning": gettext_noop("%(clock)s: due in %(span)s"),
    "breach": gettext_noop("%(clock)s: the time has passed"),
    "escalation": gettext_noop("%(clock)s: late by %(span)s; leads are told as well"),
}
STEPS = {
    Stage.DRAFT: gettext_noop("Write it, and ask for review"),
    Stage.IN_REVIEW: gettext_noop("Sign it, or send it back"),
    Stage.APPROVED: gettext_noop("Publish it"),
}


class PostmortemStaffContent(Content):
    """What is said inside. What subscribers get of a published one adds :mod:`notifications.content.postmortem`."""

    @cached_property
    def postmortem(self) -> Postmortem | None:
        rows = Postmortem.objects.select_related("incident__severity", "incident__owner", "lead")
        return rows.filter(pk=self.announcement.subject_id).first()

    @cached_property
    def record(self) -> Record | None:
        """The one that somebody is asked for."""
        rows = Record.objects.select_related("postmortem__incident", "person", "team", "invited_by")
        return rows.filter(public_id=self.announcement.content.get("record", "")).first()

    @cached_property
    def version_told(self) -> Version | None:
        """The one that a review, its return or its approval is about."""
        rows = Version.objects.defer("content").select_related("by", "sent_back_by", "postmortem__incident")
        number = self.announcement.content.get("version", 0)
        return rows.filter(postmortem=self.announcement.subject_id, number=number).first()

    @property
    def is_last_version(self) -> bool:
        return self.version_told is not None and self.version_told == self.postmortem.versions.defer("content").first()

    def why_not(self) -> str:
        if self.postmortem is None:
            return reasons.IS_GONE
        if self.announcement.event == Event.STAFF_RECORD and (self.record is None or self.record.is_submitted):
            return reasons.IS_DONE
        if self.announcement.event == Event.STAFF_HANDED_IN and not (self.record and self.record.is_submitted):
            return reasons.IS_TAKEN_BACK
        stage = postmortem_review.STAGES.get(self.announcement.event)
        if stage and not (self.postmortem.stage == stage and self.is_last_version):
            return reasons.IS_DONE
        return reasons.IS_RESTRICTED if self.is_restricted and not is_closed(self.announcement.content) else ""

    def listeners(self) -> Listeners:
        """Its clocks: the channels of its incident; of a restricted one none. An invitation: those of the team that is
        asked, and no other."""
        if self.is_restricted or self.postmortem is None:
            return Listeners(is_own=True)
        if self.announcement.event in postmortem_review.TO_PEOPLE:
            return Listeners(is_own=True)
        if self.announcement.event == Event.STAFF_RECORD:
            team = self.record and self.record.team_id
            return Listeners(teams=frozenset([team] if team else []), is_own=True)
        incident = self.postmortem.incident
        return Listeners(severity=incident.severity.level, teams=frozenset(teams_of(incident)))

    @property
    def is_restricted(self) -> bool:
        return self.postmortem is not None and self.postmortem.incident.is_restricted

    def may_be_read_by(self, person: User) -> bool:
        may = person.has_perm("postmortems.view_postmortem") and self.postmortem is not None
        return may and Postmortem.objects.visible_to(person).filter(pk=self.postmortem.pk).exists()

    def frozen_for_staff(self) -> Json:
        event, by, said = Event(self.announcement.event), self.announcement.created_by, self.announcement.content
        if event == Event.STAFF_RECORD and self.record is not None:
            return _invitation(self.record, by=by) | said
        if event == Event.STAFF_HANDED_IN and self.record is not None:
            step, field = _records(self.record.postmortem)
            return postmortem_review.handed_in(self.record, field, step, by=by) | said
        if event in postmortem_review.STAGES and self.version_told is not None:
            return postmortem_review.told(event, self.postmortem, self.version_told, by=by) | said
        return said

    @property
    def title(self) -> str:
        return str(self.postmortem) if self.postmortem else ""

    @property
    def url(self) -> str:
        return url_of(self.postmortem)

    @classmethod
    def reminder(cls, subject: Subject, clock: Clock, *, phase: str, now: datetime) -> Json:
        postmortem: Postmortem = subject.row
        link = absolute(url_of(postmortem))
        if postmortem.incident.is_restricted:
            return closed(postmortem.incident, link)
        after = abs(now - clock.due_at) + timedelta(seconds=30)
        step, field = _records(postmortem) if clock.key == ReportPromise.RECORDS else _stage(postmortem)
        lead = str(postmortem.lead) if postmortem.lead else _("nobody yet")
        return {
            **about(postmortem.incident, link, _("Open the post-mortem")),
            **staff_parts.deadline(clock, phase),
            "line": _(LINES[phase]) % {"clock": clock.label, "span": span(after)},
            "fields": [[_("Due"), staff_parts.at(clock.due_at)], [_("Leads"), lead], field],
            "next_step": step,
        }

    @classmethod
    def reminded(cls, subject: Subject, *, phase: str) -> list[User]:
        """Who leads it, and whose record is missing; when it stays late every lead too, of a restricted one its
        members."""
        postmortem: Postmortem = subject.row
        told = {postmortem.lead or postmortem.incident.owner} - {None}
        if postmortem.records_due_at is not None:
            for record in postmortem.records.missing().select_related("person"):
                told |= {record.person} if record.person else set(asked(record))
        if phase == ESCALATION:
            incident = postmortem.incident
            told |= (
                set(incident.members.all())
                if incident.is_restricted
                else set(with_right("incidents.override_incident"))
            )
        return who_can_read(told)


def asked(record: Record) -> list[User]:
    """Who may fill it in: the person, or those of the team."""
    if record.person is not None:
        return [record.person]
    return list(record.team.people.filter(is_active=True, is_staff=True)) if record.team else []


def _invitation(record: Record, *, by: User | None) -> Json:
    incident, link = record.postmortem.incident, absolute(url_of_record(record))
    if incident.is_restricted:
        return closed(incident, link)
    who = str(by or _("The system"))
    line = (
        _("%(who)s asks %(team)s for an incident record") % {"who": who, "team": record.name}
        if record.person is None
        else _("%(who)s asks you for an incident record") % {"who": who}
    )
    due_at = record.postmortem.records_due_at
    fields: list[Field] = [[_("Due"), staff_parts.at(due_at)]] if due_at else []
    return {
        **about(incident, link, _("Fill it in")),
        "line": line,
        "fields": fields,
        "next_step": _("Say what you saw and did: six short sections, in your own words"),
    }


def _records(postmortem: Postmortem) -> tuple[str, Field]:
    records = list(postmortem.records.all())
    missing = [record.name for record in records if not record.is_submitted]
    if not records:
        return _("Invite those who were there"), [_("Records"), _("nobody was asked yet")]
    words = {"n": len(records) - len(missing), "all": len(records)}
    step = (
        _("Fill in what is missing: %(names)s") % {"names": listing(missing)}
        if missing
        else _("All are in: draft the post-mortem from them")
    )
    return step, [_("Records"), _("%(n)d of %(all)d in") % words]


def _stage(postmortem: Postmortem) -> tuple[str, Field]:
    step = STEPS.get(Stage(postmortem.stage), "")
    return _(step) if step else "", [_("Stage"), str(postmortem.get_stage_display())]
