"""Who asked for a message of late, under keyed hashes: what floods are recognised by. Kept for a day."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.choices import Purpose


class SubscribeRequest(models.Model):
    """Somebody at a public form asked that something be sent. Once it is answered, neither who nor where to can be
    read from it."""

    purpose = models.CharField(max_length=8, choices=Purpose)
    client_hash = models.CharField(max_length=32, help_text=_("Of the network address that asked."))
    address_hash = models.CharField(max_length=32)
    page = models.ForeignKey("statuspage.Page", models.CASCADE, related_name="+", db_index=False)
    pending = models.JSONField(
        null=True,
        blank=True,
        help_text=_("What is still to be done for it, with the address; nothing once that is done."),
    )
    is_sent = models.BooleanField(default=False, help_text=_("A message left for it."))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["client_hash", "at"], name="ask_by_client"),
            models.Index(fields=["address_hash", "at"], name="ask_by_address"),
            models.Index(fields=["page", "at"], name="ask_by_page"),
            models.Index(fields=["at"], name="ask_open", condition=Q(pending__isnull=False)),
        ]

    def __str__(self):
        return f"{self.get_purpose_display()} {self.at:%Y-%m-%d %H:%M}"
