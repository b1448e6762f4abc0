"""The pieces of a staff message on what is behind an incident: its post-mortem, records and action items."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from incidents.models import Incident
from notifications.content import staff_parts
from notifications.content.base import Json


def about(incident: Incident, url: str, label: str) -> Json:
    """What every message of something behind an incident has."""
    return {
        **staff_parts.nothing(),
        "title": incident.title,
        "incident": incident.public_id,
        "url": url,
        "severity": incident.severity_id,
        "status": "",
        "audience": incident.audience,
        "action": {"label": label, "url": url},
    }


def closed(incident: Incident, url: str) -> Json:
    return staff_parts.closed(incident) | {"url": url, "action": {"label": _("Open"), "url": url}}


def is_closed(frozen: Json) -> bool:
    """Whether it says no more than that there is one, or nothing is frozen yet."""
    return frozen.get("audience") in (None, "restricted")


def absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"
