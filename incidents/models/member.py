"""Who may see a restricted incident."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Member(models.Model):
    """Someone who may see a restricted incident."""

    incident = models.ForeignKey("incidents.Incident", models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("incident", "user", name="member_is_unique")]

    def __str__(self):
        return str(self.user)
