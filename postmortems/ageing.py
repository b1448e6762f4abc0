"""How action items stand against their dates, for lists: the scale from asked to due, and what was done in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from incidents import moments
from postmortems.choices import OPEN_ACTIONS, ActionState, Visibility
from postmortems.document.redaction import HOMES
from postmortems.models import ActionItem, Cause, Section
from postmortems.models.action_item import ActionItemQuerySet, is_late
from postmortems.parts import Numbers

BEFORE, AFTER = 28, 14  # days on the scale, before today and after it
SOON = 7  # days
MONTHS = 2  # whole ones before this one, for what was done in time


@dataclass(frozen=True)
class Scale:
    """Where the days of one item lie, in percent of the width; nothing where they lie beyond it.

    ``ran`` is the time until it was due or is over, ``late`` that after its due day, ``ahead`` what is left.
    """

    ran: tuple[float, float] | None
    late: tuple[float, float] | None
    ahead: tuple[float, float] | None
    due: float | None
    today: float


@dataclass(frozen=True)
class Row:
    """One line of the list. ``causes``: the numbers, in its document, of those that it works on."""

    item: ActionItem
    now: datetime
    causes: tuple[int, ...] = ()

    @property
    def days_left(self) -> int | None:
        return self.item.days_left(self.now)

    @property
    def days_late(self) -> int:
        """Of an open one until today, of one that is done until it was; 0 in time."""
        item = self.item
        if item.due_on is None or item.state == ActionState.DROPPED:
            return 0
        until = item.closed_on or self.now.astimezone(item.zone).date()
        return max((until - item.due_on).days, 0)

    @property
    def about(self) -> str:
        """SMS delayed, 19 Nov, cause 1. Lasting fix of a temporary measure."""
        incident = self.item.postmortem.incident
        parts = [incident.title, self._day(timezone.localdate(incident.started_at))]
        if self.causes:
            words = {"numbers": ", ".join(map(str, self.causes))}
            parts.append(ngettext("cause %(numbers)s", "causes %(numbers)s", len(self.causes)) % words)
        said = _(", ").join(parts)
        if self.item.fixes.all():
            said = _("%(said)s. Lasting fix of a temporary measure") % {"said": said}
        return said

    def _day(self, at: date) -> str:
        return moments.day(at, today=timezone.localdate(self.now))

    @property
    def state(self) -> str:
        """done, dropped; of open ones late, soon, dateless, or nothing of these."""
        if not self.item.is_open:
            return str(self.item.state)
        if self.days_left is None:
            return "dateless"
        if self.days_left < 0:
            return "late"
        return "soon" if self.days_left <= SOON else ""

    @property
    def words(self) -> str:
        """How it stands against its date: 16 days late, today, in 5 days; of what is over, when it was closed."""
        item, late = self.item, self.days_late
        by = ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late} if late else ""
        if not item.is_open:
            words = {"state": item.get_state_display().lower(), "day": self._day(item.closed_on), "by": by}
            return (_("%(state)s %(day)s, %(by)s") if late else _("%(state)s %(day)s")) % words
        if late or self.days_left is None:
            return by
        if self.days_left < 2:
            return _("tomorrow") if self.days_left else _("today")
        return ngettext("in %(n)d day", "in %(n)d days", self.days_left) % {"n": self.days_left}

    @property
    def scale(self) -> Scale:
        item, today = self.item, self.now.astimezone(self.item.zone).date()
        asked = item.asked_at.astimezone(item.zone).date()
        end = item.closed_on or today
        due = item.due_on
        return Scale(
            ran=_between(asked, min(end, due) if due else end, today),
            late=_between(due, end, today) if due and item.state != ActionState.DROPPED else None,
            ahead=_between(today, due, today) if due and item.is_open else None,
            due=_at(due, today) if due and -BEFORE <= (due - today).days <= AFTER else None,
            today=_at(today, today),
        )


@dataclass(frozen=True)
class Summary:
    """All that a person may see, in numbers. ``in_time`` of ``judged`` that were due since ``since``."""

    open: int
    overdue: int
    oldest: int  # days
    in_time: int
    judged: int
    since: date


def rows(items: Iterable[ActionItem], *, now: datetime) -> list[Row]:
    """As lines of the list: read along with ``postmortem``, ``owner``, ``causes`` and ``fixes``. One query."""
    items = list(items)
    numbers = _cause_numbers({item.postmortem_id for item in items})
    return [
        Row(item, now, tuple(sorted(numbers[cause.pk] for cause in item.causes.all() if cause.pk in numbers)))
        for item in items
    ]


def summary(items: ActionItemQuerySet, *, now: datetime) -> Summary:
    """Four queries, whatever there is."""
    late = Q(state__in=OPEN_ACTIONS) & is_late(now)
    found = items.aggregate(
        open=Count("pk", filter=Q(state__in=OPEN_ACTIONS)),
        overdue=Count("pk", filter=late),
    )
    oldest = items.filter(late).select_related("owner").order_by("due_on").first()
    since = _months_before(timezone.localtime(now).date())
    judged = in_time = 0
    due = items.filter(due_on__gte=since).exclude(state=ActionState.DROPPED).select_related("owner")
    for item in due.only("state", "due_on", "closed_at", "owner__time_zone", "postmortem"):
        if item.state == ActionState.DONE:
            judged += 1
            in_time += item.closed_on <= item.due_on
        elif item.days_left(now) < 0:
            judged += 1
    days = -oldest.days_left(now) if oldest else 0
    return Summary(found["open"], found["overdue"], days, in_time, judged, since)


def _cause_numbers(postmortems: set[int]) -> dict[int, int]:
    """As they are numbered in their documents, by primary key."""
    of_each: dict[int, list[Cause]] = {}
    shown = defaultdict(set)
    if postmortems:
        sections = Section.objects.filter(postmortem__in=postmortems, visibility=Visibility.CUSTOMERS)
        for postmortem, kind in sections.filter(kind__in=HOMES.values()).values_list("postmortem", "kind"):
            shown[postmortem].add(kind)
        for cause in Cause.objects.of_document().filter(postmortem__in=postmortems):
            of_each.setdefault(cause.postmortem_id, []).append(cause)
    found: dict[int, int] = {}
    for postmortem, causes in of_each.items():
        found |= Numbers.of(causes, [], shown=shown[postmortem]).causes
    return found


def _months_before(today: date) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 - MONTHS, 12)
    return date(year, month + 1, 1)


def _at(day: date, today: date) -> float:
    days = min(max((day - today).days, -BEFORE), AFTER)
    return round(100 * (days + BEFORE) / (BEFORE + AFTER), 1)


def _between(first: date, last: date, today: date) -> tuple[float, float] | None:
    """From where, and until where; nothing where none of it lies on the scale."""
    low, high = today - timedelta(days=BEFORE), today + timedelta(days=AFTER)
    if first >= last or last <= low or first >= high:
        return None
    return _at(first, today), _at(last, today)
