"""What one form did, so that the same form posted again does it no second time."""

from django.db import models
from django.utils import timezone


class Submission(models.Model):
    """A form that was posted once: by whom, with which one-time token and what in it, as one digest.

    Inserted in the transaction of what the form does: of two that arrive together the second waits for the first, and
    is led to what that one made. Kept for a day.
    """

    digest = models.CharField(max_length=64, unique=True)
    led_to = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self):
        return f"Posted at {self.at:%H:%M}"
