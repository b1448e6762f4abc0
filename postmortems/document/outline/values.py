"""A post-mortem in words: what stands in which order, before anybody says how it looks.

Everything is plain text or Markdown source in the document's language and zone. The PDF, Markdown and the file for word
processors are three ways to write one of these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from incidents.choices import Level
from postmortems.document.values import Why


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a cell. ``look``: how it is meant; ``mark``: a shape beside it, or instead of it (``sign``)."""

    text: str
    look: str = ""  # strong, quiet, level, over, sign, none; markdown: its text is Markdown within the line
    mark: str = ""  # op, degraded, partial, major; duration, impact, both; good, temporary, hole
    beside: str = ""  # plain words after it: how long a level lasted
    link: str = ""  # where the text leads


Cell = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Head:
    text: str
    is_internal: bool = False  # said beside the name of the column
    look: str = ""  # number: to the right; narrow: a column of signs


@dataclass(frozen=True, slots=True)
class Row:
    """The first cell names the row."""

    cells: tuple[Cell, ...]
    is_internal: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and rows. ``name`` says what kind of table it is, and so how wide its columns are."""

    kind: ClassVar[str] = "table"
    name: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    title: str = ""
    caption: str = ""
    legend: tuple[Line, ...] = ()  # what the signs mean
    is_internal: bool = False  # the whole of it, said beside its title


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph, or several, as Markdown source. ``rests``: what it was drawn from, for staff."""

    kind: ClassVar[str] = "prose"
    text: str
    is_internal: bool = False
    rests: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline."""

    time: str
    day: str  # where it is another one than that of the line before
    title: str  # of what happens once in an incident
    text: str  # Markdown within the line
    level: Level
    is_turn: bool  # the level is another one from here on
    is_internal: bool = False
    rests: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    kind: ClassVar[str] = "log"
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Whys:
    """A chain of questions. The last one stands where the cause was found."""

    kind: ClassVar[str] = "whys"
    title: str
    steps: tuple[Why, ...]
    is_internal: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """The course of the incident, to be drawn; or its words, where nothing can be drawn."""

    kind: ClassVar[str] = "picture"
    alternative: str
    caption: str


@dataclass(frozen=True, slots=True)
class Digest:
    kind: ClassVar[str] = "digest"
    title: str
    groups: tuple[str, ...]  # eight letters each
    note: str


Block = Table | Prose | Log | Whys | Picture | Digest


@dataclass(frozen=True, slots=True)
class Chapter:
    """``number`` is none in a short post-mortem. ``key`` is what a link leads to."""

    number: int | None
    key: str
    title: str
    blocks: tuple[Block, ...]
    is_internal: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    question: str
    text: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A step of the response against its limit. ``share`` of the limit that was used: none where there is none."""

    name: str
    minutes: int | None
    took: str
    limit: str
    since: str
    verdict: str
    share: float | None
    is_over: bool
    alternative: str
    dispute: str = ""  # for staff


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole document. ``tag`` is what every page warns of: a draft, or something internal."""

    title: str
    kind: str  # root cause analysis, or post-mortem
    name: str  # whose it is
    language: str
    number: str  # of the incident
    version: str
    state: str
    state_lines: tuple[str, ...]
    is_over: bool
    is_full: bool
    is_draft: bool
    is_internal: bool
    tag: str
    reader: str  # for whom
    description: str
    answers: tuple[Answer, ...]
    measures: tuple[Measure, ...]
    facts: tuple[tuple[str, str], ...]
    about: tuple[Block, ...]
    chapters: tuple[Chapter, ...]
    published_at: datetime | None = None
    words: dict[str, str] = field(default_factory=dict)  # of the furniture of its pages
