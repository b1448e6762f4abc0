"""The choices of messages. Values are stored and stable for ever."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Transport(TextChoices):
    """How a message travels."""

    EMAIL = "email", _("E-mail")
    SLACK = "slack", _("Slack")
    TEAMS = "teams", _("Microsoft Teams")
    DISCORD = "discord", _("Discord")
    WEBHOOK = "webhook", _("Webhook")


OVER_HTTP = (Transport.SLACK, Transport.TEAMS, Transport.DISCORD, Transport.WEBHOOK)


class Kind(TextChoices):
    """What a subscription is about."""

    EVERYTHING = "everything", _("Everything")
    INCIDENT = "incident", _("Incidents")
    MAINTENANCE = "maintenance", _("Maintenance")
    POSTMORTEM = "postmortem", _("Post-mortems")


class WebhookFormat(TextChoices):
    STANDARD = "standard", _("Standard Webhooks")
    STATUSPAGE = "statuspage", _("Statuspage")


class Reach(TextChoices):
    """To whom an announcement fans out."""

    SUBSCRIBERS = "subscribers", _("Subscribers")
    STAFF = "staff", _("Internal channels and people")
    ONE = "one", _("One recipient")  # its delivery is written together with it


class Event(TextChoices):
    """What happened. Those of subscribers are the types of Standard Webhooks."""

    INCIDENT_CREATED = "incident.created", _("First notice")
    INCIDENT_UPDATED = "incident.updated", _("Update")
    INCIDENT_RESOLVED = "incident.resolved", _("All-clear")
    INCIDENT_REOPENED = "incident.reopened", _("Reopened")
    INCIDENT_CORRECTED = "incident.corrected", _("Correction")
    INCIDENT_WITHDRAWN = "incident.withdrawn", _("Update withdrawn")
    INCIDENT_MERGED = "incident.merged", _("Goes on in another incident")
    INCIDENT_REMOVED = "incident.removed", _("Not shown any more")
    POSTMORTEM_PUBLISHED = "postmortem.published", _("Post-mortem")
    POSTMORTEM_CORRECTED = "postmortem.corrected", _("Post-mortem corrected")
    POSTMORTEM_WITHDRAWN = "postmortem.withdrawn", _("Post-mortem withdrawn")
    MAINTENANCE_SCHEDULED = "maintenance.scheduled", _("Maintenance announced")
    MAINTENANCE_MOVED = "maintenance.moved", _("Maintenance moved")
    MAINTENANCE_CHANGED = "maintenance.changed", _("Maintenance changed")
    MAINTENANCE_REMINDER = "maintenance.reminder", _("Reminder of maintenance")
    MAINTENANCE_STARTED = "maintenance.started", _("Maintenance begun")
    MAINTENANCE_UPDATED = "maintenance.updated", _("Update on maintenance")
    MAINTENANCE_EXTENDED = "maintenance.extended", _("Maintenance takes longer")
    MAINTENANCE_VERIFYING = "maintenance.verifying", _("Maintenance being verified")
    MAINTENANCE_COMPLETED = "maintenance.completed", _("Maintenance ended")
    MAINTENANCE_CANCELLED = "maintenance.cancelled", _("Maintenance cancelled")
    PAGE_TEST = "page.test", _("Test")
    SUBSCRIBER_CONFIRM = "subscriber.confirm", _("Please confirm")
    SUBSCRIBER_MANAGE = "subscriber.manage", _("Link to one's subscriptions")
    STAFF_SUSPECTED = "staff.suspected", _("Suspicion reported")
    STAFF_CONFIRMED = "staff.confirmed", _("Confirmed")
    STAFF_STAGE = "staff.stage", _("Stage changed")
    STAFF_BRIDGE = "staff.bridge", _("Bridge")
    STAFF_RESOLVED = "staff.resolved", _("Resolved")
    STAFF_REOPENED = "staff.reopened", _("Reopened")
    STAFF_UPDATE = "staff.update", _("Update published")
    STAFF_RESTRICTED = "staff.restricted", _("Restricted incident")
    STAFF_CLOCK = "staff.clock", _("Clock")
    STAFF_HELD = "staff.held", _("Messages held back")
    STAFF_RECORD = "staff.record", _("Incident record asked for")
    STAFF_ASSIGNED = "staff.assigned", _("Action item given")
    STAFF_REVIEW = "staff.review", _("Sign-off asked for")
    STAFF_SENT_BACK = "staff.sent_back", _("Post-mortem sent back")
    STAFF_APPROVED = "staff.approved", _("Post-mortem approved")
    STAFF_HANDED_IN = "staff.handed_in", _("Incident record handed in")
    STAFF_MAINTENANCE = "staff.maintenance", _("Maintenance")
    STAFF_APPROVAL = "staff.approval", _("Approval of maintenance asked for")
    STAFF_DECIDED = "staff.decided", _("Approval of maintenance decided")
    PERSON_INVITED = "person.invited", _("Invitation")
    PERSON_PASSWORD = "person.password", _("Password reset")
    PERSON_ADDRESS = "person.address", _("Please confirm your new address")
    PERSON_MOVING = "person.moving", _("Your address is about to change")


class Topic(TextChoices):
    """What an internal channel listens to."""

    SUSPECTED = "suspected", _("Suspicions")  # 1-06
    STAGES = "stages", _("Confirmed, identified, resolved, reopened")  # 1-08, 1-11, 1-13
    UPDATES = "updates", _("Published updates")
    CLOCKS = "clocks", _("Clocks that run out")
    MAINTENANCE = "maintenance", _("Maintenance: announced, moved, begun, overran, ended, cancelled")
    SENDING = "sending", _("Messages held back or failing")


TOPIC_OF: dict[str, Topic] = {
    Event.STAFF_SUSPECTED: Topic.SUSPECTED,
    Event.STAFF_CONFIRMED: Topic.STAGES,
    Event.STAFF_STAGE: Topic.STAGES,
    Event.STAFF_BRIDGE: Topic.STAGES,
    Event.STAFF_RESOLVED: Topic.STAGES,
    Event.STAFF_REOPENED: Topic.STAGES,
    Event.STAFF_UPDATE: Topic.UPDATES,
    Event.STAFF_CLOCK: Topic.CLOCKS,
    Event.STAFF_HELD: Topic.SENDING,
    Event.STAFF_MAINTENANCE: Topic.MAINTENANCE,
}


class AnnouncementState(TextChoices):
    WAITING = "waiting", _("Waits for its time")  # the undo delay
    HELD = "held", _("Held back")  # the limit against a storm; a person releases it
    RELEASED = "released", _("Being addressed")
    DONE = "done", _("Addressed")
    CALLED_BACK = "called_back", _("Called back")
    SILENT = "silent", _("Nobody told, on purpose")  # "do not notify", on the record


class DeliveryState(TextChoices):
    DUE = "due", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")  # the recipient left, or the news was called back


FINISHED = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.CANCELLED)


class Outcome(TextChoices):
    """How one attempt ended."""

    SENT = "sent", _("Sent")
    RETRY = "retry", _("Will be tried again")
    REFUSED = "refused", _("Refused for good")
    GONE = "gone", _("The address is gone")
    UNKNOWN = "unknown", _("No answer recorded")  # the worker died or froze; it is sent again under the same id


class Priority:
    """Smaller goes first."""

    ASKED_FOR = 0  # somebody waits for it at a screen
    STAFF = 1
    SUBSCRIBERS = 2


class SubscriberFact(TextChoices):
    """What stays known of an address when the address itself is gone: the count."""

    ASKED = "asked", _("Asked")
    CONFIRMED = "confirmed", _("Confirmed")
    LEFT = "left", _("Left")
    REMOVED = "removed", _("Removed by staff")
    QUARANTINED = "quarantined", _("Quarantined")


class Purpose(TextChoices):
    """Why somebody at a public form wants a message."""

    CONFIRM = "confirm", _("To subscribe, or for the link")
    TEST = "test", _("Test message")
