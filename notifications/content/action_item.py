"""What the owner of an action item hears: that it is theirs, that its day comes, and that it has passed; then the lead
of its post-mortem (3-35, 0-24). Channels hear nothing of it.

Of a restricted incident nothing is said but that there is one, to those only who may see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _, ngettext

from incidents.actions.base import record as keep_in_timeline
from incidents.choices import EntryKind
from incidents.clocks.clock import Clock
from incidents.clocks.promises import Subject
from incidents.models import User
from notifications.audience import reach
from notifications.audience.reach import Listeners, Scope
from notifications.choices import Event, Kind
from notifications.content import reasons, staff_parts
from notifications.content.base import Content, Json
from notifications.content.postmortem_parts import about, absolute, closed, is_closed
from notifications.content.reminder import BREACH, ESCALATION, who_can_read
from notifications.content.staff_parts import Field
from postmortems.locking import locked
from postmortems.models import ActionItem
from postmortems.places import url_of_item
from statuspage.models import Page


class ActionItemContent(Content):
    @cached_property
    def item(self) -> ActionItem | None:
        rows = ActionItem.objects.of_document().select_related("postmortem__incident__severity", "owner")
        return rows.filter(pk=self.announcement.subject_id).first()

    def why_not(self) -> str:
        if self.item is None:
            return reasons.IS_GONE
        if not self.item.is_open:
            return reasons.IS_DONE
        if self.announcement.content.get("owner", self.item.owner_id) != self.item.owner_id:
            return reasons.IS_ANOTHERS
        return reasons.IS_RESTRICTED if self.is_restricted and not is_closed(self.announcement.content) else ""

    def pages(self) -> list[Page]:
        return []

    def scope(self, pages: Sequence[Page]) -> Scope:
        return reach.scope_for(pages, places=[], severity=0, kind=Kind.POSTMORTEM, earlier=self.same_subject())

    def same_subject(self) -> Q:
        return Q(kind=self.announcement.kind, subject_id=self.announcement.subject_id)

    def listeners(self) -> Listeners:
        return Listeners(is_own=True)  # nobody but the people

    @property
    def is_restricted(self) -> bool:
        return self.item is not None and self.item.postmortem.incident.is_restricted

    def may_be_read_by(self, person: User) -> bool:
        may = person.has_perm("postmortems.view_actionitem") and self.item is not None
        return may and ActionItem.objects.visible_to(person).filter(pk=self.item.pk).exists()

    def frozen(self, pages: Sequence[Page]) -> Json:
        return {}

    def frozen_for_staff(self) -> Json:
        if self.announcement.event != Event.STAFF_ASSIGNED or self.item is None:
            return self.announcement.content
        said = self.announcement.content
        is_published = bool(said.get("published"))
        return _assigned(self.item, by=self.announcement.created_by, is_published=is_published) | said

    @property
    def thread(self) -> str:
        return self.item.public_id if self.item else ""

    @property
    def trace(self) -> str:
        return "" if self.is_restricted else self.thread

    @property
    def title(self) -> str:
        return str(self.item) if self.item else ""

    @property
    def url(self) -> str:
        return url_of_item(self.item)

    def lock(self, *, by: User | None) -> None:
        if self.item is not None:
            locked(self.item.postmortem, by=by)

    def keep(self, sentence: str, *, by: User | None) -> None:
        """As a private note in the timeline of its incident."""
        if self.item is not None:
            keep_in_timeline(self.item.postmortem.incident, EntryKind.NOTE, by=by, at=timezone.now(), text=sentence)

    @classmethod
    def reminder(cls, subject: Subject, clock: Clock, *, phase: str, now: datetime) -> Json:
        item: ActionItem = subject.row
        if item.postmortem.incident.is_restricted:
            return closed(item.postmortem.incident, absolute(url_of_item(item)))
        line = _line(item, phase, now)
        return (
            _of(item) | staff_parts.deadline(clock, phase, label=line.partition(";")[0]) | {"line": line, "due": None}
        )

    @classmethod
    def reminded(cls, subject: Subject, *, phase: str) -> list[User]:
        """The owner; without one, and when it stays late, who leads its post-mortem."""
        item: ActionItem = subject.row
        told = {item.owner} - {None}
        if phase == ESCALATION or not told:
            told |= {item.postmortem.lead or item.postmortem.incident.owner} - {None}
        return who_can_read(told)


def _of(item: ActionItem) -> Json:
    fields: list[Field] = [[_("From the post-mortem of"), item.postmortem.incident.title]]
    if item.due_on:
        fields.append([_("Due"), date_format(item.due_on, "D j M Y")])
    fields.append([_("Owner"), str(item.owner) if item.owner else _("nobody yet")])
    fields.append([_("Priority"), str(item.get_priority_display())])
    if item.proof:
        fields.append([_("What proves it"), staff_parts.short(item.proof)])
    return {
        **about(item.postmortem.incident, absolute(url_of_item(item)), _("Open the action item")),
        "title": item.text,
        "severity": None,
        "fields": fields,
        "next_step": _("Say that it is done, or why it takes longer"),
    }


def _assigned(item: ActionItem, *, by: User | None, is_published: bool) -> Json:
    if item.postmortem.incident.is_restricted:
        return closed(item.postmortem.incident, absolute(url_of_item(item)))
    line = _("%(who)s gives you an action item") % {"who": by or _("The system")}
    if is_published:
        line = _("You own an action item of the post-mortem that was published")
    return _of(item) | {"line": line, "next_step": ""}


def _line(item: ActionItem, phase: str, now: datetime) -> str:
    days = item.days_left(now) or 0
    if phase == BREACH:
        return _("Action item: its day has passed")
    if phase == ESCALATION:
        words = {"n": -days}
        said = ngettext(
            "Action item: %(n)d day late; who leads the post-mortem is told as well",
            "Action item: %(n)d days late; who leads the post-mortem is told as well",
            -days,
        )
        return said % words
    if not days:
        return _("Action item: due today")
    return ngettext("Action item: due in %(n)d day", "Action item: due in %(n)d days", days) % {"n": days}
