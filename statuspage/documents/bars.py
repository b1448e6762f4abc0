"""Ninety days as a picture and as a sentence. One path per state, one stroke per run of days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.text import Truncator
from django.utils.translation import gettext as _, ngettext

from incidents.choices import ComponentState
from statuspage.documents.times import bare_day, days_between
from statuspage.documents.words import SLUG, mark
from statuspage.snapshot.uptime import Day

BOTTOM = 20
HEIGHT = {
    ComponentState.UNKNOWN: 2,
    ComponentState.OPERATIONAL: 6,
    ComponentState.MAINTENANCE: 8,
    ComponentState.DEGRADED: 11,
    ComponentState.PARTIAL: 15,
    ComponentState.MAJOR: 20,
}
NAME = 40  # letters of a name in the sentence: it stands beside the bar in full
TOLD = 8  # runs in the sentence before the older ones are counted


@dataclass(frozen=True, slots=True)
class Path:
    slug: str
    d: str


@dataclass(frozen=True, slots=True)
class Bar:
    paths: tuple[Path, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Run:
    state: ComponentState
    first: int
    days: Sequence[Day]


def runs(days: Sequence[Day]) -> Iterator[Run]:
    at = 0
    for state, found in groupby(days, key=lambda day: day.state):
        run = list(found)
        yield Run(state, at, run)
        at += len(run)


def bar(name: str, days: Sequence[Day], *, is_group: bool = False) -> Bar:
    found = list(runs(days))
    paths = []
    for state in HEIGHT:
        d = "".join(f"M{run.first} {_middle(state)}h{len(run.days)}" for run in found if run.state == state)
        if d:
            paths.append(Path(SLUG[state], d))
    return Bar(tuple(paths), _sentence(name, days, found, is_group=is_group))


def _middle(state: ComponentState) -> str:
    return f"{BOTTOM - HEIGHT[state] / 2:g}"


def _sentence(name: str, days: Sequence[Day], found: list[Run], *, is_group: bool) -> str:
    what = _("%(name)s, worst component of each day, %(n)d days") if is_group else _("%(name)s, %(n)d days")
    what %= {"name": Truncator(name).chars(NAME), "n": len(days)}
    if all(run.state == ComponentState.OPERATIONAL for run in found):
        return _("%(what)s: operational every day.") % {"what": what}
    if all(run.state == ComponentState.UNKNOWN for run in found):
        return _("%(what)s: unknown.") % {"what": what}
    notable = [run for run in reversed(found) if run.state != ComponentState.OPERATIONAL]
    phrases = [_phrase(run, days) for run in notable[:TOLD]]
    older = len(notable) - TOLD
    if older > 0:
        phrases.append(ngettext("%(n)d earlier time", "%(n)d earlier times", older) % {"n": older})
    sentence = _(", ").join(phrases)
    if any(run.state == ComponentState.OPERATIONAL for run in found):
        return _("%(what)s: %(phrases)s; otherwise operational.") % {"what": what, "phrases": sentence}
    return _("%(what)s: %(phrases)s.") % {"what": what, "phrases": sentence}


def _phrase(run: Run, days: Sequence[Day]) -> str:
    word = mark(run.state).word.lower()
    first, last = run.days[0].date, run.days[-1].date
    if last != days[-1].date:
        when = days_between(first, last)
    elif first == last:
        when = _("today")
    else:
        when = _("%(first)s to today") % {"first": bare_day(first)}
    return _("%(word)s %(when)s") % {"word": word, "when": when}
