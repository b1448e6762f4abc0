"""Causes that come again: by kind and by component, in which incidents, how long these hurt, and what was done about
each. Counted are the causes that documents name, of incidents that the reader may see; drills are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q

from incidents.choices import Audience
from incidents.markdown import has_words
from incidents.models import Component, Impact, Incident
from incidents.tree import Tree
from postmortems.choices import OPEN_ACTIONS, ActionState, CauseKind
from postmortems.models import ActionItem, Cause

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Done:
    """The actions against some causes, each counted once, and the causes that nobody does anything about."""

    done: int = 0
    open: int = 0  # and not overdue
    overdue: int = 0
    nothing: int = 0  # causes


@dataclass(frozen=True)
class Entry:
    """One cause of one incident. ``intervals``: when components were affected, by primary key of the component."""

    kind: str
    is_root: bool
    text: str
    incident: int
    public_id: str
    title: str
    started_at: datetime
    severity: int
    intervals: dict[int, list[Interval]]
    actions: dict[int, str]  # primary key → done, open or overdue; what was dropped is not in it

    @cached_property
    def minutes(self) -> int:
        """How long anything was affected, once where several things were at the same time."""
        return minutes_of(interval for some in self.intervals.values() for interval in some)

    @property
    def done(self) -> Done:
        return _done([self])


@dataclass(frozen=True)
class Row:
    """Causes that have something in common: a kind, or a component that was affected."""

    key: str
    label: str
    entries: list[Entry] = field(default_factory=list)
    component: int | None = None

    @property
    def causes(self) -> int:
        return len(self.entries)

    @cached_property
    def incidents(self) -> int:
        return len({entry.incident for entry in self.entries})

    @cached_property
    def minutes(self) -> int:
        """Of all its incidents; of a component, the time for which it was affected itself."""
        by_incident = {entry.incident: entry for entry in self.entries}
        if self.component is None:
            return sum(entry.minutes for entry in by_incident.values())
        return sum(minutes_of(entry.intervals[self.component]) for entry in by_incident.values())

    @property
    def lasted(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @cached_property
    def done(self) -> Done:
        return _done(self.entries)


@dataclass(frozen=True)
class Causes:
    """Of a period, the newest incident first. ``by_kind``, ``by_component``: the most frequent first."""

    entries: list[Entry]
    places: dict[int, str]  # component → its path in the tree

    @cached_property
    def total(self) -> Row:
        return Row("", "", self.entries)

    @cached_property
    def by_kind(self) -> list[Row]:
        return _rows(self.entries, lambda entry: [(entry.kind, str(CauseKind(entry.kind).label), None)])

    @cached_property
    def by_component(self) -> list[Row]:
        return _rows(self.entries, lambda entry: [(str(pk), self.places[pk], pk) for pk in entry.intervals])


def causes(user, *, start: datetime, end: datetime, now: datetime, today: date, kind: str = "") -> Causes:
    """Of incidents that began from ``start`` until ``end``. Five queries."""
    incidents = Incident.objects.visible_to(user).exclude(audience=Audience.DRILL)
    rows = Cause.objects.of_document().exclude(text="").filter(
        postmortem__incident__in=incidents, postmortem__incident__started_at__gte=start,
        postmortem__incident__started_at__lt=end,
    )  # fmt: skip
    if kind:
        rows = rows.filter(kind=kind)
    of_incident = ("pk", "public_id", "title", "started_at", "severity")
    order = ("-postmortem__incident__started_at", "-postmortem__incident", "-is_root", "position", "pk")
    names = ("pk", "kind", "is_root", "text", *(f"postmortem__incident__{name}" for name in of_incident))
    # Thousands: plain rows.
    found: list[Any] = [row for row in rows.order_by(*order).values_list(*names) if has_words(row[3])]
    intervals = _intervals({row[4] for row in found}, now)
    actions = _actions({row[0] for row in found}, today)
    entries = [Entry(*row[1:], intervals=intervals.get(row[4], {}), actions=actions.get(row[0], {})) for row in found]
    return Causes(entries, _places({pk for entry in entries for pk in entry.intervals}))


def minutes_of(intervals: Iterable[Interval]) -> int:
    """How long any of them ran, overlaps once."""
    total, until = timedelta(), None
    for start, end in sorted(intervals):
        begins = start if until is None else max(start, until)
        total += max(end - begins, timedelta())
        until = end if until is None else max(until, end)
    return total // timedelta(minutes=1)


def _intervals(incidents: Collection[int], now: datetime) -> dict[int, dict[int, list[Interval]]]:
    found: dict[int, dict[int, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    rows = Impact.objects.filter(incident__in=incidents).order_by()
    for incident, component, start, end in rows.values_list("incident", "component", "started_at", "ended_at"):
        found[incident][component].append((start, end or max(now, start)))
    return {incident: dict(components) for incident, components in found.items()}


def _actions(found: Collection[int], today: date) -> dict[int, dict[int, str]]:
    """Cause → its actions that stand in the document and were not dropped."""
    states: dict[int, dict[int, str]] = defaultdict(dict)
    links = ActionItem.causes.through.objects.filter(cause__in=found)
    standing = links.filter(Q(actionitem__removed_at=None), actionitem__record=None)
    rows = standing.exclude(actionitem__state=ActionState.DROPPED).exclude(actionitem__text="")
    for cause, action, state, due_on in rows.values_list(
        "cause", "actionitem", "actionitem__state", "actionitem__due_on"
    ):
        is_late = state in OPEN_ACTIONS and due_on is not None and due_on < today
        states[cause][action] = "overdue" if is_late else "open" if state in OPEN_ACTIONS else "done"
    return states


def _places(components: Collection[int]) -> dict[int, str]:
    tree = Tree()
    found = {pk: tree.path(tree.rows[pk]) for pk in components if pk in tree.rows}
    astray = set(components) - found.keys()  # two below each other
    return found | dict(Component.objects.filter(pk__in=astray).values_list("pk", "name") if astray else ())


def _done(entries: Collection[Entry]) -> Done:
    states = Counter({pk: state for entry in entries for pk, state in entry.actions.items()}.values())
    nothing = sum(not entry.actions for entry in entries)
    return Done(states["done"], states["open"], states["overdue"], nothing)


def _rows(entries: list[Entry], keys_of: Callable[[Entry], list[tuple[str, str, int | None]]]) -> list[Row]:
    rows: dict[str, Row] = {}
    for entry in entries:
        for key, label, component in keys_of(entry):
            rows.setdefault(key, Row(key, label, [], component)).entries.append(entry)
    return sorted(rows.values(), key=lambda row: (-row.incidents, -row.minutes, row.label))
