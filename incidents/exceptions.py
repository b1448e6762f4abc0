"""What an action may refuse, in sentences fit for the person who asked."""

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
