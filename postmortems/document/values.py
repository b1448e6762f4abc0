"""A post-mortem as plain frozen values. Every document is a pure function of these; a version keeps them as JSON.

The values hold everything. What customers may read is another value of the same type, which
:func:`postmortems.document.redaction.for_customers` makes: what is internal is not in it, and so in no document of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from postmortems.choices import (
    ActionKind,
    ActionState,
    Affects,
    CauseKind,
    EventKind,
    Lasts,
    Priority,
    SectionKind,
    Visibility,
)
from postmortems.document.facts import Counts, Impact, Notice, Step, Times


@dataclass(frozen=True, slots=True)
class Source:
    """What something rests on: an entry of an incident record, by its letter and number, or of the timeline (T)."""

    label: str  # A 4.1, or T
    who: str  # whose record; empty for the timeline


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str  # Markdown source
    is_internal: bool = False
    sources: tuple[Source, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section with its own paragraphs. What else stands in it follows from its kind."""

    kind: SectionKind
    title: str
    visibility: Visibility = Visibility.CUSTOMERS
    paragraphs: tuple[Paragraph, ...] = ()
    is_required: bool = False
    key: str = ""

    @property
    def is_internal(self) -> bool:
        return self.visibility == Visibility.INTERNAL


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the timeline."""

    at: datetime
    text: str  # plain, or Markdown within the line
    kind: EventKind = EventKind.OTHER
    is_internal: bool = False
    sources: tuple[Source, ...] = ()
    link: str = ""  # evidence: for staff
    key: str = ""


@dataclass(frozen=True, slots=True)
class Mitigation:
    """Something that was done, when, by whom, and with what effect. ``fixes``: numbers of actions that replace it."""

    at: datetime
    text: str
    role: str = ""  # customers read this
    who: str = ""  # a name, for staff
    ended_at: datetime | None = None
    lasts: Lasts = Lasts.PERMANENT
    effect: str = ""
    fixes: tuple[int, ...] = ()
    is_internal: bool = False
    sources: tuple[Source, ...] = ()
    key: str = ""

    @property
    def is_temporary(self) -> bool:
        return self.lasts == Lasts.TEMPORARY


@dataclass(frozen=True, slots=True)
class Why:
    question: str
    answer: str
    is_internal: bool = False


@dataclass(frozen=True, slots=True)
class Cause:
    """A contributing cause. Internal ones have the last numbers, so that no gap tells of them."""

    number: int
    text: str
    kind: CauseKind
    is_root: bool = False
    affects: Affects = Affects.BOTH
    whys: tuple[Why, ...] = ()
    is_internal: bool = False
    sources: tuple[Source, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """An action item. ``causes``: numbers of what it works on. Internal ones have the last numbers."""

    number: int
    id: str  # act_…
    text: str
    kind: ActionKind
    state: ActionState = ActionState.TODO
    priority: Priority = Priority.NORMAL
    owner: str = ""  # a name, for staff
    role: str = ""  # the owner's team: customers read this
    due_on: date | None = None
    done_on: date | None = None
    causes: tuple[int, ...] = ()
    ticket: str = ""  # a link, for staff
    proof: str = ""  # for staff
    is_internal: bool = False
    sources: tuple[Source, ...] = ()

    @property
    def is_temporary(self) -> bool:
        """It works on what a cause did, and not on the cause: a cause needs another action besides."""
        return self.kind == ActionKind.MITIGATE

    @property
    def is_dropped(self) -> bool:
        return self.state == ActionState.DROPPED


@dataclass(frozen=True, slots=True)
class RecordInfo:
    """An incident record that the document was drawn from."""

    letter: str
    name: str  # a team, or a person
    author: str
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Meeting:
    at: datetime
    minutes: int | None
    attendees: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Content:
    """The whole of it, as it stood when it was read."""

    id: str  # rca_…
    incident_id: str
    title: str
    severity: str  # the word
    origin: str  # the word
    is_full: bool
    times: Times
    counts: Counts
    sections: tuple[Section, ...]
    events: tuple[Event, ...] = ()
    mitigations: tuple[Mitigation, ...] = ()
    causes: tuple[Cause, ...] = ()
    actions: tuple[Action, ...] = ()
    impacts: tuple[Impact, ...] = ()
    notices: tuple[Notice, ...] = ()
    steps: tuple[Step, ...] = ()
    records: tuple[RecordInfo, ...] = ()
    meeting: Meeting | None = None
    contact: str = ""  # an address of mail or of a page
    settled: tuple[str, ...] = ()  # sentences: how contradictions between records were settled; for staff

    def section(self, kind: SectionKind) -> Section | None:
        return next((section for section in self.sections if section.kind == kind), None)

    def paragraphs(self, kind: SectionKind) -> tuple[Paragraph, ...]:
        section = self.section(kind)
        return section.paragraphs if section else ()

    @property
    def roots(self) -> tuple[Cause, ...]:
        return tuple(cause for cause in self.causes if cause.is_root)

    @property
    def factors(self) -> tuple[Cause, ...]:
        return tuple(cause for cause in self.causes if not cause.is_root)

    @property
    def temporary(self) -> tuple[Mitigation, ...]:
        return tuple(each for each in self.mitigations if each.is_temporary)

    @property
    def working(self) -> tuple[Action, ...]:
        """The actions that were not dropped."""
        return tuple(action for action in self.actions if not action.is_dropped)

    def actions_on(self, cause: Cause) -> Iterator[Action]:
        return (action for action in self.working if cause.number in action.causes)

    @property
    def ended_at(self) -> datetime | None:
        return self.times.resolved_at
