"""What readers were shown last of each subject, and since when: so no ``updated_at`` turns back (snapshot.changes)."""

from django.db import models


class ShownSubject(models.Model):
    """Without history: written by whoever publishes."""

    page = models.ForeignKey("statuspage.Page", models.CASCADE, related_name="shown")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=60)  # its public id
    form = models.CharField(max_length=10)
    digest = models.CharField(max_length=32)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("page", "kind", "key", name="shown_subject_is_one")]

    def __str__(self):
        return f"{self.kind} {self.key} since {self.changed_at}"
