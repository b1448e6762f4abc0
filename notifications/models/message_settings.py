"""How a page speaks to its subscribers: delays, limits, the sender, and texts that staff may edit."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext as _now, gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.moments import span
from incidents.wording import listing
from notifications.choices import Event

OF_INCIDENTS = [
    Event.INCIDENT_CREATED,
    Event.INCIDENT_UPDATED,
    Event.INCIDENT_RESOLVED,
    Event.INCIDENT_REOPENED,
    Event.INCIDENT_CORRECTED,
    Event.INCIDENT_WITHDRAWN,
    Event.INCIDENT_MERGED,
    Event.INCIDENT_REMOVED,
]
MOST_REMINDERS = 5
EARLIEST, LATEST = 30 * 24 * 60, 5  # minutes before the start


def usual_reminders() -> list[int]:
    return [24 * 60, 60]


def check_reminders(minutes: object) -> None:
    """A list of whole minutes before a start, the earliest reminder first, none twice."""
    if (
        not isinstance(minutes, list)
        or not all(type(each) is int for each in minutes)
        or minutes != sorted(set(minutes), reverse=True)
    ):
        raise ValidationError(_now("Write each time before the start once, the earliest first."))
    if len(minutes) > MOST_REMINDERS:
        raise ValidationError(_now("At most %(n)d reminders are sent.") % {"n": MOST_REMINDERS})
    if any(not LATEST <= each <= EARLIEST for each in minutes):
        raise ValidationError(_now("A reminder is sent from 30 days to 5 minutes before the start."))


class MessageSettings(models.Model):
    """Settings of one page; a page without a row has the defaults."""

    page = models.OneToOneField("statuspage.Page", models.CASCADE, related_name="message_settings", primary_key=True)
    undo_seconds = models.PositiveSmallIntegerField(
        _("undo delay"),
        default=0,
        validators=[MaxValueValidator(600)],
        help_text=_("Seconds in which a message can be called back before it leaves. The page itself does not wait."),
    )
    storm_limit = models.PositiveSmallIntegerField(
        _("messages per incident and hour"),
        default=12,
        help_text=_("More are held back until a person releases them. 0: no limit."),
    )
    maintenance_reminders = models.JSONField(
        _("reminders of maintenance"),
        default=usual_reminders,
        blank=True,
        validators=[check_reminders],
        help_text=_("Minutes before the start, the earliest first; empty: none."),
    )
    sender_name = models.CharField(max_length=100, blank=True, help_text=_("Empty: the name of the page."))
    reply_to = models.EmailField(blank=True, help_text=_("Empty: the support address of the page."))
    header = models.TextField(
        blank=True, max_length=1_000, help_text=_("Above each mail's text. Variables in double braces.")
    )
    footer = models.TextField(
        blank=True, max_length=2_000, help_text=_("Below each mail's text, above why it came and how to stop.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("message settings of a page")
        verbose_name_plural = _("message settings")

    def __str__(self):
        return str(self.page)

    @staticmethod
    def words_of_maintenance_reminders(minutes: list[int]) -> str:
        """How long before the start."""
        return listing([span(timedelta(minutes=each)) for each in minutes], most=None)


class MessageText(models.Model):
    """The subject and first line of one kind of message, in place of ours (1-18)."""

    message_settings = models.ForeignKey(MessageSettings, models.CASCADE, related_name="texts")
    event = models.CharField(max_length=24, choices=[(e.value, e.label) for e in OF_INCIDENTS])
    subject = models.CharField(max_length=200, blank=True)
    intro = models.TextField(blank=True, max_length=1_000)

    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("message_settings", "event", name="message_text_is_one_per_event")]

    def __str__(self):
        return self.get_event_display()
