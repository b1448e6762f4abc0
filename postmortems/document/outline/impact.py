"""Scope and impact: which component was how bad where and for how long, and what it meant for customers."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _, pgettext

from incidents.choices import Level
from incidents.wording import label
from postmortems.document.outline.course import Course, Run, Strip
from postmortems.document.outline.values import Cell, Head, Line, Row, Table
from postmortems.document.values import Content
from postmortems.document.words import TIGHT, Calendar, lasting, number, percentage

ABREAST = 4  # locations that fit beside each other
MARK = {Level.OPERATIONAL: "op", Level.DEGRADED: "degraded", Level.PARTIAL: "partial", Level.MAJOR: "major"}


def where_and_how_long(course: Course, calendar: Calendar, *, is_full: bool = True) -> Table | None:
    """Components by locations; a line for each pair where there are too many locations to stand abreast."""
    if not course.strips:
        return None
    locations = list(dict.fromkeys(strip.location for strip in course.strips))
    if len(locations) <= ABREAST:
        return _abreast(course, locations, is_full=is_full)
    return _one_by_one(course, calendar)


def _abreast(course: Course, locations: list[str], *, is_full: bool) -> Table:
    components = dict.fromkeys(strip.component for strip in course.strips)
    found = {(strip.component, strip.location): strip for strip in course.strips}
    named = [location or _("Everywhere") for location in locations]
    return Table(
        name="cells",
        caption=_("Components by location: time affected, then each level in order") if is_full else "",
        heads=(Head(_("Component")), *map(Head, named)),
        rows=tuple(
            Row(((Line(component),), *(_cell(found.get((component, place))) for place in locations)))
            for component in components
        ),
    )


def _cell(strip: Strip | None) -> Cell:
    if strip is None or not strip.runs:
        return (Line(_("Not affected"), "quiet", "op"),)
    total = sum((run.end - run.start for run in strip.runs), timedelta())
    return (Line(_total(total, strip.runs[-1]), "strong"), *(_level(run) for run in strip.runs))


def _total(length: timedelta, last: Run) -> str:
    return _("%(span)s, ongoing") % {"span": lasting(length)} if last.is_open else lasting(length)


def _level(run: Run) -> Line:
    return Line(str(run.level.label), "level", MARK[run.level], beside=lasting(run.end - run.start))


def _one_by_one(course: Course, calendar: Calendar) -> Table:
    rows = []
    for strip in course.strips:
        for place, run in enumerate(strip.runs):
            first = (Line(label(strip.component, strip.location)),) if place == 0 else (Line("″", "quiet"),)
            end = _("ongoing") if run.is_open else calendar.near(run.end)
            rows.append(
                Row((
                    first,
                    (Line(str(run.level.label), "level", MARK[run.level]),),
                    (Line(calendar.near(run.start)),),
                    (Line(end),),
                    (Line(lasting(run.end - run.start)),),
                ))
            )  # fmt: skip
    return Table(
        name="levels",
        caption=_("Components and locations: each level in order"),
        heads=tuple(map(Head, (
            _("Component"), pgettext("how bad", "Level"), pgettext("a time", "From"), pgettext("a time", "Until"),
            pgettext("how long", "Lasted"),
        ))),
        rows=tuple(rows),
    )  # fmt: skip


def meant(content: Content) -> Table | None:
    """Customers, messages, data: only what is known; of a short post-mortem, what its first lines do not say."""
    counts, rows = content.counts, []
    if content.is_full:
        rows = [(_("Customers"), _customers(content)), (_("Volume"), _volume(content))]
        rows.append((_("How long it hurt"), counts.lasting))
    rows.append((pgettext("what became of them", "Data"), counts.data))
    told_rows = tuple(Row(((Line(name),), (Line(text),))) for name, text in rows if text)
    if not told_rows:
        return None
    return Table(
        name="pairs",
        title=_("What it meant"),
        heads=(Head(pgettext("what was counted", "Measure")), Head(_("Number"))),
        rows=told_rows,
        is_internal=counts.is_internal,
    )


def _customers(content: Content) -> str:
    counts = content.counts
    if counts.customers is None:
        return ""
    if counts.customers_total is None or counts.percent is None:
        return number(counts.customers)
    total, share = number(counts.customers_total), percentage(counts.percent)
    return _("%(n)s of %(all)s (%(share)s)") % {"n": number(counts.customers), "all": total, "share": share}


def _volume(content: Content) -> str:
    counts = content.counts
    return f"{number(counts.volume)}{TIGHT}{counts.volume_unit}".strip() if counts.volume is not None else ""
