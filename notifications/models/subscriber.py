"""Who wants to hear, and about what. Personal data: without history, and really deleted."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.choices import SeverityLevel
from incidents.models.public_id import public_id_field, validate_time_zone
from notifications.addresses import hashed, normalised
from notifications.choices import Kind, SubscriberFact, Transport, WebhookFormat


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def active(self) -> Self:
        """Whom a message may reach: confirmed, not paused, not quarantined."""
        return self.filter(confirmed_at__isnull=False, paused_at__isnull=True, quarantined_at__isnull=True)


class Subscriber(models.Model):
    """One address, one row, for the whole installation (3-11)."""

    public_id = public_id_field("sub")
    transport = models.CharField(max_length=10, choices=Transport, default=Transport.EMAIL)
    address = models.CharField(max_length=2000, help_text=_("An e-mail address, or the URL that is posted to."))
    address_hash = models.CharField(max_length=32, editable=False)
    time_zone = models.CharField(
        max_length=64, blank=True, validators=[validate_time_zone], help_text=_("Empty: the zone of the page.")
    )
    format = models.CharField(max_length=12, choices=WebhookFormat, default=WebhookFormat.STANDARD)
    secret = models.CharField(max_length=120, blank=True, help_text=_("whsec_…: what webhooks are signed with."))
    old_secret = models.CharField(max_length=120, blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True, help_text=_("Until then both sign."))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    quarantined_at = models.DateTimeField(null=True, blank=True)
    quarantine_reason = models.CharField(max_length=255, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint("transport", "address_hash", name="subscriber_address_is_one_row"),
            models.CheckConstraint(name="subscriber_transport_is_known", condition=Q(transport__in=Transport.values)),
        ]
        permissions = [("export_subscriber", _("Can export subscribers"))]

    def __str__(self):
        return self.address

    def save(self, *args, **kwargs):
        self.address = normalised(self.transport, self.address)
        self.address_hash = hashed(self.transport, self.address)
        super().save(*args, **kwargs)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)


class Subscription(models.Model):
    """One scope on one page. Empty fields mean "all"; a component includes whatever is added below it."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    page = models.ForeignKey("statuspage.Page", models.CASCADE, related_name="subscriptions")
    component = models.ForeignKey("incidents.Component", models.CASCADE, null=True, blank=True, related_name="+")
    location = models.ForeignKey("incidents.Location", models.CASCADE, null=True, blank=True, related_name="+")
    incident = models.ForeignKey("incidents.Incident", models.CASCADE, null=True, blank=True, related_name="+")
    window = models.ForeignKey("maintenance.Window", models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.EVERYTHING)
    min_severity = models.PositiveSmallIntegerField(choices=SeverityLevel, default=SeverityLevel.MINOR)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                F("subscriber"),
                F("page"),
                Coalesce("component", Value(0)),
                Coalesce("location", Value(0)),
                Coalesce("incident", Value(0)),
                Coalesce("window", Value(0)),
                F("kind"),
                name="subscription_scope_is_unique",
            ),
            models.CheckConstraint(
                name="subscription_severity_is_known", condition=Q(min_severity__in=SeverityLevel.values)
            ),
            models.CheckConstraint(
                name="subscription_follows_one_subject", condition=Q(incident__isnull=True) | Q(window__isnull=True)
            ),
        ]

    def __str__(self):
        return f"{self.subscriber} on {self.page}"


class Muted(models.Model):
    """The subscriber heard of this incident, or maintenance window, and wants to hear no more of it."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="muted")
    incident = models.ForeignKey("incidents.Incident", models.CASCADE, null=True, related_name="+")
    window = models.ForeignKey("maintenance.Window", models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("subscriber", "incident", name="muted_is_unique"),
            models.UniqueConstraint("subscriber", "window", name="muted_window_is_unique"),
            models.CheckConstraint(
                name="muted_is_one_subject",
                condition=Q(incident__isnull=False, window__isnull=True)
                | Q(incident__isnull=True, window__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.subscriber}: {self.incident or self.window}"


class SubscriberEvent(models.Model):
    """What happened with an address, under its keyed hash: the person can be forgotten, the count stays."""

    fact = models.CharField(max_length=12, choices=SubscriberFact)
    transport = models.CharField(max_length=10, choices=Transport)
    address_hash = models.CharField(max_length=32)
    page = models.ForeignKey("statuspage.Page", models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.get_fact_display()}: {self.address_hash[:8]}"
