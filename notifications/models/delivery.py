"""One message to one recipient, and the ledger of every attempt. Written by the million: few fields, few indexes."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from incidents.models import Incident
from incidents.veiled import veil
from notifications.choices import FINISHED, DeliveryState, Outcome, Priority, Transport
from notifications.models.announcement import Announcement


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now) -> Self:
        return self.filter(state=DeliveryState.DUE, due_at__lte=now)

    def left_behind(self, now) -> Self:
        """Claimed by a worker whose lease ran out: it died or froze."""
        return self.filter(state=DeliveryState.SENDING, leased_until__lte=now)

    def open(self) -> Self:
        return self.exclude(state__in=FINISHED)

    def apart_from(self, incidents: QuerySet[Incident]) -> Self:
        """All that does not speak of these. They are looked up once, whatever the number of rows."""
        return self.exclude(announcement__in=Announcement.objects.filter(incident__in=incidents).order_by())


class Delivery(models.Model):
    """Ends as sent or as a visible failure. One worker at a time holds it: ``holder``, until ``leased_until``."""

    announcement = models.ForeignKey(
        "notifications.Announcement", models.CASCADE, related_name="deliveries", db_index=False
    )
    transport = models.CharField(max_length=10, choices=Transport)
    page = models.ForeignKey("statuspage.Page", models.SET_NULL, null=True, related_name="+", db_index=False)
    subscriber = models.ForeignKey("notifications.Subscriber", models.SET_NULL, null=True, related_name="deliveries")
    channel = models.ForeignKey(
        "notifications.Channel", models.SET_NULL, null=True, related_name="deliveries", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="deliveries", db_index=False
    )
    address_hash = models.CharField(max_length=32)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.DUE)
    priority = models.PositiveSmallIntegerField(default=Priority.SUBSCRIBERS)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    holder = models.CharField(max_length=32, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_answer = models.CharField(max_length=255, blank=True, default="")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # Mail and chat: one for each event and address. Webhooks: one for each endpoint and page.
            models.UniqueConstraint(
                "announcement",
                "subscriber",
                name="delivery_is_one_per_address",
                condition=~Q(transport=Transport.WEBHOOK),
            ),
            models.UniqueConstraint(
                "announcement",
                "subscriber",
                "page",
                name="delivery_is_one_per_endpoint",
                condition=Q(transport=Transport.WEBHOOK),
            ),
            models.UniqueConstraint(
                "announcement", "channel", name="delivery_is_one_per_channel", condition=Q(channel__isnull=False)
            ),
            models.UniqueConstraint(
                "announcement", "person", name="delivery_is_one_per_person", condition=Q(person__isnull=False)
            ),
            models.CheckConstraint(name="delivery_state_is_known", condition=Q(state__in=DeliveryState.values)),
            models.CheckConstraint(
                name="delivery_is_held_iff_sending",
                condition=Q(state=DeliveryState.SENDING, leased_until__isnull=False, claimed_at__isnull=False)
                & ~Q(holder="")
                | (~Q(state=DeliveryState.SENDING) & Q(leased_until__isnull=True, holder="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["transport", "priority", "due_at"],
                name="delivery_due",
                condition=Q(state=DeliveryState.DUE.value),
            ),
            models.Index(
                fields=["leased_until"], name="delivery_leased", condition=Q(state=DeliveryState.SENDING.value)
            ),
            models.Index(
                fields=["announcement"], name="delivery_failed", condition=Q(state=DeliveryState.FAILED.value)
            ),
            models.Index(fields=["channel"], name="delivery_channel", condition=Q(channel__isnull=False)),
            models.Index(fields=["person"], name="delivery_person", condition=Q(person__isnull=False)),
        ]

    def __str__(self):
        return f"{self.get_transport_display()} {self.pk}"

    @property
    def message_id(self) -> str:
        """The same at every attempt: in the message, in logs and on the staff's screens."""
        return f"{self.announcement.public_id}.{veil(self.pk)}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def apart_from(self, incidents: QuerySet[Incident]) -> Self:
        return self.exclude(delivery__announcement__in=Announcement.objects.filter(incident__in=incidents).order_by())


class Attempt(models.Model):
    """One line of the ledger: when, how long, what the other side answered. Never the address."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="ledger")
    at = models.DateTimeField(default=timezone.now)
    milliseconds = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome)
    code = models.PositiveSmallIntegerField(null=True, help_text="Of SMTP or HTTP.")
    answer = models.CharField(max_length=255, blank=True, default="")

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["-at"], name="attempt_by_time")]

    def __str__(self):
        return f"{self.get_outcome_display()} {self.code or ''}".strip()
