"""The timeline drawn to scale, from facts only: flags, phases, a strip for each component and place, notices.

The axis starts where the text column starts; the names of rows stand in the margin column.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _, pgettext

from incidents.choices import Level
from postmortems.document.outline.course import Course, Phase, Run, Strip, Told
from postmortems.document.outline.spoken import more_rows
from postmortems.document.words import Calendar, lasting
from postmortems.pdf.axis import Axis, axis
from postmortems.pdf.flags import place
from postmortems.pdf.ink import Ink
from postmortems.pdf.letters import shortened, width
from postmortems.pdf.shapes import HUE, INK, QUIET, level as silhouette

WIDTH, LEFT = 493.2, 119.05  # of the text; where its own column starts
MARGIN = LEFT - 14  # names of rows end here
SMALL, NAME = 6.9, 7.4  # sizes of type
TALL = {Level.OPERATIONAL: 1.5, Level.DEGRADED: 4, Level.PARTIAL: 7, Level.MAJOR: 10}
FLAG, PHASE = 18, 13  # heights of rows
ROOMY, DENSE = 24, 13  # of a strip with words, and of one among many
ROOM = 34  # at least, for a label beside the end
MANY, MOST = 12, 32  # strips from which on they stand dense; strips that are drawn at all


def timeline(course: Course, calendar: Calendar, *, alternative: str) -> str:
    """An SVG of the whole course. ``alternative`` says the same in sentences."""
    drawing = _Drawing(course, calendar)
    height = drawing.draw()
    return drawing.ink.svg(WIDTH, height, alternative=alternative)


class _Drawing:
    def __init__(self, course: Course, calendar: Calendar):
        self.course, self.calendar, self.ink = course, calendar, Ink()
        room = max((width(_length(phase), SMALL, 500) + 6 for phase in course.phases), default=0)
        self.at: Axis = axis(course.start, course.end, calendar, left=LEFT, right=WIDTH, room=max(room, ROOM))
        self.strips = course.strips[:MOST]
        self.pitch = ROOMY if len(self.strips) <= MANY else DENSE

    def draw(self) -> float:
        """Top to bottom; how high it has become."""
        spots = self._placed()
        foot = (max((spot.level for spot in spots), default=0) + 1) * FLAG
        line = foot + 3
        below = line + (23 if self.at.has_days else 15) + 3
        phases = len(self.course.phases) * PHASE + 8
        strips = len(self.strips) * self.pitch + (12 if len(self.course.strips) > MOST else 0)
        end = below + phases + strips + 4
        self._grid(line, end)
        self._flags(spots, foot, line)
        self._phases(below)
        bottom = self._strips(below + phases)
        return self._notices(bottom + 4) if self.course.notices else bottom + 4

    def _grid(self, line: float, end: float) -> None:
        for tick in self.at.ticks:
            x = self.at(tick.at)
            self.ink.line(x, line, x, end)
            self.ink.text(x, line + 9.5, tick.text, fill=QUIET, anchor="middle")
            if tick.day and self.at.has_days:
                self.ink.text(x, line + 18, tick.day, fill=QUIET, anchor="middle", weight=500)
        self.ink.line(LEFT, line, WIDTH, line, color=INK, width=0.6)
        self._name(line + 9.5, self.calendar.zone_name(self.course.start))

    def _name(self, y: float, words: str, quiet: str = "", *, room: float = MARGIN - 2) -> None:
        """The name of a row, with a quieter second part on the same line or, where that is too long, below it."""
        one = width(words, NAME, 500) + (width(f" {quiet}", NAME) if quiet else 0)
        if not quiet or one <= room:
            after = width(quiet, NAME) + 3 if quiet else 0
            name = shortened(words, room - after, NAME, 500)
            self.ink.text(MARGIN - after, y, name, size=NAME, anchor="end", weight=500)
            if quiet:
                self.ink.text(MARGIN, y, quiet, size=NAME, fill=QUIET, anchor="end")
        elif self.pitch == DENSE:
            whole = shortened(f"{words} {quiet}", room, NAME, 500)
            self.ink.text(MARGIN, y, whole, size=NAME, anchor="end", weight=500)
        else:
            self.ink.text(MARGIN, y - 4.5, shortened(words, room, NAME, 500), size=NAME, anchor="end", weight=500)
            self.ink.text(MARGIN, y + 4.5, shortened(quiet, room, NAME), size=NAME, fill=QUIET, anchor="end")

    def _placed(self):
        wide = [
            max(width(flag.word, SMALL, 600), width(self.calendar.near(flag.at), SMALL)) + 5
            for flag in self.course.flags
        ]
        flags = [(self.at(flag.at), each) for flag, each in zip(self.course.flags, wide, strict=True)]
        return place(flags, left=LEFT - 30, right=WIDTH + 2)

    def _flags(self, spots, foot: float, line: float) -> None:
        for flag, spot in zip(self.course.flags, spots, strict=True):
            y = foot - FLAG * (spot.level + 1)
            anchor, aside = ("end", -3) if spot.is_left else ("start", 3)
            self.ink.line(spot.x, y + 1, spot.x, line, color=INK, width=0.6)
            self.ink.text(spot.x + aside, y + 7, flag.word, anchor=anchor, weight=600)
            self.ink.text(spot.x + aside, y + 15, self.calendar.near(flag.at), anchor=anchor)

    def _phases(self, y: float) -> None:
        """A staircase: each phase on its own row, so that the shortest needs no leader."""
        for phase in self.course.phases:
            self._name(y + 7, phase.word)
            self._bar(phase, y)
            y += PHASE

    def _bar(self, phase: Phase, y: float) -> None:
        start, end = self.at(phase.start), self.at(phase.end)
        if phase.is_aftermath:
            self.ink.box(start + 0.4, y + 1.9, max(end - start - 0.8, 0.8), 5.2, fill="#fff", stroke=0.8)
        else:
            self.ink.box(start, y + 1.5, max(end - start, 0.8), 6)
        self.ink.text(end + 4, y + 7, _length(phase), weight=500)

    def _strips(self, y: float) -> float:
        for strip in self.strips:
            self.ink.line(0, y, WIDTH, y)
            self._strip(strip, y + self.pitch - (3 if self.pitch == ROOMY else 2))
            y += self.pitch
        if self.strips:
            self.ink.line(0, y, WIDTH, y)
        if rest := len(self.course.strips) - len(self.strips):
            self.ink.text(LEFT, y + 9, more_rows(rest), fill=QUIET)
            y += 12
        return y

    def _strip(self, strip: Strip, base: float) -> None:
        """The height is the level; before and after it the component is well."""
        self._name(base - (5.5 if self.pitch == ROOMY else 1.5), strip.component, strip.location)
        thin = TALL[Level.OPERATIONAL]
        if not strip.runs or not strip.runs[-1].is_open:
            self.ink.box(LEFT, base - thin, WIDTH - LEFT, thin, fill=HUE[Level.OPERATIONAL])
        elif strip.runs:
            self.ink.box(LEFT, base - thin, self.at(strip.runs[0].start) - LEFT, thin, fill=HUE[Level.OPERATIONAL])
        for place_, run in enumerate(strip.runs):
            after = strip.runs[place_ + 1].start if place_ + 1 < len(strip.runs) else None
            room = (self.at(after) if after else WIDTH) - self.at(run.start)
            self._run(run, base, room, is_joined=place_ > 0 and strip.runs[place_ - 1].end == run.start)

    def _run(self, run: Run, base: float, room: float, *, is_joined: bool) -> None:
        start = self.at(run.start) + (0.5 if is_joined else 0)
        end = WIDTH if run.is_open else self.at(run.end)
        tall = TALL[run.level]
        self.ink.box(start, base - tall, max(end - start, 0.8), tall, fill=HUE[run.level])
        if self.pitch == DENSE or room < 6:
            return
        self.ink.shape(silhouette(run.level), start, base - tall - 7.6, 5.6)
        words = str(run.level.label)
        for each in (f"{words} {lasting(run.end - run.start)}", words):
            if width(each, 6.5, 500) + 8 <= room:
                self.ink.text(start + 8, base - tall - 2.6, each, size=6.5, fill=HUE[run.level], weight=500)
                break

    def _notices(self, y: float) -> float:
        """Ticks of what customers were told; a missed promise is an open box, tied to the notice that came too late."""
        self._name(y + 8, pgettext("to customers", "Notices"))
        self.ink.line(LEFT, y + 5.5, WIDTH, y + 5.5, color=QUIET)
        for each in self.course.notices:
            x = self.at(each.notice.at)
            self.ink.box(x - 0.9, y + 0.5, 1.8, 10)
            if each.is_late and each.promised_at:
                promised = self.at(each.promised_at)
                self.ink.line(promised + 2, y + 5.5, x, y + 5.5, color=INK, width=1.8)
                self.ink.box(promised - 2, y + 3.5, 4, 4, fill="#fff", stroke=0.9)
        for each, x, words, anchor in self._labels(self.course.notices):
            is_late = each.is_late
            self.ink.text(x, y + 19, self.calendar.clock(each.notice.at), anchor=anchor, weight=600 if is_late else 400)
            self.ink.text(x, y + 27, words, size=6.4, anchor=anchor, fill=INK if is_late else QUIET,
                          weight=600 if is_late else 400)  # fmt: skip
        return y + 31

    def _labels(self, notices: Iterable[Told]) -> list[tuple[Told, float, str, str]]:
        """Those that have room, the late ones first."""
        taken: list[tuple[float, float]] = []
        found = []
        for each in sorted(notices, key=lambda each: (not each.is_late, each.notice.at)):
            words, x = shortened(_said(each), 80, 6.4, 600), self.at(each.notice.at)
            half = max(width(words, 6.4, 600), width(self.calendar.clock(each.notice.at), SMALL, 600)) / 2
            anchor = "end" if x + half > WIDTH else "middle"
            span = (x - 2 * half, x) if anchor == "end" else (x - half, x + half)
            if all(span[1] + 3 <= start or end + 3 <= span[0] for start, end in taken):
                taken.append(span)
                found.append((each, x, words, anchor))
        return found


def _length(phase: Phase) -> str:
    words = lasting(phase.end - phase.start)
    return _("%(span)s, open") % {"span": words} if phase.is_open else words


def _said(each: Told) -> str:
    if not each.is_late:
        return each.notice.status
    late = each.took - each.limit if each.limit is not None else each.notice.at - each.promised_at
    return _("%(span)s late") % {"span": lasting(late)}
