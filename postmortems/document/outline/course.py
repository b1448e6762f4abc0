"""How the incident went, from its facts: what a drawing, its alternative text and the table of impacts have in common.

Times may be missing or out of order: what is not known, or would end before it begins, is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _, pgettext

from incidents.choices import Level
from postmortems.choices import Metric
from postmortems.document.facts import Impact, Notice, Times
from postmortems.document.values import Content


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that happened at one moment."""

    at: datetime
    word: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A span in which something was still missing. ``is_open``: the record does not say when it came."""

    word: str
    start: datetime
    end: datetime
    sentence: str  # it was not detected
    is_open: bool = False
    is_aftermath: bool = False  # what was held is still being worked off


@dataclass(frozen=True, slots=True)
class Run:
    start: datetime
    end: datetime
    level: Level
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    component: str
    location: str  # empty: everywhere
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A notice, and what had been promised of it by the one before."""

    notice: Notice
    promised_at: datetime | None
    limit: int | None = None  # minutes, of the first one: since detection
    took: int | None = None

    @property
    def is_late(self) -> bool:
        if self.limit is not None and self.took is not None:
            return self.took > self.limit
        return self.promised_at is not None and self.notice.at > self.promised_at


@dataclass(frozen=True, slots=True)
class Course:
    start: datetime
    end: datetime
    is_over: bool
    flags: tuple[Flag, ...]
    phases: tuple[Phase, ...]
    strips: tuple[Strip, ...]
    notices: tuple[Told, ...]


def course(content: Content) -> Course:
    times = content.times
    known = [at for at in _moments(times) if at]
    inside = [*known, *(notice.at for notice in content.notices)]
    inside += [at for impact in content.impacts for at in (impact.started_at, impact.ended_at) if at]
    start, end = min(times.started_at, *inside), max(inside)
    return Course(
        start=start,
        end=end,
        is_over=times.resolved_at is not None,
        flags=_flags(times),
        phases=tuple(_phases(times, end)),
        strips=strips(content.impacts, end),
        notices=tuple(told(content)),
    )


def _moments(times: Times) -> tuple[datetime | None, ...]:
    return (
        times.started_at, times.detected_at, times.acknowledged_at, times.identified_at, times.mitigated_at,
        times.caught_up_at, times.resolved_at,
    )  # fmt: skip


def _flags(times: Times) -> tuple[Flag, ...]:
    words = (
        pgettext("flag of a timeline", "Began"), pgettext("flag of a timeline", "Detected"),
        pgettext("flag of a timeline", "Acknowledged"), pgettext("flag of a timeline", "Cause found"),
        pgettext("flag of a timeline", "Mitigated"), pgettext("flag of a timeline", "Caught up"),
        pgettext("flag of a timeline", "Resolved"),
    )  # fmt: skip
    return tuple(Flag(at, word) for at, word in zip(_moments(times), words, strict=True) if at)


def _phases(times: Times, end: datetime) -> Iterable[Phase]:
    """Each until the next thing that is known; the last one that is missing is open."""
    points = [
        (times.started_at, times.detected_at, _("Undetected"), _("it was not detected")),
        (times.detected_at, times.acknowledged_at, _("Unacknowledged"), _("nobody had taken it up")),
        (times.acknowledged_at or times.detected_at, times.mitigated_at, _("Unmitigated"), _("it was not mitigated")),
        (times.mitigated_at or times.detected_at, times.resolved_at, _("Unresolved"), _("it was not resolved")),
    ]
    for start, stop, word, sentence in points:
        if stop is not None and stop >= start:
            yield Phase(word, start, stop, sentence)
        elif stop is None and times.resolved_at is None and start < end and word != _("Unacknowledged"):
            yield Phase(word, start, end, sentence, is_open=True)
    if times.mitigated_at and times.caught_up_at and times.caught_up_at > times.mitigated_at:
        sentence = _("what had been held back was worked off")
        yield Phase(_("Catching up"), times.mitigated_at, times.caught_up_at, sentence, is_aftermath=True)


def strips(impacts: Sequence[Impact], end: datetime) -> tuple[Strip, ...]:
    """One for each component and place, in the order in which they come; where several overlap, the worst counts."""
    found: dict[tuple[str, str], list[Impact]] = {}
    for impact in impacts:
        found.setdefault((impact.component, impact.location), []).append(impact)
    return tuple(Strip(*place, tuple(_runs(each, end))) for place, each in found.items())


def _runs(impacts: Sequence[Impact], end: datetime) -> list[Run]:
    edges = sorted({at for each in impacts for at in (each.started_at, _until(each, end))})
    runs: list[Run] = []
    for left, right in pairwise(edges):
        over = [each for each in impacts if each.started_at <= left and right <= _until(each, end)]
        if not over:
            continue
        level = Level(max(each.level for each in over))
        is_open = right == end and any(each.ended_at is None and each.level == level for each in over)
        if runs and runs[-1].end == left and runs[-1].level == level:
            left = runs.pop().start
        runs.append(Run(left, right, level, is_open))
    return runs


def _until(impact: Impact, end: datetime) -> datetime:
    """An impact that began after everything else ended lasts no time."""
    return max(impact.ended_at or end, impact.started_at)


def worst_at(strips: Iterable[Strip], at: datetime) -> Level:
    held = [run.level for strip in strips for run in strip.runs if run.start <= at < run.end]
    return max(held, default=Level.OPERATIONAL)


def told(content: Content) -> Iterable[Told]:
    """The first notice has a limit of its own; each other one was promised by the one before, or not at all."""
    first = next((step for step in content.steps if step.metric == Metric.FIRST_NOTICE), None)
    promised: datetime | None = None
    for place, notice in enumerate(content.notices):
        if place == 0 and first and first.limit is not None and first.minutes is not None:
            yield Told(notice, None, limit=first.limit, took=first.minutes)
        else:
            yield Told(notice, promised)
        promised = notice.promised_at
