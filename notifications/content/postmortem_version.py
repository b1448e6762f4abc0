"""What a message on a published post-mortem says, frozen when it is released. Plain JSON, as of an update.

A page's part is read from the same snapshot that its documents are drawn from: what is internal, and what the page
does not name, is not in it.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone, translation

from incidents.choices import SeverityLevel
from incidents.markdown.portable import escaped
from incidents.models import Incident
from notifications.content import on_page
from notifications.content.incident_update import past
from postmortems.document.outline import outline
from postmortems.models import Version
from statuspage.documents import report_text, state
from statuspage.documents.times import stamp
from statuspage.models import Page
from statuspage.snapshot.load import load
from statuspage.snapshot.report import Report
from statuspage.snapshot.values import POSTMORTEM, Snapshot

STATUS = "postmortem"
Json = dict[str, Any]


def of_version(version: Version, pages: list[Page], *, is_correction: bool) -> Json:
    """A version as subscribers of ``pages`` get it. Three queries, and those of a snapshot for each page."""
    incident = version.postmortem.incident
    found = {page.public_id: of_page(page, version) for page in pages}
    return {
        "title": incident.title,
        "incident": incident.public_id,
        "postmortem": version.postmortem.public_id,
        "number": version.public_number,
        "status": STATUS,
        "severity": incident.severity_id,
        "impact": SeverityLevel(incident.severity_id).name.lower(),
        "posted_at": stamp(version.published_at),
        "started_at": stamp(incident.started_at),
        "resolved_at": stamp(incident.resolved_at) if incident.resolved_at else None,
        "is_correction": is_correction,
        "change": version.public_change if is_correction else "",
        "updates": past(incident.updates.visible()),
        "places": places(incident),
        "pages": {public_id: here for public_id, here in found.items() if here},
    }


def places(incident: Incident) -> list[tuple[int, int | None]]:
    """Every component and location that the incident ever affected."""
    found = set(incident.impacts.values_list("component", "location"))
    return sorted(found, key=lambda place: (place[0], place[1] or 0))


def of_page(page: Page, version: Version) -> Json:
    """What this page says of it; nothing where it does not stand there."""
    with translation.override(page.language):
        shot = load(page.pk, touched={POSTMORTEM: {version.postmortem_id}}, now=timezone.now())
        reports = {report.pk: report for report in shot.others[POSTMORTEM].values}
        report = reports.get(version.postmortem_id)
        if report is None:
            return {}
        level = state.derive(shot)
        return {
            **on_page.whole(shot, level),
            **on_page.seen(shot, level, report.incident),
            "incident_url": f"{shot.page.url}incidents/{report.incident_id}/",
            "postmortem_url": report_text.address(shot, report),
            "update": report.update_id,
            "published_at": stamp(report.at),
            "updated_at": stamp(report.changed_at),
            **_words(shot, report),
        }


def _words(shot: Snapshot, report: Report) -> Json:
    drawn = outline(report.content, report.edition, report.dress)
    return {
        "kind": drawn.kind,
        "answers": [[answer.question, answer.text] for answer in drawn.answers],
        "gist": escaped(drawn.description),
        "body": report_text.markdown(shot, report),
        "brief": report_text.brief(shot, report),
    }
