"""The phases of a clock that runs out, and who hears of them by mail besides the channels."""

from __future__ import annotations

from collections.abc import Iterable

from incidents.models import Incident, User

WARNING, BREACH, ESCALATION = "warning", "breach", "escalation"
BACKEND = "django.contrib.auth.backends.ModelBackend"  # with several backends Django wants one named


def people(incident: Incident, *, phase: str) -> list[User]:
    """The owner; when it stays late every lead too. Of a restricted incident its members, and nobody else."""
    told = {incident.owner} if incident.owner else set()
    if phase == ESCALATION:
        told |= (
            set(incident.members.all()) if incident.is_restricted else set(with_right("incidents.override_incident"))
        )
    return who_can_read(told)


def with_right(permission: str) -> Iterable[User]:
    return User.objects.with_perm(permission, include_superusers=False, backend=BACKEND)


def who_can_read(people: Iterable[User]) -> list[User]:
    """Those with an address and an open account, in a stable order."""
    return sorted((person for person in people if person.is_active and person.email), key=lambda person: person.pk)
