"""The timeline in sentences: for those who do not see the drawing, from the same facts."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _, ngettext

from incidents.wording import label, listing
from postmortems.document.outline.course import Course, Phase, Strip
from postmortems.document.words import Calendar, lasting

MOST = 12  # components and places, and notices, that are told one by one


def timeline(course: Course, calendar: Calendar) -> str:
    told = _bounds(course, calendar)
    between = course.flags[1:-1] if course.is_over else course.flags[1:]
    told += [_flag(flag.word, flag.at, calendar) for flag in between]
    told += [_phase(phase, calendar) for phase in course.phases]
    told += [_strip(strip, calendar) for strip in course.strips[:MOST] if strip.runs]
    if (rest := len(course.strips) - MOST) > 0:
        told.append(more_rows(rest))
    told += _notices(course, calendar)
    return " ".join(told)


def more_rows(rest: int) -> str:
    return ngettext(
        "One more row stands in the table of impacts.", "%(n)d more rows stand in the table of impacts.", rest
    ) % {"n": rest}


def _bounds(course: Course, calendar: Calendar) -> list[str]:
    began = course.flags[0].at
    zone = calendar.zone_name(began)
    if course.is_over:
        return [
            _("The incident began at %(start)s %(zone)s and was resolved at %(end)s.")
            % {"start": calendar.near(began), "zone": zone, "end": calendar.near(course.flags[-1].at)}
        ]
    return [_("The incident began at %(start)s %(zone)s.") % {"start": calendar.near(began), "zone": zone}]


def _flag(word: str, at: datetime, calendar: Calendar) -> str:
    return _("%(what)s at %(time)s.") % {"what": word, "time": calendar.near(at)}


def _phase(phase: Phase, calendar: Calendar) -> str:
    told = {
        "span": lasting(phase.end - phase.start),
        "start": calendar.near(phase.start),
        "end": calendar.near(phase.end),
        "what": phase.sentence,
    }
    if phase.is_open:
        return _("From %(start)s on, %(what)s.") % told
    return _("For %(span)s, from %(start)s to %(end)s, %(what)s.") % told


def _strip(strip: Strip, calendar: Calendar) -> str:
    phrases = []
    for run in strip.runs:
        told = {"level": run.level.label.lower(), "start": calendar.near(run.start), "end": calendar.near(run.end)}
        shape = _("%(level)s from %(start)s on") if run.is_open else _("%(level)s from %(start)s to %(end)s")
        phrases.append(shape % told)
    what = {"what": label(strip.component, strip.location), "levels": _(", then ").join(phrases)}
    return _("%(what)s: %(levels)s.") % what


def _notices(course: Course, calendar: Calendar) -> list[str]:
    if not course.notices:
        return []
    at = [calendar.near(each.notice.at) for each in course.notices]
    sentences = [_("Customers were told at %(times)s.") % {"times": listing(at, MOST)}]
    late = [calendar.near(each.notice.at) for each in course.notices if each.is_late]
    if late:
        shape = ngettext("The notice of %(times)s came later than promised.",
                         "The notices of %(times)s came later than promised.", len(late))  # fmt: skip
        sentences.append(shape % {"times": listing(late, MOST)})
    return sentences
