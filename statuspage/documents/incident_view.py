"""An incident as its templates need it: in the lead of the front page, in a list of the past, on its own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from incidents import markdown, moments
from incidents.choices import ComponentState, Status
from incidents.wording import what_where
from statuspage.documents import report_view, times, words
from statuspage.documents.incident_chart import Chart, chart as draw_chart
from statuspage.documents.state import State
from statuspage.documents.times import Moment
from statuspage.documents.words import Mark, Scope
from statuspage.snapshot.values import Incident, Merged, Snapshot, Told, Update

EXCERPT = 280  # characters of the last update in a list of the past
SILENCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lead:
    """An open incident on the front page: what is broken, what is being done, when the next word comes."""

    id: str
    title: str
    mark: Mark
    flag: str
    since: Moment
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
    zone, now, here, last = snapshot.page.zone, snapshot.now, incident.state(snapshot.now), incident.last
    running = [impact for impact in incident.impacts if impact.holds(now)]
    stage = words.stage(incident.status, reopens=last.reopens)
    return Lead(
        id=incident.id,
        title=incident.title,
        mark=words.mark(here),
        flag=words.mark(here).word if here.is_troubled else stage,
        since=times.near(incident.started_at, now, zone),
        scope=words.scope(snapshot, running or incident.impacts, elsewhere=state.components),
        was=not running,
        stage=stage,
        at=times.near(last.at, now, zone),
        edited=_edited(last, snapshot),
        text=markdown.render(last.text),
        promised=times.near(incident.promised_at, last.at, zone) if incident.promised_at else None,
        is_late=incident.is_late(now),
        count=len(incident.updates),
    )


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An incident in a list of the past."""

    id: str
    title: str
    mark: Mark
    when: str
    lasted: str
    text: str
    merged: Merged | None  # it says where it continues, in place of its last update
    report: report_view.Link | None
    report_promised: Moment | None


def past_incident(snapshot: Snapshot, incident: Incident) -> PastIncident:
    zone, end = snapshot.page.zone, incident.ended_at
    since = _("since %(time)s") % {"time": times.hour(incident.started_at, zone)}
    return PastIncident(
        id=incident.id,
        title=incident.title,
        mark=words.mark(incident.worst) if incident.worst.is_troubled else Mark("op", str(incident.status.label)),
        when=times.stretch(incident.started_at, end, zone) if end else since,
        lasted=moments.lasting(end - incident.started_at) if end and not incident.merged else _over(incident),
        text=Truncator(markdown.one_line(incident.last.text)).chars(EXCERPT),
        merged=incident.merged,
        report=report_view.link(snapshot, incident.report) if incident.report else None,
        report_promised=_report_promised(snapshot, incident),
    )


def _report_promised(snapshot: Snapshot, incident: Incident) -> Moment | None:
    """Whether it is late is for staff: the promised time says it."""
    at = incident.report_promised_at
    return times.near(at, incident.last.at, snapshot.page.zone) if at and not incident.merged else None


def _over(incident: Incident) -> str:
    """The stage in a word. Merged is one for readers only where they can follow."""
    if incident.merged:
        return str(Status.MERGED.label) if incident.merged.into else _("Closed")
    return str(incident.status.label)


@dataclass(frozen=True, slots=True)
class ToldUpdate:
    """One update on the incident's own page."""

    id: str
    mark: Mark
    at: Moment
    stage: str
    edited: str
    text: SafeString
    states: tuple[tuple[Mark, str], ...]
    before: str  # the slug of what held until then, empty where nothing is known of it
    promised: Moment | None
    kept: str  # when the promised update came, empty while it has not
    late: str  # by how much it was late, for good


@dataclass(frozen=True, slots=True)
class Whole:
    """An incident on its own page, for good."""

    id: str
    title: str
    mark: Mark
    flag: str
    since: Moment
    ended: Moment | None
    lasted: str
    scope: Scope
    began: Mark | None
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


