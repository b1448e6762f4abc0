"""Everything that happened in an incident, in order, append-only.

What ``data`` holds, by kind:

=============  ==========================================================================
suspected      ``source`` (detection source)
confirmed      ``rule``, ``affected``, ``total``, ``percent``, ``judged_by``
stage          ``old``, ``new``
correction     ``old``, ``new`` (texts), ``reason``, ``told_again``; ``old_promise``, ``new_promise`` (times)
withdrawal     ``reason``
impact         ``component``, ``location``, ``old``, ``new`` (levels, 0 = operational)
fact           ``field``, ``label``, ``old``, ``new``, ``reason``
owner          ``old``, ``new``
audience       ``old``, ``new``, ``reason``
member         ``user``, ``added``
attested       ``condition``, ``given``
resolved       ``missing``, ``override_reason``, ``old`` (stage), ``told`` (in the same act)
reopened       ``reason``; taken back at once: ``taken_back``, ``new`` (stage)
merged         ``into`` (public id: its name is shown to those who may see it)
came_in        ``source`` (public id, likewise)
=============  ==========================================================================
"""

from django.conf import settings
from django.db import models
from django.utils import timezone

from incidents.choices import EntryKind


class TimelineEntry(models.Model):
    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="timeline")
    kind = models.CharField(max_length=20, choices=EntryKind)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    update = models.ForeignKey("incidents.IncidentUpdate", models.CASCADE, null=True, related_name="entries")

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "timeline entries"
        indexes = [models.Index(fields=["incident", "-at"], name="timeline_by_incident")]

    def __str__(self):
        return f"{self.get_kind_display()} at {self.at:%H:%M}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("The timeline is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The timeline is append-only.")
