"""What post-mortems and action items owe, and by when (2-18, 4-08, 3-35): pure queries, the same number whatever is.

A post-mortem owes its records and its publication from the moment its incident is resolved, as its policy or a promise
to customers says; while the incident is open again it owes nothing. An action item owes to be done by the end of its
due day, where its owner is; dropped, it owes nothing. Drills and what was recorded afterwards owe nobody anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from incidents.choices import Audience
from incidents.clocks.clock import Clock
from incidents.clocks.compliance import INCIDENT_CLOCKS
from incidents.clocks.promises import RECENT, ClockKind, PromiseRecord, Subject
from incidents.models import Breach, Incident, Severity, Team, User
from postmortems.choices import ActionPromise, ActionState, ReportPromise
from postmortems.locking import locked
from postmortems.models import ActionItem, Postmortem
from postmortems.models.action_item import ActionItemQuerySet
from postmortems.models.postmortem import PostmortemQuerySet
from postmortems.places import url_of, url_of_item

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONGEST = timedelta(days=366)  # a limit, and how far ahead of its due day an action item is looked at
TEAMS = "postmortem__incident__impacts__component__team"


def publish_clock(postmortem: Postmortem) -> Clock | None:
    """Until when it is to be published, or how that went. No query where its incident and template were read along."""
    if postmortem.due_at is None:
        return None
    label = _("RCA") if postmortem.template.has_records else _("Post-mortem")
    return Clock(
        ReportPromise.PUBLISHED.value, label, postmortem.owed_since, postmortem.due_at, postmortem.published_at
    )


def records_clock(postmortem: Postmortem) -> Clock | None:
    """Until when every record is to be in: of those that were asked for by then, or of all where none was. Who is
    invited later makes no broken promise of one that was kept."""
    due_at = postmortem.records_due_at
    if due_at is None:
        return None
    records = list(postmortem.records.all())
    records = [record for record in records if record.invited_at <= due_at] or records
    submitted = [record.submitted_at for record in records]
    met_at = max(submitted) if submitted and None not in submitted else None
    return Clock(ReportPromise.RECORDS.value, _("Incident records"), postmortem.owed_since, due_at, met_at)


def clocks_of(postmortem: Postmortem) -> list[Clock]:
    found = [records_clock(postmortem), publish_clock(postmortem)]
    return [clock for clock in found if clock is not None]


class PostmortemClocks(ClockKind):
    name = "postmortem"
    promises = ReportPromise
    right = "postmortems.draft_postmortem"
    late = 12 * HOUR

    def subject(self, row: Postmortem) -> Subject:
        return Subject(self, row)

    def running(self, now: datetime) -> Iterable[tuple[Subject, Clock]]:
        """Those that ran out long ago are noted, and nobody is reminded of them again."""
        for row in _read(_owing().filter(incident__resolved_at__gte=now - LONGEST)):
            for clock in clocks_of(row):
                if clock.is_running and clock.due_at > now - self.late - RECENT:
                    yield self.subject(row), clock

    def locked(self, pk: int, *, now: datetime) -> tuple[Subject, list[Clock]] | None:
        Postmortem.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
        row = _read(_owing().filter(pk=pk)).first()
        return (self.subject(row), clocks_of(row)) if row else None

    def between(
        self, start: datetime, end: datetime, *, user: User | None = None, severity: int | None = None
    ) -> list[PromiseRecord]:
        rows = _owing().filter(incident__resolved_at__gte=start - LONGEST, incident__resolved_at__lt=end)
        if user is not None:
            if not user.has_perm("postmortems.view_postmortem"):
                return []
            rows = rows.visible_to(user).prefetch_related("incident__impacts__component__team")
        if severity:
            rows = rows.filter(incident__severity=severity)
        found = [record for row in _read(rows) for record in self._records(row)]
        return [record for record in found if start <= record.due_at < end]

    def of(self, row: Postmortem) -> list[PromiseRecord]:
        found = _read(_owing().filter(pk=row.pk)).first()
        return self._records(found) if found else []

    def answered_by(self, user: User, breaches: QuerySet[Breach]) -> list[PromiseRecord]:
        rows = _owing().visible_to(user).filter(lead=user, pk__in=breaches.values("subject_id"))
        return [record for row in _read(rows) for record in self._records(row)]

    def find(self, pk: int, *, user: User) -> Subject | None:
        rows = Postmortem.objects.visible_to(user).select_related("incident").filter(pk=pk)
        row = rows.first() if user.has_perm("postmortems.view_postmortem") else None
        return self.subject(row) if row else None

    def lock(self, breach: Breach, *, by: User | None) -> None:
        locked(Postmortem(pk=breach.subject_id), by=by)

    def url(self, row: Postmortem) -> str:
        return url_of(row)

    def severity(self, row: Postmortem) -> Severity:
        return row.incident.severity

    def owner(self, row: Postmortem) -> User | None:
        return row.lead

    def team(self, row: Postmortem) -> Team | None:
        """The lead's; else that of its incident."""
        return (row.lead and row.lead.team) or INCIDENT_CLOCKS.team(row.incident)

    def begins_at(self, row: Postmortem) -> datetime:
        return row.owed_since

    def warns_before(self, clock: Clock) -> tuple[timedelta, ...]:
        before = 4 * HOUR if clock.key == ReportPromise.RECORDS else 8 * HOUR
        return (min(before, (clock.due_at - clock.started_at) / 2),)

    def escalates_after(self, row: Postmortem) -> timedelta:
        return self.late

    def incident(self, row: Postmortem) -> Incident:
        return row.incident

    def _records(self, row: Postmortem) -> list[PromiseRecord]:
        return [
            PromiseRecord(self.subject(row), ReportPromise(each.key), each.started_at, each.due_at, each.met_at)
            for each in clocks_of(row)
        ]


