"""How far each page is published. Without history: these rows are raised and taken many times a minute."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F


class PublishStateQuerySet(models.QuerySet["PublishState"]):
    def behind(self) -> Self:
        """Readers do not see yet what the facts say."""
        return self.filter(wanted__gt=F("done"))


class PublishState(models.Model):
    """``wanted`` rises in the transaction that changes facts; ``done`` is the last ``wanted`` that readers see.

    ``token`` is the fence: it rises with every lease, and a publisher may only write while no higher one has written.
    """

    page = models.OneToOneField("statuspage.Page", models.CASCADE, related_name="publish_state", primary_key=True)
    wanted = models.PositiveBigIntegerField(default=1)
    wanted_since = models.DateTimeField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    token = models.PositiveBigIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True, help_text="When time alone changes the page: a promise passes, midnight.")
    last_success_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True)
    front = models.CharField(max_length=16, blank=True, help_text="Digest of the front page that readers see.")
    beat_at = models.DateTimeField(null=True, help_text="When the heartbeat was last written.")

    objects = PublishStateQuerySet.as_manager()

    def __str__(self):
        return f"{self.page}: {self.done} of {self.wanted}"


class DirtyPage(models.Model):
    """What of a page must be looked at again: the permanent documents of one subject, or all where it has no id.

    ``subject_id`` is a plain number, so that the row outlives what was deleted and its documents are purged.
    """

    page = models.ForeignKey("statuspage.Page", models.CASCADE, related_name="dirty")
    kind = models.CharField(max_length=30, default="incident", help_text="What subject_id is the key of.")
    subject_id = models.BigIntegerField(null=True)
    takes_back = models.BooleanField(default=False, help_text="Something that it said may not be read any more.")

    def __str__(self):
        return f"{self.page}: {f'{self.kind} {self.subject_id}' if self.subject_id else 'everything'}"
