"""A promised time that passed: noted when it happened, with a reason where somebody gives one."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from incidents.choices import Promise

Person = settings.AUTH_USER_MODEL


class BreachQuerySet(models.QuerySet["Breach"]):
    def unexplained(self) -> Self:
        return self.filter(reason="")


class Breach(models.Model):
    """A clock that ran out. Whether and when it was met after all is derived (:mod:`incidents.clocks.promises`).

    It is an incident's, or of another ``kind`` the promise of whatever has ``subject_id``.
    """

    INCIDENT = "incident"

    kind = models.CharField(max_length=16, default=INCIDENT)
    incident = models.ForeignKey("incidents.Incident", models.CASCADE, null=True, related_name="breaches")
    subject_id = models.BigIntegerField(null=True)
    clock = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    noticed_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=255, blank=True)
    reason_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason_at = models.DateTimeField(null=True)

    objects = BreachQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name_plural = "breaches"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("incident", "clock", "due_at", name="breach_is_one_per_promise"),
            models.UniqueConstraint(
                "kind", "subject_id", "clock", "due_at", name="breach_is_one_per_promise_of_a_kind"
            ),
            models.CheckConstraint(
                name="breach_is_of_an_incident_or_a_subject",
                condition=Q(kind="incident", incident__isnull=False, subject_id__isnull=True)
                | (~Q(kind="incident") & Q(incident__isnull=True, subject_id__isnull=False)),
            ),
            models.CheckConstraint(
                name="breach_clock_is_known", condition=~Q(kind="incident") | Q(clock__in=Promise.values)
            ),
            models.CheckConstraint(
                name="breach_reason_has_its_time",
                condition=Q(reason="", reason_at__isnull=True) | (~Q(reason="") & Q(reason_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.clock}: {self.incident or self.subject_id}"

    @property
    def key(self) -> tuple[str, int, str, datetime]:
        """Which promise it is of."""
        return self.kind, self.incident_id or self.subject_id, self.clock, self.due_at
