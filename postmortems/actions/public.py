"""Since when customers can read what was published: from its publication on, or from when its incident was opened."""

from __future__ import annotations

from django.utils import timezone

from incidents.models import Incident
from postmortems.models import Version


def is_public(incident: Incident) -> bool:
    """Whether customers may read of it now: for the public, and with an update that stands."""
    return Incident.objects.public().filter(pk=incident.pk).exists()


def note_opened(incident: Incident) -> None:
    """The version that stands is what customers get first, where they could not read it before. What was published
    before it they never had."""
    version = Version.objects.standing().filter(postmortem__incident=incident).defer("content").first()
    if version is not None and version.public_at is None and is_public(incident):
        version.public_at = timezone.now()
        version.save(update_fields=["public_at"])
