"""What was told of an incident, update by update, on its own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from incidents import markdown, moments
from incidents.choices import ComponentState, Status
from incidents.wording import what_where
from statuspage.documents import times, words
from statuspage.documents.standing import Standing
from statuspage.documents.times import Moment
from statuspage.documents.words import Mark
from statuspage.snapshot.values import Incident, Snapshot, Told, Update

SILENCE = timedelta(minutes=1)


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


def story(snapshot: Snapshot, incident: Incident, here: Standing | None) -> list[ToldUpdate]:
    """Newest first. A time without its day is of the day that stands above it."""
    zone, last = snapshot.page.zone, incident.last
    at = below(here, last.at, zone) if here else times.near(last.at, incident.ended_at or last.at, zone)
    told = []
    for index in reversed(range(len(incident.updates))):
        told.append(_told_update(snapshot, incident, index, at))
        if index:
            at = times.near(incident.updates[index - 1].at, incident.updates[index].at, zone)
    return told


def below(here: Standing, at: datetime, zone: ZoneInfo) -> Moment:
    """A time under the head of an open incident, which names a day, or two."""
    is_one = here.began is None or here.began.astimezone(zone).date() == here.since.astimezone(zone).date()
    return times.near(at, here.since, zone) if is_one else times.day_and_hour(at, zone)


def state_at(incident: Incident, at: datetime) -> ComponentState:
    state = incident.state(at)
    return incident.worst if at == incident.started_at and not state.is_troubled else state


def _told_update(snapshot: Snapshot, incident: Incident, index: int, at: Moment) -> ToldUpdate:
    zone, update = snapshot.page.zone, incident.updates[index]
    before = incident.updates[index - 1] if index else None
    after = incident.updates[index + 1] if index + 1 < len(incident.updates) else None
    promised = update.promised_at if after else None
    missed = after is not None and promised is not None and after.at > promised
    return ToldUpdate(
        id=update.id,
        mark=words.mark(_shown(incident, update)),
        at=at,
        stage=words.stage(update.status, reopens=update.reopens),
        edited=edited(update, snapshot),
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
    return words.mark(state_at(incident, incident.started_at)).slug if was_silent(incident) else ""


def was_silent(incident: Incident) -> bool:
    """Something failed for a minute at least before anything was told of it."""
    return incident.updates[0].at - incident.started_at >= SILENCE


def edited(update: Update, snapshot: Snapshot) -> str:
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