def whole(snapshot: Snapshot, incident: Incident) -> Whole:
    zone, now, end = snapshot.page.zone, snapshot.now, incident.ended_at
    state = incident.state(now)
    running = [impact for impact in incident.impacts if impact.holds(now)]
    newest, *earlier = [_told_update(snapshot, incident, at) for at in reversed(range(len(incident.updates)))]
    return Whole(
        id=incident.id,
        title=incident.title,
        mark=words.mark(state)
        if not incident.merged
        else Mark(words.SLUG[ComponentState.UNKNOWN], _over(incident)),  # neither well nor ill
        flag=words.mark(state).word if state.is_troubled and incident.is_open else _over(incident),
        since=times.day_and_hour(incident.started_at, zone, year=True),
        ended=times.day_and_hour(end, zone, year=True) if end else None,
        lasted=moments.lasting(end - incident.started_at) if end and not incident.merged else "",
        scope=words.scope(snapshot, running or incident.impacts),
        began=words.mark(_state_at(incident, incident.started_at)) if _was_silent(incident) else None,
        first_word=moments.lasting(incident.updates[0].at - incident.started_at),
        newest=newest,
        story=tuple(earlier) if incident.is_open else (newest, *earlier),
        promised=times.near(incident.promised_at, incident.last.at, zone) if incident.promised_at else None,
        is_late=incident.is_late(now),
        chart=draw_chart(snapshot, incident) if not incident.merged else None,  # the other one has the whole of it
        is_resolved=not incident.is_open,
        is_backfilled=incident.is_backfilled,
        merged=incident.merged,
        merged_at=times.near(end, incident.last.at, zone) if incident.merged and end else None,
        report=report_view.link(snapshot, incident.report) if incident.report else None,
        report_promised=_report_promised(snapshot, incident),
    )


def _state_at(incident: Incident, at: datetime) -> ComponentState:
    state = incident.state(at)
    return incident.worst if at == incident.started_at and not state.is_troubled else state


def _told_update(snapshot: Snapshot, incident: Incident, index: int) -> ToldUpdate:
    zone, update = snapshot.page.zone, incident.updates[index]
    before = incident.updates[index - 1] if index else None
    after = incident.updates[index + 1] if index + 1 < len(incident.updates) else None
    promised = update.promised_at if after else None
    missed = after is not None and promised is not None and after.at > promised
    return ToldUpdate(
        id=update.id,
        mark=words.mark(_shown(incident, update)),
        at=times.near(update.at, before.at if before else incident.started_at, zone),
        stage=words.stage(update.status, reopens=update.reopens),
        edited=_edited(update, snapshot),
        text=markdown.render(update.text),
        states=_states(snapshot, update, before),
        before=_held_before(incident, update, before),
        promised=times.near(promised, update.at, zone) if promised else None,
        kept=str(times.near(after.at, update.at, zone)) if after and promised else "",
        late=moments.lasting(after.at - promised) if after and promised and missed else "",
    )


def _shown(incident: Incident, update: Update) -> ComponentState:
    """The colour of an update: the worst that it told, or what was so."""
    if update.status == Status.RESOLVED:
        return ComponentState.OPERATIONAL
    return max((each.state for each in update.told), default=None) or incident.state(update.at)


def _held_before(incident: Incident, update: Update, before: Update | None) -> str:
    if before is not None:
        return words.mark(_shown(incident, before)).slug
    return words.mark(_state_at(incident, incident.started_at)).slug if _was_silent(incident) else ""


def _was_silent(incident: Incident) -> bool:
    """Something failed for a minute at least before anything was told of it."""
    return incident.updates[0].at - incident.started_at >= SILENCE


def _edited(update: Update, snapshot: Snapshot) -> str:
    return str(times.near(update.corrected_at, update.at, snapshot.page.zone)) if update.corrected_at else ""


def _states(snapshot: Snapshot, update: Update, before: Update | None) -> tuple[tuple[Mark, str], ...]:
    """What the update published of each component, worst first."""
    if not update.told:
        return ()
    worst = max(each.state for each in update.told)
    if before is not None and set(before.told) == set(update.told):
        return ((words.mark(worst), _("unchanged")),)
    if worst == ComponentState.OPERATIONAL and len(update.told) > 1:
        return ((words.mark(worst), _("All components of this incident")),)
    ordered = sorted(update.told, key=lambda each: each.state, reverse=True)
    return tuple(
        (words.mark(state), _told(snapshot, list(told)))
        for state, told in groupby(ordered, key=lambda each: each.state)
    )


def _told(snapshot: Snapshot, states: list[Told]) -> str:
    pairs = [
        (words.name_on_page(snapshot.tree, each.component), snapshot.places[each.location] if each.location else "")
        for each in states
    ]
    return _("; ").join(words.placed(words.listing(names), words.listing(where)) for names, where in what_where(pairs))