class ActionItemClocks(ClockKind):
    name = "action_item"
    promises = ActionPromise
    right = "postmortems.write_record"
    late = DAY + 9 * HOUR  # in the morning of the second day after it

    def subject(self, row: ActionItem) -> Subject:
        return Subject(self, row)

    def running(self, now: datetime) -> Iterable[tuple[Subject, Clock]]:
        """Of what is due soon or was lately: an item that is late for long is on every list, and in no more mails."""
        first, last = (now - self.late - RECENT - DAY).date(), (now + 6 * DAY).date()
        for row in _items(_dated().open().filter(due_on__range=(first, last))):
            yield self.subject(row), _clock(row)

    def locked(self, pk: int, *, now: datetime) -> tuple[Subject, list[Clock]] | None:
        Postmortem.objects.select_for_update(of=("self",), no_key=True).filter(actionitems=pk).first()
        row = _items(_dated().open().filter(pk=pk)).first()
        return (self.subject(row), [_clock(row)]) if row else None

    def between(
        self, start: datetime, end: datetime, *, user: User | None = None, severity: int | None = None
    ) -> list[PromiseRecord]:
        rows = _dated().filter(due_on__range=((start - 2 * DAY).date(), (end + DAY).date()))
        if user is not None:
            if not user.has_perm("postmortems.view_actionitem"):
                return []
            rows = rows.filter(postmortem__in=Postmortem.objects.visible_to(user)).prefetch_related(TEAMS)
        if severity:
            rows = rows.filter(postmortem__incident__severity=severity)
        return [record for row in _items(rows) if start <= (record := self._record(row)).due_at < end]

    def of(self, row: ActionItem) -> list[PromiseRecord]:
        found = _items(_dated().filter(pk=row.pk)).first()
        return [self._record(found)] if found else []

    def answered_by(self, user: User, breaches: QuerySet[Breach]) -> list[PromiseRecord]:
        rows = _dated().visible_to(user).filter(owner=user, pk__in=breaches.values("subject_id"))
        return [self._record(row) for row in _items(rows)]

    def find(self, pk: int, *, user: User) -> Subject | None:
        rows = ActionItem.objects.visible_to(user).select_related("postmortem__incident", "owner").filter(pk=pk)
        row = rows.first() if user.has_perm("postmortems.view_actionitem") else None
        return self.subject(row) if row else None

    def lock(self, breach: Breach, *, by: User | None) -> None:
        locked(Postmortem.objects.get(actionitems=breach.subject_id), by=by)

    def url(self, row: ActionItem) -> str:
        return url_of_item(row)

    def severity(self, row: ActionItem) -> Severity:
        return row.postmortem.incident.severity

    def owner(self, row: ActionItem) -> User | None:
        return row.owner

    def team(self, row: ActionItem) -> Team | None:
        """The owner's; else that of its incident."""
        return (row.owner and row.owner.team) or INCIDENT_CLOCKS.team(row.postmortem.incident)

    def begins_at(self, row: ActionItem) -> datetime:
        return row.asked_at

    def warns_before(self, clock: Clock) -> tuple[timedelta, ...]:
        """At nine in the morning, three days before its day and on it."""
        return 3 * DAY + 15 * HOUR, 15 * HOUR

    def escalates_after(self, row: ActionItem) -> timedelta:
        return self.late

    def incident(self, row: ActionItem) -> Incident:
        return row.postmortem.incident

    def _record(self, row: ActionItem) -> PromiseRecord:
        clock = _clock(row)
        return PromiseRecord(self.subject(row), ActionPromise.DONE, clock.started_at, clock.due_at, clock.met_at)


POSTMORTEM_CLOCKS, ACTION_ITEM_CLOCKS = PostmortemClocks(), ActionItemClocks()


def _owing() -> PostmortemQuerySet:
    return Postmortem.objects.owed().filter(incident__is_backfilled=False).exclude(incident__audience=Audience.DRILL)


def _read(rows: PostmortemQuerySet) -> PostmortemQuerySet:
    """With all that is asked of a subject. Two queries, and those that the caller prefetches."""
    rows = rows.select_related("incident__severity", "incident__owner__team", "lead__team", "template")
    return rows.prefetch_related("records").order_by("incident__resolved_at", "pk")


def _dated() -> ActionItemQuerySet:
    """Agreed on, with a day until which it is owed."""
    rows = ActionItem.objects.agreed().filter(due_on__isnull=False).exclude(state=ActionState.DROPPED)
    return rows.exclude(postmortem__incident__audience=Audience.DRILL)


def _items(rows: ActionItemQuerySet) -> ActionItemQuerySet:
    related = "postmortem__incident__severity", "postmortem__incident__owner__team", "postmortem__lead", "owner__team"
    return rows.select_related(*related).order_by("due_on", "pk")


def _clock(row: ActionItem) -> Clock:
    due_at: Any = row.due_at
    met_at = row.closed_at if row.state == ActionState.DONE else None
    return Clock(ActionPromise.DONE.value, _("Action item"), min(row.asked_at, due_at), due_at, met_at)
