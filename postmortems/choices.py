"""The words of post-mortems, and which stage may follow which. Values are stored and stable for ever."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Way(TextChoices):
    """What an incident asks for when it is over (3-43, 4-11)."""

    NONE = "none", _("No post-mortem")
    SHORT = "short", _("Short post-mortem")
    FULL = "full", _("Incident records and an RCA")

    @property
    def in_sentence(self) -> str:
        """Within a sentence: an RCA stays one."""
        return str(IN_SENTENCE[self])


IN_SENTENCE = {
    Way.NONE: _("no post-mortem"),
    Way.SHORT: _("short post-mortem"),
    Way.FULL: _("incident records and an RCA"),
}


class Stage(TextChoices):
    """Where the working copy of a post-mortem is. What was published meanwhile stands by itself."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")

    def can_become(self, new: Stage) -> bool:
        """Whether ``new`` may follow; staying is not a transition."""
        return new in TRANSITIONS[self]


TRANSITIONS: dict[Stage, set[Stage]] = {
    Stage.DRAFT: {Stage.IN_REVIEW},
    Stage.IN_REVIEW: {Stage.DRAFT, Stage.APPROVED},
    Stage.APPROVED: {Stage.DRAFT, Stage.PUBLISHED},
    Stage.PUBLISHED: {Stage.DRAFT},  # to be corrected; what was published stands until the next version is
}


class Visibility(TextChoices):
    CUSTOMERS = "customers", _("Customers and staff")
    INTERNAL = "internal", _("Staff only")


class SectionKind(TextChoices):
    """What a section of the document holds besides its paragraphs (3-44)."""

    SUMMARY = "summary", _("Summary")
    IMPACT = "impact", _("Scope and impact")
    TIMELINE = "timeline", _("Timeline")
    DETECTION = "detection", _("Detection and detection gap")
    ROOT_CAUSE = "root_cause", _("Root cause")
    FACTORS = "factors", _("Contributing factors")
    MITIGATION = "mitigation", _("Mitigation and resolution")
    RESPONSE_LOG = "response_log", _("Response log")
    ACTIONS = "actions", _("Corrective and preventive actions")
    CONTACT = "contact", _("Contact and sign-off")
    TEXT = "text", _("Text of its own")


class RecordSection(TextChoices):
    """The six sections of an incident record (3-36 to 3-42), in their order."""

    TIMELINE = "timeline", _("Summary and timeline")
    DETECTION = "detection", _("Detection")
    MITIGATION = "mitigation", _("Mitigation")
    CAUSES = "causes", _("Contributing causes")
    IMPACT = "impact", _("Impact assessment")
    ACTIONS = "actions", _("Preventive actions")


class EventKind(TextChoices):
    """Events that happen once in an incident: where two records date one differently, that is to be settled."""

    OTHER = "", _("Something else")
    BEGAN = "began", _("It began")
    DETECTED = "detected", _("It was detected")
    ACKNOWLEDGED = "acknowledged", _("Somebody took it up")
    CAUSE_FOUND = "cause_found", _("The cause was found")
    MITIGATED = "mitigated", _("It was mitigated")
    RESOLVED = "resolved", _("It was resolved")
    CAUGHT_UP = "caught_up", _("Everything had caught up")


class CauseKind(TextChoices):
    CHANGE = "change", _("Change or release")
    CONFIGURATION = "configuration", _("Configuration")
    SOFTWARE = "software", _("Software fault")
    CAPACITY = "capacity", _("Capacity")
    HARDWARE = "hardware", _("Hardware or network")
    DEPENDENCY = "dependency", _("Somebody we depend on")
    DATA = "data", _("Data")
    SECURITY = "security", _("Security")
    MONITORING = "monitoring", _("Monitoring")
    TOOLING = "tooling", _("Tooling")
    PROCESS = "process", _("Process")


class Affects(TextChoices):
    """What a cause made worse (3-40)."""

    DURATION = "duration", _("How long")
    IMPACT = "impact", _("How much")
    BOTH = "both", _("How long and how much")


class Lasts(TextChoices):
    """3-28, 3-32."""

    TEMPORARY = "temporary", _("Temporary")
    PERMANENT = "permanent", _("Permanent")
    NO_EFFECT = "no_effect", _("Without effect")


class ActionKind(TextChoices):
    PREVENT = "prevent", _("Prevent")
    DETECT = "detect", _("Detect")
    MITIGATE = "mitigate", _("Mitigate")
    PROCESS = "process", _("Process")


class ActionState(TextChoices):
    TODO = "todo", _("To do")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


OPEN_ACTIONS = (ActionState.TODO, ActionState.IN_PROGRESS)


class Priority(IntegerChoices):
    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")


class Metric(TextChoices):
    """How long each step took (0-22, 2-25): filled in from the facts, and never typed."""

    DETECT = "detect", _("Detect")
    ACKNOWLEDGE = "acknowledge", _("Acknowledge")
    FIRST_NOTICE = "first_notice", _("First notice")
    MITIGATE = "mitigate", _("Mitigate")
    RESOLVE = "resolve", _("Resolve")
    CATCH_UP = "catch_up", _("Catch up")


class ReportPromise(TextChoices):
    """The clocks of a post-mortem (DESIGN section 4)."""

    RECORDS = "records", _("Incident records")
    PUBLISHED = "published", _("Post-mortem")


class ActionPromise(TextChoices):
    DONE = "done", _("Action item")


class Reader(TextChoices):
    """For whom a document is drawn: what is internal is in one and not in the other."""

    CUSTOMERS = "customers", _("For customers")
    STAFF = "internal", _("Internal")


class Paper(TextChoices):
    A4 = "a4", _("A4")
    LETTER = "letter", _("Letter")


class RenderingState(TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")
