"""What operators send about their maintenance, kept as it came."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from incidents.maintenance.choices import APPLIED, OVER, ReadAs
from incidents.maintenance.operator_files import marks
from incidents.models.public_id import public_id_field


class OperatorNoticeQuerySet(models.QuerySet["OperatorNotice"]):
    def with_uid(self, uid: str) -> Self:
        """All events that were read with it, the newest first; operators choose their UIDs by themselves."""
        return self.filter(uid=uid, starts_at__isnull=False).order_by("-sequence", "-pk")

    def of_file(self, data: bytes) -> Self:
        """What was made of exactly this file, in its order."""
        return self.filter(digest__in=marks(data)).order_by("pk")

    def waiting_for_a_person(self) -> Self:
        """Something is left to do, as ``error`` says, and nobody has done or settled it."""
        return self.filter(settled_at__isnull=True).exclude(error="").exclude(window__state__in=OVER)


class OperatorNotice(models.Model):
    """One event of a calendar file, or a file in which none could be read.

    ``starts_at`` and ``ends_at`` are the times that it says, whatever the window has; ``raw`` is a file of its own for
    each event. ``digest`` tells it from others: the same file, sent again, makes nothing. ``uid`` and ``sequence`` lead
    to the window that it is about; ``unmatched`` are the names that no component has.
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
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True, help_text="Nothing is left to do: done, or not to be done.")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    window = models.ForeignKey("maintenance.Window", models.SET_NULL, null=True, related_name="operator_notices")

    objects = OperatorNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="operator_notice_says_why_it_is_unreadable", condition=~Q(read_as="unreadable") | ~Q(error="")
            )
        ]
        indexes = [models.Index(fields=["uid"], name="operator_notice_by_uid")]

    def __str__(self):
        return self.uid or self.source

    @property
    def is_dealt_with(self) -> bool:
        """Nothing was left to do of it, or a person did it: not merely that a later notice came."""
        return not self.error or self.settled_by_id is not None

    def overtaken_by(self) -> OperatorNotice | None:
        """The notice that came later and says what stands for the same event now."""
        same = OperatorNotice.objects.with_uid(self.uid).filter(provider__iexact=self.provider, read_as__in=APPLIED)
        last = same.select_related("window").first() if self.starts_at else None
        return last if last and last.pk > self.pk else None
