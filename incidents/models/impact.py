"""What an incident does to components, as intervals. Uptime is counted from these and from pins, and nothing else."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from incidents.choices import Level


class ImpactQuerySet(models.QuerySet["Impact"]):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Impact(models.Model):
    """A component and all below it, at a location (none = all), at one level, from, to (3-14 to 3-16)."""

    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="impacts")
    component = models.ForeignKey("incidents.Component", models.PROTECT, related_name="impacts")
    location = models.ForeignKey("incidents.Location", models.PROTECT, null=True, blank=True, related_name="impacts")
    level = models.PositiveSmallIntegerField(choices=Level)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ImpactQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-level", "component__position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="impact_level_is_an_impact", condition=Q(level__in=[Level.DEGRADED, Level.PARTIAL, Level.MAJOR])
            ),
            models.CheckConstraint(
                name="impact_ends_after_it_starts",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
            models.UniqueConstraint(
                "incident", "component", "location", condition=Q(ended_at=None), name="impact_is_open_once_at_location"
            ),
            models.UniqueConstraint(
                "incident", "component", condition=Q(ended_at=None, location=None), name="impact_is_open_once"
            ),
        ]
        indexes = [models.Index(fields=["started_at", "ended_at"], name="impact_by_time")]

    def __str__(self):
        where = f" in {self.location}" if self.location_id else ""
        return f"{self.component}{where}: {self.get_level_display()}"
