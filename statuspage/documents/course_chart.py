"""How an incident went, as its post-mortem tells it, drawn to scale: its phases, what was how bad, and the notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from incidents.choices import ComponentState
from postmortems.document.outline.course import Course, Phase, Strip
from statuspage.documents import words
from statuspage.documents.bars import Path
from statuspage.documents.incident_chart import MOST, ChartRow, Piece, Tick, row, spans_at, ticks, x

MIDDLE = 10


@dataclass(frozen=True, slots=True)
class CourseChart:
    phases: tuple[ChartRow, ...]
    rows: tuple[ChartRow, ...]
    more: int  # rows that are not drawn
    notices: Path | None
    ticks: tuple[Tick, ...]
    levels: tuple[words.Mark, ...]


def chart(course: Course, zone: ZoneInfo) -> CourseChart | None:
    start, end = course.start, course.end
    if end <= start:
        return None
    drawn = [_row(strip, course, zone) for strip in course.strips[:MOST]]
    seen = {ComponentState.OPERATIONAL, *(run.level.state for strip in course.strips for run in strip.runs)}
    return CourseChart(
        phases=tuple(_phase(phase, start, end) for phase in course.phases),
        rows=tuple(drawn),
        more=max(len(course.strips) - MOST, 0),
        notices=_notices(course),
        ticks=ticks(start, end, zone),
        levels=tuple(words.mark(state) for state in sorted(seen)) if course.strips else (),
    )


def _phase(phase: Phase, start: datetime, end: datetime) -> ChartRow:
    return ChartRow(str(phase.word), "", "", (Path("phase", spans_at(MIDDLE, [(phase.start, phase.end)], start, end)),))


def _row(strip: Strip, course: Course, zone: ZoneInfo) -> ChartRow:
    """From the beginning to the end of the whole, well where nothing was wrong."""
    pieces: list[Piece] = []
    at = course.start
    for run in strip.runs:
        if run.start > at:
            pieces.append((at, run.start, ComponentState.OPERATIONAL))
        pieces.append((run.start, run.end, run.level.state))
        at = run.end
    if at < course.end:
        pieces.append((at, course.end, ComponentState.OPERATIONAL))
    return row(strip.component, strip.location, pieces, course.start, course.end, zone)


def _notices(course: Course) -> Path | None:
    if not course.notices:
        return None
    marks = "".join(f"M{x(each.notice.at, course.start, course.end)} 4v16" for each in course.notices)
    return Path("notice", marks)
