"""Since when customers can read what was published: from its publication on, or from when its incident was opened."""

from __future__ import annotations

from django.utils import timezone

from incidents.models import Incident
from postmortems.models import Version


def note_opened(incident: Incident) -> None:
    """The version that stands is what customers get first, where they could not read it before. What was published
    before it they never had."""
    version = Version.objects.standing().filter(postmortem__incident=incident).defer("content").first()
    if version is not None and version.public_at is None and Incident.objects.public().contains(incident):
        version.public_at = timezone.now()
        version.save(update_fields=["public_at"])
