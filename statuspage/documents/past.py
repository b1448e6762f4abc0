"""Days behind us: those with incidents one by one, quiet ones folded into a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _, ngettext

from statuspage.documents import times
from statuspage.documents.document import rendering
from statuspage.documents.incident_line import PastIncident, past_incident
from statuspage.documents.window_view import Line, lines
from statuspage.documents.words import Mark
from statuspage.snapshot import windows
from statuspage.snapshot.values import Incident, Month, Snapshot
from statuspage.snapshot.window import Window

MOST = 30  # incidents on the front page; the day that reaches it is the last, and the history goes on


@dataclass(frozen=True, slots=True)
class Past:
    """A day with incidents or maintenance, or a stretch of days without."""

    iso: str
    label: str
    entries: tuple[PastIncident, ...]
    quiet: str
    windows: tuple[Line, ...] = ()  # after the incidents
    more: int = 0  # windows that the calendar has

    @property
    def month(self) -> str:
        """As addresses have it."""
        return self.iso[:7]

    @property
    def mark(self) -> Mark:
        return self.entries[0].mark if self.entries else self.windows[0].mark


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


def month(snapshot: Snapshot, month: Month) -> list[Past]:
    """The days of a month that have incidents, or on which maintenance began, newest first."""
    zone = snapshot.page.zone
    by_day: dict[date, list[Incident]] = defaultdict(list)
    for incident in snapshot.month(month):
        by_day[incident.started_at.astimezone(zone).date()].append(incident)
    worked = windows.of(snapshot).that_ran(month, zone)
    days = sorted({*by_day, *worked}, reverse=True)
    return [_with_windows(snapshot, _day(snapshot, day, by_day[day]), *worked.get(day, ((), 0))) for day in days]


def _with_windows(snapshot: Snapshot, day: Past, shown: Iterable[Window], more: int) -> Past:
    return replace(day, windows=lines(snapshot, shown), more=more)


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
