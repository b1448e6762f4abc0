"""The times of an incident as a bar drawn to scale: its phases one after the other, and when each ended. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.moments import clock, span
from postmortems.document.facts import Times

APART = 13.0  # per cent between the labels of two times that stand in one line


@dataclass(frozen=True)
class Phase:
    """``x`` and ``width`` in per cent of the whole."""

    name: str
    x: float
    width: float


@dataclass(frozen=True)
class Mark:
    x: float
    at: datetime
    word: str

    @property
    def end(self) -> str:
        """Which end of its label stands at the mark."""
        return "start" if self.x < 50 else "end"


@dataclass(frozen=True)
class Figure:
    phases: tuple[Phase, ...]
    marks: tuple[Mark, ...]
    sentence: str  # the same for who cannot see it


def figure_of(times: Times) -> Figure | None:
    """None where nothing is known but one moment."""
    known = sorted(_known(times), key=lambda each: each[0])
    first, last = times.started_at, max((at for at, _phase, _word in known), default=times.started_at)
    whole = (last - first).total_seconds()
    if whole < 60:
        return None

    def place(at: datetime) -> float:
        return round(100 * min(max((at - first).total_seconds() / whole, 0), 1), 2)

    phases, before = [], 0.0
    for at, phase, _word in known:
        x = place(at)
        if x > before:
            phases.append(Phase(phase, before, round(x - before, 2)))
        before = max(before, x)
    marks = _readable([Mark(0, first, ""), *(Mark(place(at), at, word) for at, _phase, word in known)])
    words = {"began": _clock(first), "phases": ", ".join(_said(times))}
    return Figure(tuple(phases), tuple(marks), _("Began %(began)s; %(phases)s.") % words)


def _known(times: Times) -> Iterator[tuple[datetime, str, str]]:
    """When each phase ended, its name, and the word for its end."""
    for at, phase, word in (
        (times.detected_at, "undetected", _("detected")),
        (times.acknowledged_at, "unacknowledged", _("taken up")),
        (times.mitigated_at, "unmitigated", _("mitigated")),
        (times.resolved_at, "unresolved", _("resolved")),
        (times.caught_up_at, "behind", _("caught up")),
    ):
        if at is not None:
            yield at, phase, word


def _said(times: Times) -> Iterator[str]:
    for at, _phase, word in _known(times):
        yield _("%(word)s after %(span)s") % {"word": word, "span": span(max(at, times.started_at) - times.started_at)}


def _readable(marks: list[Mark]) -> list[Mark]:
    """The first and the last, and of those between them what has room for its label; later ones tell more."""
    first, *between, last = marks
    kept = [last]
    for mark in reversed(between):
        if kept[-1].x - mark.x >= APART and mark.x - first.x >= APART:
            kept.append(mark)
    return [first, *reversed(kept)]


def _clock(at: datetime) -> str:
    return clock(timezone.localtime(at))
