"""How bad an incident is, since when, and how bad it was: every "since", "up to" and "affected for" is from here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from incidents.choices import ComponentState, Status
from statuspage.documents import words
from statuspage.documents.words import Mark
from statuspage.snapshot.values import Impact, Incident, worst


@dataclass(frozen=True, slots=True)
class Standing:
    """An open incident as it is now."""

    mark: Mark
    word: str  # Partial outage; where nothing is affected any more, its stage; that it was reopened
    since: datetime  # without a break as bad as that, or at that stage
    began: datetime | None  # the whole of it, where that was earlier
    peak: str  # how bad it was, where that was worse than it is


def standing(incident: Incident, now: datetime) -> Standing:
    here, again = incident.state(now), any(update.reopens for update in incident.updates)
    if here.is_troubled:
        level, since = words.mark(here).word, _as_bad_since(incident.impacts, here, now)
        word = _("Reopened, %(stage)s") % {"stage": level.lower()} if again else level
    else:
        word, since = words.stage(incident.status, reopens=again), _at_stage_since(incident)
    return Standing(
        mark=words.mark(here),
        word=word,
        since=since,
        began=incident.started_at if _minute(incident.started_at) != _minute(since) else None,
        peak=_up_to(incident.worst) if incident.worst > here else "",
    )


@dataclass(frozen=True, slots=True)
class Course:
    """What an incident that is over did."""

    mark: Mark  # the worst; where it was not always as bad as that, up to
    start: datetime
    end: datetime
    length: timedelta  # in which something was affected

    @property
    def has_breaks(self) -> bool:
        """All was well in between, as before an incident was reopened."""
        return self.length < self.end - self.start


def course(incident: Incident) -> Course | None:
    """None where it affected nothing, or is not over. What began after its end nobody has been told of."""
    over = incident.ended_at
    impacts = [each for each in incident.impacts if over and each.started_at <= over and each.state.is_troubled]
    if over is None or not impacts:
        return None
    pieces, state = _joined(impacts, over), worst(impacts)
    length, at_worst = _length(pieces), _length(_joined([each for each in impacts if each.state == state], over))
    return Course(
        mark=Mark(words.SLUG[state], _up_to(state, first=True) if at_worst < length else words.mark(state).word),
        start=pieces[0][0],
        end=pieces[-1][1],
        length=length,
    )


def ending(incident: Incident) -> str:
    """The stage in a word. Merged is one for readers only where they can follow."""
    if incident.merged:
        return str(Status.MERGED.label) if incident.merged.into else _("Closed")
    return str(incident.status.label)


def _up_to(state: ComponentState, *, first: bool = False) -> str:
    level = {"level": words.mark(state).word.lower()}
    return _("Up to %(level)s") % level if first else _("up to %(level)s") % level


def _as_bad_since(impacts: Iterable[Impact], state: ComponentState, now: datetime) -> datetime:
    """The beginning of the time, up to now, in which something was always as bad as ``state`` at least."""
    return _joined([each for each in impacts if each.state >= state and each.started_at <= now], now)[-1][0]


def _at_stage_since(incident: Incident) -> datetime:
    """When its stage was published first, after another one."""
    since = incident.last.at
    for update in reversed(incident.updates):
        if update.status != incident.status:
            break
        since = update.at
    return since


def _joined(impacts: Iterable[Impact], over: datetime) -> list[tuple[datetime, datetime]]:
    """The time until ``over`` that they take up together, in order."""
    pieces: list[tuple[datetime, datetime]] = []
    for start, end in sorted((each.started_at, min(each.ended_at or over, over)) for each in impacts):
        if pieces and start <= pieces[-1][1]:
            begun, until = pieces.pop()
            start, end = begun, max(until, end)
        pieces.append((start, end))
    return pieces


def _length(pieces: Iterable[tuple[datetime, datetime]]) -> timedelta:
    return sum((end - start for start, end in pieces), timedelta())


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
