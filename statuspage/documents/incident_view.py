"""An incident as its templates need it: in the lead of the front page, and on its own page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from incidents import markdown, moments
from incidents.choices import ComponentState
from statuspage.documents import report_view, times, words
from statuspage.documents.incident_chart import Chart, chart as draw_chart
from statuspage.documents.incident_story import ToldUpdate, below, edited, state_at, story, was_silent
from statuspage.documents.standing import course, ending, standing
from statuspage.documents.state import State
from statuspage.documents.times import Moment
from statuspage.documents.words import Mark, Scope
from statuspage.snapshot.values import Incident, Merged, Snapshot


@dataclass(frozen=True, slots=True)
class Lead:
    """An open incident on the front page: what is broken, what is being done, when the next word comes."""

    id: str
    title: str
    mark: Mark
    flag: str
    since: Moment
    began: Moment | None
    peak: str
    scope: Scope
    was: bool  # nothing is affected any more: the scope is what was
    stage: str
    at: Moment
    edited: str
    text: SafeString
    promised: Moment | None
    is_late: bool
    count: int


def lead(snapshot: Snapshot, incident: Incident, state: State) -> Lead:
    zone, now, last, here = snapshot.page.zone, snapshot.now, incident.last, standing(incident, snapshot.now)
    scope, was = _scope(snapshot, incident, state)
    return Lead(
        id=incident.id,
        title=incident.title,
        mark=here.mark,
        flag=here.word,
        since=times.near(here.since, now, zone),
        began=times.near(here.began, now, zone) if here.began else None,
        peak=here.peak,
        scope=scope,
        was=was,
        stage=words.stage(incident.status, reopens=last.reopens),
        at=below(here, last.at, zone),
        edited=edited(last, snapshot),
        text=markdown.render(last.text),
        promised=times.near(incident.promised_at, last.at, zone) if incident.promised_at else None,
        is_late=incident.is_late(now),
        count=len(incident.updates),
    )


def _scope(snapshot: Snapshot, incident: Incident, state: State | None) -> tuple[Scope, bool]:
    """What it affects, or did where nothing is affected any more, and whether it is that. ``state``: of an open one."""
    running = [each for each in incident.impacts if incident.is_open and each.holds(snapshot.now)]
    elsewhere = state.components if state else None
    return words.scope(snapshot, running or incident.impacts, elsewhere=elsewhere), not running


@dataclass(frozen=True, slots=True)
class Whole:
    """An incident on its own page, for good."""

    id: str
    title: str
    mark: Mark
    flag: str
    since: Moment | None  # of an open one
    peak: str
    began: Moment | None  # where since says another time
    started: Moment
    ended: Moment | None
    lasted: str
    affected: str  # for how much of that, where not all the time
    scope: Scope
    was: bool
    at_first: Mark | None  # what held before anything was told
    first_word: str
    newest: ToldUpdate
    story: tuple[ToldUpdate, ...]  # newest first; without the newest while that leads the page
    promised: Moment | None
    is_late: bool
    chart: Chart | None
    is_resolved: bool
    is_backfilled: bool
    merged: Merged | None
    merged_at: Moment | None
    report: report_view.Link | None
    report_promised: Moment | None


def whole(snapshot: Snapshot, incident: Incident, state: State | None) -> Whole:
    """``state``: of an open one."""
    zone, now, end = snapshot.page.zone, snapshot.now, incident.ended_at
    here = standing(incident, now) if incident.is_open else None
    newest, *earlier = story(snapshot, incident, here)
    scope, was = _scope(snapshot, incident, state)
    return Whole(
        id=incident.id,
        title=incident.title,
        mark=here.mark if here else _ended_mark(incident),
        flag=here.word if here else ending(incident),
        since=times.day_and_hour(here.since, zone, year=True) if here else None,
        peak=here.peak if here else "",
        began=times.day_and_hour(here.began, zone, year=True) if here and here.began else None,
        started=times.day_and_hour(incident.started_at, zone, year=True),
        ended=times.day_and_hour(end, zone, year=True) if end else None,
        lasted=moments.lasting(end - incident.started_at) if end and not incident.merged else "",
        affected=_affected(incident),
        scope=scope,
        was=was,
        at_first=words.mark(state_at(incident, incident.started_at)) if was_silent(incident) else None,
        first_word=moments.lasting(incident.updates[0].at - incident.started_at),
        newest=newest,
        story=tuple(earlier) if incident.is_open else (newest, *earlier),
        promised=times.near(incident.promised_at, incident.last.at, zone) if incident.promised_at else None,
        is_late=incident.is_late(now),
        chart=draw_chart(snapshot, incident) if not incident.merged else None,  # the other one has the whole of it
        is_resolved=not incident.is_open,
        is_backfilled=incident.is_backfilled,
        merged=incident.merged,
        merged_at=times.hour(end, zone) if incident.merged and end else None,  # its day stands above
        report=report_view.link(snapshot, incident.report) if incident.report else None,
        report_promised=report_view.promised(snapshot, incident),
    )


def _ended_mark(incident: Incident) -> Mark:
    """Merged is neither well nor ill."""
    if incident.merged:
        return Mark(words.SLUG[ComponentState.UNKNOWN], ending(incident))
    return words.mark(ComponentState.OPERATIONAL)


def _affected(incident: Incident) -> str:
    its, end = course(incident), incident.ended_at
    if its is None or incident.merged or end is None:
        return ""
    return words.affected_for(its.length, of=end - incident.started_at)
