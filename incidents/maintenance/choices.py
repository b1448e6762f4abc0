"""The words of maintenance, and which state may follow which. Values are stored and stable for ever."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from incidents.choices import ComponentState, Origin


class Kind(TextChoices):
    """3-04; operator maintenance is of external connectivity (3-10)."""

    SOFTWARE = "software", _("Software update")
    OPTIMISATION = "optimisation", _("System optimisation")
    SECURITY = "security", _("Security patch")
    INFRASTRUCTURE = "infrastructure", _("Infrastructure upgrade")
    OPERATOR = "operator", _("Operator maintenance")

    @property
    def origin(self) -> Origin:
        """Which page it is proposed for."""
        return Origin.EXTERNAL if self == Kind.OPERATOR else Origin.PLATFORM


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    IN_PROGRESS = "in_progress", _("In progress")
    VERIFYING = "verifying", _("Verifying")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")

    def can_become(self, new: State) -> bool:
        """Whether ``new`` may follow; staying is not a transition."""
        return new in TRANSITIONS[self]


RUNNING = (State.IN_PROGRESS, State.VERIFYING)
AHEAD = (State.SCHEDULED, *RUNNING)  # announced, and not over
OVER = (State.COMPLETED, State.CANCELLED)

TRANSITIONS: dict[State, set[State]] = {
    State.DRAFT: {State.SCHEDULED, State.CANCELLED},
    State.SCHEDULED: {State.IN_PROGRESS, State.CANCELLED},
    State.IN_PROGRESS: {State.VERIFYING, State.COMPLETED, State.CANCELLED},
    State.VERIFYING: {State.IN_PROGRESS, State.COMPLETED},
    State.COMPLETED: set(),
    State.CANCELLED: set(),
}


class Expected(IntegerChoices):
    """What customers notice of a component while it runs; larger is worse. As calendar files say it (MAINTNOTE)."""

    NOTHING = 0, _("No effect")
    AT_RISK = 1, _("At risk: less redundancy")
    DEGRADED = 2, _("Degraded")
    OUTAGE = 3, _("Unavailable")

    @property
    def state(self) -> ComponentState:
        """Of the component on a page, while it runs."""
        return ComponentState.OPERATIONAL if self == Expected.NOTHING else ComponentState.MAINTENANCE


class UpdateKind(TextChoices):
    """What happened, each told once."""

    POSTED = "posted", _("Posted")
    MOVED = "moved", _("Moved")
    CHANGED = "changed", _("Changed")
    BEGUN = "begun", _("Begun")
    UPDATE = "update", _("Update")
    EXTENDED = "extended", _("Extended")
    VERIFYING = "verifying", _("Verifying")
    ENDED = "ended", _("Ended")
    CANCELLED = "cancelled", _("Cancelled")


ANNOUNCING = (UpdateKind.POSTED, UpdateKind.MOVED, UpdateKind.CHANGED)  # may hold a class of their own


class Outcome(TextChoices):
    """How it went."""

    DONE = "done", _("Done as planned")
    PARTLY = "partly", _("Partly done")
    ROLLED_BACK = "rolled_back", _("Rolled back")
    NOT_DONE = "not_done", _("Not done")


class Decision(TextChoices):
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")  # by whoever asked, or by a change of what was asked for


class ReadAs(TextChoices):
    """What became of an operator's notice."""

    NEW = "new", _("New window")
    UPDATED = "updated", _("Window updated")
    CANCELLED = "cancelled", _("Cancelled by the operator")
    OLD = "old", _("Older than what is known")
    UNREADABLE = "unreadable", _("Could not be read")


APPLIED = (ReadAs.NEW, ReadAs.UPDATED, ReadAs.CANCELLED)  # the last of an event is what the operator says now
