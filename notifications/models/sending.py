"""The switch for all sending, and how each transport is doing."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.choices import Transport


class SendingSwitch(models.Model):
    """One row. While ``paused_at`` is set nothing leaves the house; deliveries gather and lose nothing."""

    paused_at = models.DateTimeField(null=True)
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True, help_text=_("Shown in the banner."))

    def __str__(self):
        return "paused" if self.paused_at else "running"

    @classmethod
    def now(cls) -> SendingSwitch:
        """The row, or what it would say where nobody ever paused."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class TransportHealth(models.Model):
    """A transport whose way out is blocked (the mail server does not answer): its deliveries wait, none is used up."""

    transport = models.CharField(max_length=10, choices=Transport, primary_key=True)
    blocked_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=255, blank=True)

    def __str__(self):
        return self.get_transport_display()
