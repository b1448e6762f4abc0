"""What an action may refuse, in sentences fit for the person who asked; and the one table of how doors answer it."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _


class DomainError(Exception):
    """A rule is broken; nothing was changed. ``field`` names the form field to show it beside, if there is one."""

    def __init__(self, message: str, *, field: str | None = None):
        super().__init__(message)
        self.field = field


class NotAllowed(DomainError):
    """The person lacks the permission for this."""


class StaleVersion(DomainError):
    """Somebody else changed the incident since it was read."""


class GateNotMet(DomainError):
    """The closure gate lists what is missing (0-26, 3-31)."""

    def __init__(self, missing: list[str]):
        super().__init__(_("The closure gate is not met: %(missing)s.") % {"missing": "; ".join(missing)})
        self.missing = missing


class TooMany(DomainError):
    """Nothing was done. ``retry_after`` seconds from now it may be."""

    def __init__(self, message: str, *, retry_after: int):
        super().__init__(message)
        self.retry_after = retry_after


class Answers(NamedTuple):
    """The HTTP status of a refusal: on a screen, to a program, and to one that sent what it had read (``If-Match``)."""

    screen: int
    program: int
    precondition: int


STATUS: dict[type[DomainError], Answers] = {
    DomainError: Answers(422, 422, 422),
    NotAllowed: Answers(403, 403, 403),
    StaleVersion: Answers(412, 409, 412),  # our forms always hold the version that was read
    GateNotMet: Answers(422, 409, 409),
    TooMany: Answers(429, 429, 429),
}


def answers(refusal: DomainError) -> Answers:
    """Of the refusal's own kind, or of the nearest above it."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
