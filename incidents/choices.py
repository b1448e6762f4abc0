"""The words of the domain, and which stage may follow which. Values are stored and stable for ever."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class Status(TextChoices):
    """Where an incident is in its life (DESIGN section 3, 4-05)."""

    SUSPECTED = "suspected", _("Suspected")
    DISMISSED = "dismissed", _("Dismissed")
    INVESTIGATING = "investigating", _("Investigating")
    IDENTIFIED = "identified", _("Identified")
    MONITORING = "monitoring", _("Monitoring")
    RESOLVED = "resolved", _("Resolved")
    MERGED = "merged", _("Merged")

    def can_become(self, new: Status) -> bool:
        """Whether ``new`` may follow; staying is not a transition."""
        return new in TRANSITIONS[self]

    def reopens(self, before: str | None) -> bool:
        """Whether customers who were told ``before`` and are told this now read that it is not over."""
        return before == Status.RESOLVED and self != Status.RESOLVED


WORKING = (Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING)
OPEN = (Status.SUSPECTED, *WORKING)
PUBLIC = (*WORKING, Status.RESOLVED)  # the stages that are published
SHOWN = (*PUBLIC, Status.MERGED)  # what may stand on a page, if an update of it was published

TRANSITIONS: dict[Status, set[Status]] = {
    Status.SUSPECTED: {Status.INVESTIGATING, Status.DISMISSED, Status.MERGED},
    Status.DISMISSED: {Status.SUSPECTED},
    Status.INVESTIGATING: {Status.IDENTIFIED, Status.MONITORING, Status.RESOLVED, Status.MERGED},
    Status.IDENTIFIED: {Status.INVESTIGATING, Status.MONITORING, Status.RESOLVED, Status.MERGED},
    Status.MONITORING: {Status.INVESTIGATING, Status.IDENTIFIED, Status.RESOLVED, Status.MERGED},
    Status.RESOLVED: {Status.INVESTIGATING},
    Status.MERGED: set(),
}

STAGES = {  # the three macro-stages (3-03)
    Status.SUSPECTED: _("Identification"),
    Status.DISMISSED: _("Review"),
    Status.INVESTIGATING: _("Identification"),
    Status.IDENTIFIED: _("Intervention"),
    Status.MONITORING: _("Intervention"),
    Status.RESOLVED: _("Review"),
    Status.MERGED: _("Review"),
}


class Audience(TextChoices):
    """Who may know. Restricted is for security incidents; a drill never leaves the building."""

    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal")
    RESTRICTED = "restricted", _("Restricted")
    DRILL = "drill", _("Drill")


class SeverityLevel(IntegerChoices):
    MINOR = 1, _("Minor")
    MAJOR = 2, _("Major")
    CRITICAL = 3, _("Critical")


class GateHardness(TextChoices):
    """What of the closure gate blocks; the rest of it only warns (0-26)."""

    ALL = "all", _("Blocks on all of it")
    BASIC = "basic", _("Blocks on health and the two impacts, warns of the rest")
    NONE = "none", _("Only warns")


class ComponentState(TextChoices):
    """How a component or a page is, in the words of the public contract, from the best to the worst.

    They compare by that order, so that ``max`` is the worst of several. Unknown ranks below all: it is the state of
    several only where nothing is known of any.
    """

    UNKNOWN = "unknown", pgettext_lazy("state of a component", "Unknown")
    OPERATIONAL = "operational", _("Operational")
    MAINTENANCE = "maintenance", _("Maintenance")
    DEGRADED = "degraded", _("Degraded")
    PARTIAL = "partial", _("Partial outage")
    MAJOR = "major", _("Major outage")

    @property
    def rank(self) -> int:
        """Larger is worse."""
        return RANK[self]

    @property
    def is_troubled(self) -> bool:
        """Not as it should be, for whatever reason."""
        return self > ComponentState.OPERATIONAL

    def __lt__(self, other: str) -> bool:
        return RANK[self] < RANK[other]

    def __le__(self, other: str) -> bool:
        return RANK[self] <= RANK[other]

    def __gt__(self, other: str) -> bool:
        return RANK[self] > RANK[other]

    def __ge__(self, other: str) -> bool:
        return RANK[self] >= RANK[other]

    __hash__ = str.__hash__  # that of an enumeration takes several times as long, and days of a year have states


RANK: dict[str, int] = {state: at for at, state in enumerate(ComponentState)}


class Level(IntegerChoices):
    """How bad an impact is; larger is worse. What is published of a component is its :attr:`state`."""

    OPERATIONAL = 0, _("Operational")
    DEGRADED = 1, _("Degraded")
    PARTIAL = 2, _("Partial outage")
    MAJOR = 3, _("Major outage")

    @property
    def state(self) -> ComponentState:
        """Of a component while this is the worst that hits it."""
        return STATE[self]

    @classmethod
    def of_severity(cls, severity: int) -> Level:
        """The level where none is given: minor → degraded, major → partial outage, critical → major outage."""
        return cls(severity)


STATE = {level: ComponentState[level.name] for level in Level}


class IncidentType(TextChoices):
    """3-01."""

    DISRUPTION = "disruption", _("Unexpected disruption")
    DEGRADATION = "degradation", _("Service degradation")
    QUALITY = "quality", _("Decline in quality")


class Category(TextChoices):
    """Security selects the security procedure (1-05)."""

    OPERATIONS = "operations", _("Operations")
    SECURITY = "security", _("Security")


class Origin(TextChoices):
    """Routes the incident to its page (3-10)."""

    PLATFORM = "platform", _("Our platform")
    EXTERNAL = "external", _("External connectivity")


class DetectionSource(TextChoices):
    """3-12."""

    MONITORING = "monitoring", _("Platform monitoring")
    INTERNAL = "internal", _("Internal discovery")
    CUSTOMER = "customer", _("Customer report")


class ComponentKind(TextChoices):
    PRODUCT = "product", _("Product")
    INTERFACE = "interface", _("Interface")
    CHANNEL = "channel", _("Channel")
    INTEGRATION = "integration", _("Integration")
    ENDPOINT = "endpoint", _("Endpoint")
    TARGET = "target", _("Target")
    SITE = "site", _("Site")
    OTHER = "other", _("Other")


class RuleKind(TextChoices):
    SHARE = "share", _("Share of a number")
    FACT = "fact", _("Plain fact")


class EntryKind(TextChoices):
    """What the timeline records. ``data`` of each entry is described in :mod:`incidents.models.timeline`."""

    SUSPECTED = "suspected", _("Suspicion reported")
    DISMISSED = "dismissed", _("Dismissed")
    CONFIRMED = "confirmed", _("Confirmed")
    STAGE = "stage", _("Stage changed")
    UPDATE = "update", _("Public update")
    CORRECTION = "correction", _("Update corrected")
    WITHDRAWAL = "withdrawal", _("Update withdrawn")
    NOTE = "note", _("Private note")
    IMPACT = "impact", _("Impact changed")
    FACT = "fact", _("Fact changed")
    OWNER = "owner", _("Owner changed")
    AUDIENCE = "audience", _("Audience changed")
    MEMBER = "member", _("Member added or removed")
    ATTESTED = "attested", _("Gate attested")
    RESOLVED = "resolved", _("Resolved")
    REOPENED = "reopened", _("Reopened")
    MERGED = "merged", _("Merged into another incident")
    CAME_IN = "came_in", _("Another incident came in")
    BACKFILLED = "backfilled", _("Recorded afterwards")


class Promise(TextChoices):
    """The clocks of an incident (DESIGN section 4), by the keys that :mod:`incidents.clocks.clocks` gives them."""

    FIRST_NOTICE = "first_notice", _("First notice")
    NEXT_UPDATE = "next_update", _("Next update")
    REOPENING = "reopening", _("Say it is back")
    SUSPICION = "suspicion", _("Confirm or dismiss")


class Hours(TextChoices):
    """How times of the day are written for somebody."""

    TWENTY_FOUR = "24", _("24 hours: 14:30")
    TWELVE = "12", _("12 hours: 2:30 PM")


class AccountFact(TextChoices):
    """What was done to somebody's account. ``data`` of each is described in :mod:`incidents.models.account`."""

    INVITED = "invited", _("Invited")
    LINK_SENT = "link_sent", _("Link sent")
    LINK_ASKED = "link_asked", _("Link asked for at the door")
    PASSWORD = "password", _("Password set")
    GROUPS = "groups", _("Groups changed")
    RIGHTS = "rights", _("Rights of a group changed")
    SUPERUSER = "superuser", _("Superuser or no longer")
    DETAILS = "details", _("Details changed")
    ADDRESS_ASKED = "address_asked", _("Another address waits to be confirmed")
    ADDRESS_CHANGED = "address_changed", _("Address changed")
    ADDRESS_CANCELLED = "address_cancelled", _("Change of address cancelled")
    DEACTIVATED = "deactivated", _("Deactivated")
    ACTIVATED = "activated", _("Let in again")
