"""What was published, when, and what was promised with it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents import choices
from incidents.choices import Level, Status
from incidents.models.public_id import public_id_field

Person = settings.AUTH_USER_MODEL


class IncidentUpdateQuerySet(models.QuerySet["IncidentUpdate"]):
    def visible(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class IncidentUpdate(models.Model):
    """One public update: a stage, a text, and the promised time of the next (0-16, 4-06). Markdown source."""

    public_id = public_id_field("upd")
    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="updates")
    status = models.CharField(max_length=20, choices=[(s.value, s.label) for s in choices.PUBLIC])
    body = models.TextField(max_length=25_000)
    tried = models.TextField(blank=True, max_length=2_000, help_text=_("What was tried."))  # 2-17
    next_step = models.TextField(blank=True, max_length=2_000, help_text=_("What comes next."))  # 2-17
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    posted_at = models.DateTimeField(default=timezone.now)
    promised_at = models.DateTimeField(null=True, blank=True, help_text=_("The promised time of the next update."))
    due_at = models.DateTimeField(
        null=True, help_text=_("The promise, else the limit of the severity; none once resolved.")
    )
    limit_minutes = models.PositiveIntegerField(help_text=_("The severity's limit when this was posted."))
    deliver_notifications = models.BooleanField(default=True)
    template_unmodified = models.BooleanField(default=False, help_text=_("Posted as the template stood."))  # 1-19
    corrected_at = models.DateTimeField(null=True)
    tell_again = models.BooleanField(default=False, help_text=_("The author of the correction wants it told."))
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawal_reason = models.CharField(max_length=255, blank=True)
    tell_withdrawal = models.BooleanField(
        default=False, help_text=_("Whoever was told of the update hears that it was withdrawn.")
    )

    objects = IncidentUpdateQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-posted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="update_status_is_public", condition=Q(status__in=[status.value for status in choices.PUBLIC])
            ),
            models.CheckConstraint(
                name="update_promises_the_future",
                condition=Q(promised_at__isnull=True) | Q(promised_at__gt=F("posted_at")),
            ),
        ]
        indexes = [models.Index(fields=["incident", "-posted_at"], name="update_by_incident")]

    def __str__(self):
        return f"{Status(self.status).label}: {self.body[:60]}"

    @property
    def text(self) -> str:
        """All that readers get, as Markdown: the body, then what was tried and what comes next."""
        parts = [self.body]
        if self.tried:
            parts.append(f"**{gettext('Tried so far')}:** {self.tried}")
        if self.next_step:
            parts.append(f"**{gettext('What comes next')}:** {self.next_step}")
        return "\n\n".join(parts)


class UpdateComponentState(models.Model):
    """The state of one affected component at one location, as the update published it."""

    update = models.ForeignKey(IncidentUpdate, models.CASCADE, related_name="states")
    component = models.ForeignKey("incidents.Component", models.PROTECT, related_name="+")
    location = models.ForeignKey("incidents.Location", models.PROTECT, null=True, related_name="+")
    level = models.PositiveSmallIntegerField(choices=Level)

    class Meta:
        ordering = ["-level", "component__position", "pk"]
        constraints = [
            models.UniqueConstraint("update", "component", "location", name="told_state_is_unique_at_location"),
            models.UniqueConstraint("update", "component", condition=Q(location=None), name="told_state_is_unique"),
            models.CheckConstraint(name="told_state_level_is_known", condition=Q(level__in=Level.values)),
        ]

    def __str__(self):
        return f"{self.component}: {self.get_level_display()}"
