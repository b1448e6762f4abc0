"""Days behind us: those with incidents one by one, quiet ones folded into a row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _, ngettext

from statuspage.documents import times
from statuspage.documents.document import rendering
from statuspage.documents.incident_view import PastIncident, past_incident
from statuspage.documents.words import Mark
from statuspage.snapshot.values import Incident, Snapshot

MOST = 30  # incidents on the front page; the day that reaches it is the last, and the history goes on


@dataclass(frozen=True, slots=True)
class Past:
    """A day with incidents, or a stretch of days without."""

    iso: str
    label: str
    entries: tuple[PastIncident, ...]
    quiet: str

    @property
    def mark(self) -> Mark:
        return self.entries[0].mark


def days(snapshot: Snapshot) -> list[Past]:
    """The page's last days, newest first. Open incidents lead the page and are not repeated here."""
    zone = snapshot.page.zone
    today = snapshot.now.astimezone(zone).date()
    oldest = today - timedelta(days=snapshot.page.past_days - 1)
    busy: set[date] = set()
    listed: dict[date, list[Incident]] = defaultdict(list)
    for incident in snapshot.recent:
        first = incident.started_at.astimezone(zone).date()
        last = (incident.ended_at or snapshot.now).astimezone(zone).date()
        busy |= {first + timedelta(days=n) for n in range((last - first).days + 1) if last >= oldest}
        if not incident.is_open and last >= oldest:
            listed[first].append(incident)
    began = _began(snapshot)
    rows: list[Past] = []
    quiet: list[date] = []
    for day in sorted({*listed, *(oldest + timedelta(days=n) for n in range(snapshot.page.past_days))}, reverse=True):
        if day not in busy and day >= began:
            quiet.append(day)
            continue
        rows += _quiet(quiet, today)
        quiet = []
        if day in listed:
            rows.append(_day(snapshot, day, listed[day]))
            if sum(len(row.entries) for row in rows) >= MOST:
                return rows
    return rows + _quiet(quiet, today)


def month(snapshot: Snapshot, incidents: list[Incident]) -> list[Past]:
    """The days of a month that have incidents, newest first."""
    by_day: dict[date, list[Incident]] = defaultdict(list)
    for incident in incidents:
        by_day[incident.started_at.astimezone(snapshot.page.zone).date()].append(incident)
    return [_day(snapshot, day, by_day[day]) for day in sorted(by_day, reverse=True)]


def _began(snapshot: Snapshot) -> date:
    """No day is called quiet before there was anything to see."""
    zone = snapshot.page.zone
    known = [snapshot.page.created_at.astimezone(zone).date()]
    known += [component.introduced_on for component in snapshot.tree.components.values()]
    known += [snapshot.first_at.astimezone(zone).date()] if snapshot.first_at else []
    return min(known)


def _day(snapshot: Snapshot, day: date, incidents: list[Incident]) -> Past:
    worst_first = sorted(incidents, key=lambda incident: incident.worst, reverse=True)
    return Past(day.isoformat(), times.short_day(day), tuple(_entry(snapshot, each) for each in worst_first), "")


def _entry(snapshot: Snapshot, incident: Incident) -> PastIncident:
    with rendering(f"incident {incident.id}"):
        return past_incident(snapshot, incident)


def _quiet(days: list[date], today: date) -> list[Past]:
    if not days:
        return []
    last, first, count = days[0], days[-1], len(days)
    if count == 1:
        text = _("No incidents today.") if last == today else _("No incidents.")
        return [Past(first.isoformat(), times.short_day(first), (), text)]
    text = ngettext("No incidents, %(n)d day.", "No incidents, %(n)d days.", count) % {"n": count}
    return [Past(first.isoformat(), times.days_between(first, last), (), text)]
