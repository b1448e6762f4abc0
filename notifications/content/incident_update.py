"""What a message says, frozen when it is released: the same for every recipient, and what each page may name of it. It
is made anew only where what it says was taken back before it left (:mod:`notifications.content.validity`).

Plain JSON. A page's part is read from the same snapshot that its published documents are drawn from, so a message
never says more than the page.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone, translation

from incidents.choices import Level, SeverityLevel, Status
from incidents.models import Incident, IncidentUpdate
from notifications.content import on_page
from statuspage.documents import state, words
from statuspage.documents.standing import course
from statuspage.documents.times import stamp
from statuspage.models import Page
from statuspage.snapshot import values
from statuspage.snapshot.load import load

UPDATES = 20  # of an incident's past, the newest
Json = dict[str, Any]


def of_update(update: IncidentUpdate, pages: list[Page], *, is_correction: bool) -> Json:
    """An update of an incident as subscribers of ``pages`` get it. Nine queries and nine for each page.

    The promise is the one that stands now: of an older update that is sent again, the last update's.
    """
    incident = update.incident
    standing = past(incident.updates.visible())
    promised_at = standing[0]["promised_at"] if standing else _stamp(update.promised_at)
    told = set(update.states.values_list("component", "location"))
    return {
        "title": incident.title,
        "incident": incident.public_id,
        "update": update.public_id,
        "status": update.status,
        "severity": incident.severity_id,
        "impact": SeverityLevel(incident.severity_id).name.lower(),
        "body": update.text,
        "posted_at": stamp(update.posted_at),
        "promised_at": promised_at,
        "started_at": stamp(incident.started_at),
        "resolved_at": _stamp(incident.resolved_at) if update.status == Status.RESOLVED else None,
        "is_correction": is_correction,
        "reopens": any(row["reopens"] for row in standing if row["id"] == update.public_id),
        "updates": standing,
        "places": sorted(told or _felt(incident), key=lambda place: (place[0], place[1] or 0)),
        "pages": {page.public_id: of_page(page, update) for page in pages},
    }


def of_page(page: Page, update: IncidentUpdate) -> Json:
    """What this page names of the update, and how the page as a whole stands with it."""
    now = timezone.now()
    with translation.override(page.language):
        shot = load(page.pk, touched={}, now=now)
        level = state.derive(shot)
        incident = next((each for each in shot.incidents if each.pk == update.incident_id), None)
        states = _on_page(shot, incident, update.public_id) if incident else []
        return {
            **on_page.whole(shot, level),
            **on_page.seen(shot, level, update.incident_id),
            "incident_url": f"{shot.page.url}incidents/{update.incident.public_id}/",
            "states": states,
            "scope": _scope(shot, incident, update.public_id),
            "affected_seconds": _affected_seconds(incident),
        }


def _on_page(shot: values.Snapshot, incident: values.Incident, update_id: str) -> list[Json]:
    """Each affected place by name, worst first, with what was published of it before."""
    before: dict[tuple[int, int | None], Level] = {}
    for update in incident.updates:
        if update.id == update_id:
            told = sorted(update.told, key=lambda each: -each.level)
            return [
                {
                    "id": shot[each.component].id,
                    "name": words.name_on_page(shot.tree, each.component),
                    "location": shot.places.get(each.location) if each.location is not None else None,
                    "level": int(each.level),
                    "old_level": before.get((each.component, each.location)),
                }
                for each in told
            ]
        before |= {(each.component, each.location): int(each.level) for each in update.told}
    return []


def _scope(shot: values.Snapshot, incident: values.Incident | None, update_id: str) -> str:
    """SMS and WhatsApp in Frankfurt: what is affected, or was where all works again; never what was only named."""
    update = next((each for each in incident.updates if each.id == update_id), None) if incident else None
    if incident is None or update is None:
        return ""
    wrong = [each for each in update.told if each.level != Level.OPERATIONAL]
    spans = [values.Impact(each.component, each.location, each.state, update.at, None) for each in wrong]
    return words.scope(shot, spans or [each for each in incident.impacts if each.started_at <= update.at]).affected


def _affected_seconds(incident: values.Incident | None) -> int | None:
    """For how long something was affected, of one that is over."""
    its = course(incident) if incident and not incident.merged else None
    return int(its.length.total_seconds()) if its else None


def past(updates: QuerySet[IncidentUpdate]) -> list[Json]:
    """The newest of an incident's updates, the newest first."""
    rows = list(updates.order_by("-posted_at", "-pk")[: UPDATES + 1])
    return [_past(row, before) for row, before in zip(rows[:UPDATES], [*rows[1:], None], strict=False)]


def _past(update: IncidentUpdate, before: IncidentUpdate | None) -> Json:
    return {
        "id": update.public_id,
        "status": update.status,
        "body": update.text,
        "posted_at": stamp(update.posted_at),
        "changed_at": stamp(max(update.posted_at, update.corrected_at or update.posted_at)),
        "promised_at": _stamp(update.promised_at),
        "reopens": before is not None and Status(update.status).reopens(before.status),
    }


def _felt(incident: Incident) -> set[tuple[int, int | None]]:
    """Every place that it ever had."""
    return set(incident.impacts.values_list("component", "location"))


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at else None
