"""What a message says of a post-mortem that was withdrawn, frozen as of one that is published. Programs read of the
incident what they read before there was a post-mortem."""

from __future__ import annotations

from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from incidents.choices import SeverityLevel, Status
from notifications.content import on_page
from notifications.content.incident_update import past
from postmortems.models import Version
from statuspage.documents import state
from statuspage.documents.times import stamp
from statuspage.models import Page
from statuspage.snapshot.load import load

Json = dict[str, Any]


def of_withdrawal(version: Version, pages: list[Page]) -> Json:
    """Of one that still stands: as it would be, withdrawn now, but for the reason."""
    incident, at = version.postmortem.incident, stamp(version.withdrawn_at or timezone.now())
    return {
        "title": incident.title,
        "incident": incident.public_id,
        "postmortem": version.postmortem.public_id,
        "number": version.public_number,
        "status": Status.RESOLVED.value,
        "severity": incident.severity_id,
        "impact": SeverityLevel(incident.severity_id).name.lower(),
        "posted_at": at,
        "withdrawn_at": at,
        "withdrawal_reason": version.withdrawal_reason,
        "published_at": stamp(version.published_at),
        "started_at": stamp(incident.started_at),
        "resolved_at": stamp(incident.resolved_at) if incident.resolved_at else None,
        "is_correction": False,
        "change": "",
        "updates": past(incident.updates.visible()),
        "places": [],
        "pages": {page.public_id: _of_page(page, version) for page in pages},
    }


def _of_page(page: Page, version: Version) -> Json:
    incident = version.postmortem.incident
    shot = load(page.pk, touched={}, now=timezone.now())
    level = state.derive(shot)
    with translation.override(page.language):
        return {
            **on_page.whole(shot, level),
            **on_page.seen(shot, level, incident.pk),
            "incident_url": f"{shot.page.url}incidents/{incident.public_id}/",
            "postmortem_url": f"{shot.page.url}postmortems/{version.postmortem.public_id}/",
            "published_at": stamp(version.published_at),
            "kind": _("Root cause analysis") if version.content.get("is_full") else _("Post-mortem"),
        }
