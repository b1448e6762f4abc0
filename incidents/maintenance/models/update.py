"""What happened to a window, each as it was told; and who was asked to approve it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.maintenance.choices import Decision, UpdateKind
from incidents.models.public_id import public_id_field

Person = settings.AUTH_USER_MODEL


class WindowUpdate(models.Model):
    """One thing that happened, in order. ``starts_at`` and ``ends_at`` hold from then on, the old ones held before.

    Of an announcement it keeps class, arithmetic, reason and approver as they were then. ``is_late``: done by itself
    after its time, because nobody was there to do it in time.
    """

    public_id = public_id_field("upd")
    window = models.ForeignKey("maintenance.Window", models.CASCADE, related_name="updates")
    kind = models.CharField(max_length=12, choices=UpdateKind)
    body = models.TextField(blank=True, max_length=25_000, help_text=_("Markdown; readers get a sentence beside it."))
    posted_at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    old_starts_at = models.DateTimeField(null=True)
    old_ends_at = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(help_text=_("Of the calendar file, from then on."))
    deliver_notifications = models.BooleanField(default=True)
    silence_reason = models.CharField(max_length=255, blank=True, help_text=_("Why nobody was to be told."))
    is_late = models.BooleanField(default=False)
    is_emergency = models.BooleanField(null=True)
    arithmetic = models.JSONField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    history = HistoricalRecords()

    class Meta:
        ordering = ["-posted_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="window_update_kind_is_known", condition=Q(kind__in=UpdateKind.values)),
            models.CheckConstraint(name="window_update_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="window_update_silence_has_a_reason",
                condition=Q(deliver_notifications=True) | ~Q(silence_reason=""),
            ),
            models.CheckConstraint(
                name="window_update_emergency_has_reason_and_approver",
                condition=Q(is_emergency__isnull=True)
                | Q(is_emergency=False)
                | (~Q(reason="") & Q(approved_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="window_update_class_has_its_arithmetic",
                condition=Q(is_emergency__isnull=True, arithmetic__isnull=True)
                | Q(is_emergency__isnull=False, arithmetic__isnull=False),
            ),
            *(
                models.UniqueConstraint("window", condition=Q(kind=kind), name=f"window_is_{kind}_once")
                for kind in (UpdateKind.POSTED, UpdateKind.BEGUN, UpdateKind.ENDED, UpdateKind.CANCELLED)
            ),
        ]
        indexes = [models.Index(fields=["window", "-posted_at"], name="window_update_by_window")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.window}"


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def open(self) -> Self:
        return self.filter(decision="")


class Approval(models.Model):
    """Somebody was asked to approve a window at these times: an emergency, or one inside a change freeze.

    ``wanted`` is what is announced once it is approved, as the verb that asked takes it.
    """

    public_id = public_id_field("apr")
    window = models.ForeignKey("maintenance.Window", models.CASCADE, related_name="approvals")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_emergency = models.BooleanField()
    arithmetic = models.JSONField()
    reason = models.CharField(max_length=500)
    wanted = models.JSONField(default=dict)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    approver = models.ForeignKey(Person, models.PROTECT, related_name="asked_approvals")
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decision_reason = models.CharField(max_length=500, blank=True)

    objects = ApprovalQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("window", condition=Q(decision=""), name="approval_is_asked_once_at_a_time"),
            models.CheckConstraint(name="approval_is_of_somebody_else", condition=~Q(approver=F("asked_by"))),
            models.CheckConstraint(
                name="approval_is_not_decided_by_who_asked",
                condition=~Q(decision="approved") | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(name="approval_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="approval_decision_has_its_time",
                condition=Q(decision="", decided_at__isnull=True) | (~Q(decision="") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.window}: {self.get_decision_display() or self.approver}"

    @property
    def silence(self) -> str:
        """Why nobody outside would be told once it is approved; empty where they would be."""
        message = self.wanted["message"]
        return "" if message["deliver"] else message["silence_reason"]
