"""How an incident ended, each time that it did."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Resolution(models.Model):
    """One end of an incident: kept when it is reopened, with what the gate missed and why a lead overrode it."""

    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="resolutions")
    resolved_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    missing = models.JSONField(default=list)
    override_reason = models.TextField(blank=True)
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reopen_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["resolved_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "incident", condition=Q(reopened_at__isnull=True), name="resolution_is_one_at_a_time"
            )
        ]

    def __str__(self):
        return f"{self.incident} resolved"
