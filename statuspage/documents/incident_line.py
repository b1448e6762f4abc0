"""An incident in a list of the past."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from incidents import markdown, moments
from statuspage.documents import report_view, times
from statuspage.documents.standing import course, ending, standing
from statuspage.documents.times import Moment
from statuspage.documents.words import Mark
from statuspage.snapshot.values import Incident, Merged, Snapshot

EXCERPT = 280  # characters of the last update


@dataclass(frozen=True, slots=True)
class PastIncident:
    id: str
    title: str
    mark: Mark
    when: str  # and how long
    text: str
    merged: Merged | None  # it says where it continues, in place of its last update
    report: report_view.Link | None
    report_promised: Moment | None


def past_incident(snapshot: Snapshot, incident: Incident) -> PastIncident:
    mark, when = _went(incident, snapshot.page.zone) if incident.ended_at else _goes(snapshot, incident)
    return PastIncident(
        id=incident.id,
        title=incident.title,
        mark=mark,
        when=when,
        text=Truncator(markdown.one_line(incident.last.text)).chars(EXCERPT),
        merged=incident.merged,
        report=report_view.link(snapshot, incident.report) if incident.report else None,
        report_promised=report_view.promised(snapshot, incident),
    )


def _goes(snapshot: Snapshot, incident: Incident) -> tuple[Mark, str]:
    """How an open one stands. Its day stands above."""
    here, zone, day = standing(incident, snapshot.now), snapshot.page.zone, incident.started_at
    said = [_("since %(time)s") % {"time": times.near(here.since, day, zone)}]
    said += [_("began %(time)s") % {"time": times.near(here.began, day, zone)}] if here.began else []
    said += [here.peak, ending(incident) if incident.state(snapshot.now).is_troubled else ""]
    return Mark(here.mark.slug, here.word), _(", ").join(filter(None, said))


def _went(incident: Incident, zone: ZoneInfo) -> tuple[Mark, str]:
    """How bad one that is over was, from when to when and how long; where it affected nothing, when it was open."""
    its, start, end = course(incident), incident.started_at, incident.ended_at or incident.started_at
    mark, length = Mark("op", str(incident.status.label)), moments.lasting(end - start)
    if its:
        mark, length = its.mark, moments.lasting(its.length)
        start, end = its.start, its.end
        length = _("%(span)s of it") % {"span": length} if its.has_breaks else length
    is_same_day = start.astimezone(zone).date() == incident.started_at.astimezone(zone).date()
    when = times.stretch(start, end, zone) if is_same_day else times.span(start, end, zone)
    return mark, _(", ").join([when, ending(incident) if incident.merged else length])
