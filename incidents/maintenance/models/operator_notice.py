"""What operators send about their maintenance, kept as it came."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from incidents.maintenance.choices import ReadAs
from incidents.models.public_id import public_id_field


class OperatorNotice(models.Model):
    """One event of a calendar file, or a file in which none could be read.

    ``digest`` tells it from others: the same file, sent again, makes nothing. ``uid`` and ``sequence`` lead to the
    window that it is about; ``unmatched`` are the names that no component has.
    """

    public_id = public_id_field("opn")
    digest = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=255, help_text="The file's name, or who sent it.")
    raw = models.TextField()
    received_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    provider = models.CharField(max_length=200, blank=True)
    uid = models.CharField(max_length=500, blank=True)
    sequence = models.PositiveBigIntegerField(default=0)
    read_as = models.CharField(max_length=12, choices=ReadAs)
    error = models.CharField(max_length=500, blank=True, help_text="Why it could not be read, or what is left to do.")
    unmatched = models.JSONField(default=list)
    window = models.ForeignKey("maintenance.Window", models.SET_NULL, null=True, related_name="operator_notices")

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="operator_notice_says_why_it_is_unreadable", condition=~Q(read_as="unreadable") | ~Q(error="")
            )
        ]
        indexes = [models.Index(fields=["provider", "uid"], name="operator_notice_by_uid")]

    def __str__(self):
        return self.uid or self.source
