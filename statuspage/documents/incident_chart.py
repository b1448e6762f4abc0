"""How a resolved incident went, drawn from its impacts: one row for each component and place, one axis of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from incidents.choices import ComponentState
from statuspage.documents import times, words
from statuspage.documents.bars import Path
from statuspage.snapshot.uptime import start_of_day
from statuspage.snapshot.values import Impact, Incident, Snapshot, worst

WIDTH, BOTTOM, MOST = 1000, 20, 12
HEIGHT = {
    ComponentState.OPERATIONAL: 3,
    ComponentState.DEGRADED: 8,
    ComponentState.PARTIAL: 13,
    ComponentState.MAJOR: 18,
}
Piece = tuple[datetime, datetime, ComponentState]
STEPS = [timedelta(minutes=m) for m in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200)]


@dataclass(frozen=True, slots=True)
class ChartRow:
    name: str
    place: str
    sentence: str
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    x: str  # percent
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Chart:
    rows: tuple[ChartRow, ...]
    more: int
    ticks: tuple[Tick, ...]
    levels: tuple[words.Mark, ...]


def chart(snapshot: Snapshot, incident: Incident) -> Chart | None:
    """None while it is open: published bytes do not know where now is."""
    start, end = incident.started_at, incident.ended_at
    if end is None or end <= start or not incident.impacts:
        return None
    found: dict[tuple[int, int | None], list[Impact]] = {}
    for impact in sorted(incident.impacts, key=lambda impact: (-impact.state.rank, impact.started_at)):
        found.setdefault((impact.component, impact.location), []).append(impact)
    drawn = [_row(snapshot, pk, place, impacts, start, end) for (pk, place), impacts in list(found.items())[:MOST]]
    seen = sorted({ComponentState.OPERATIONAL, *(impact.state for impact in incident.impacts)})
    return Chart(
        tuple(drawn),
        max(len(found) - MOST, 0),
        ticks(start, end, snapshot.page.zone),
        tuple(words.mark(state) for state in seen),
    )


def _row(
    snapshot: Snapshot, pk: int, place: int | None, impacts: list[Impact], start: datetime, end: datetime
) -> ChartRow:
    edges = sorted({start, end, *(_clip(at, start, end) for i in impacts for at in (i.started_at, i.ended_at or end))})
    pieces: list[Piece] = []
    for left, right in pairwise(edges):
        state = worst(each for each in impacts if each.holds(left))
        if pieces and pieces[-1][2] == state:
            left = pieces.pop()[0]
        pieces.append((left, right, state))
    name, where = words.name_on_page(snapshot.tree, pk), snapshot.places[place] if place is not None else ""
    return row(name, where, pieces, start, end, snapshot.page.zone)


def row(name: str, place: str, pieces: Sequence[Piece], start: datetime, end: datetime, zone: ZoneInfo) -> ChartRow:
    """One component at one place, each piece of its time in the state it was in."""
    told = _(", ").join(
        _("%(level)s %(when)s") % {"level": words.mark(state).word.lower(), "when": times.stretch(left, right, zone)}
        for left, right, state in pieces
    )
    sentence = _("%(what)s: %(phrases)s.") % {"what": f"{name} {place}".strip(), "phrases": told}
    paths = []
    for state in sorted({piece[2] for piece in pieces}):
        spans = [(left, right) for left, right, its in pieces if its == state]
        paths.append(bar(words.SLUG[state], HEIGHT[state], spans, start, end))
    return ChartRow(name, place, sentence, tuple(paths))


def bar(slug: str, height: int, spans: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime) -> Path:
    """Spans of time as bars of one height that stand on one line."""
    return Path(slug, spans_at(BOTTOM - height / 2, spans, start, end))


def spans_at(y: float, spans: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime) -> str:
    return "".join(f"M{x(a, start, end)} {y:g}h{x(b, start, end) - x(a, start, end)}" for a, b in spans)


def _clip(at: datetime, start: datetime, end: datetime) -> datetime:
    return min(max(at, start), end)


def x(at: datetime, start: datetime, end: datetime) -> int:
    return round(WIDTH * ((at - start) / (end - start)))


def ticks(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[Tick, ...]:
    step = next((step for step in STEPS if (end - start) / step <= 5), STEPS[-1])
    at = start_of_day(start.astimezone(zone).date(), zone)
    inner = []
    while at < end:
        share = (at - start) / (end - start)
        if 0.12 < share < 0.88:
            text = times.clock(at, zone) if step < timedelta(days=1) else times.bare_day(at.astimezone(zone).date())
            inner.append(Tick(f"{100 * share:.1f}%", text, "middle"))
        at += step
    first, last = times.clock(start, zone), times.clock(end, zone)
    return (Tick("0", first, "start"), *inner, Tick("100%", last, "end"))
