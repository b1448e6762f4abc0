"""How a post-mortem is agreed on: contradictions that were settled, comments, the review meeting."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from postmortems.models.postmortem import Postmortem, Section

Person = settings.AUTH_USER_MODEL


class Settlement(models.Model):
    """How a contradiction between records was settled: it holds as long as they say what they said (``claims``)."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="settlements")
    question = models.CharField(max_length=40, help_text=_("Of which contradiction (postmortems.contradictions)."))
    claims = models.JSONField(default=list)
    chosen = models.CharField(max_length=200, blank=True, help_text=_("The claim that holds, if one does."))
    reason = models.CharField(max_length=255, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    history = HistoricalRecords()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint("postmortem", "question", name="settlement_is_one_for_each_question")]

    def __str__(self):
        return f"{self.question}: {self.chosen or self.reason}"


class Comment(models.Model):
    """Said in review about a section, or about one part of it; resolved when it is answered."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="comments")
    section = models.ForeignKey(Section, models.CASCADE, related_name="comments")
    part = models.CharField(max_length=60, blank=True)
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    history = HistoricalRecords()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return self.text[:60]


class ReviewMeeting(models.Model):
    """Where the team reviewed it (2-24)."""

    postmortem = models.OneToOneField(Postmortem, models.CASCADE, related_name="meeting")
    at = models.DateTimeField(_("when"))
    minutes = models.PositiveIntegerField(_("how long"), null=True, blank=True, help_text=_("Minutes."))
    attendees = models.ManyToManyField(Person, blank=True, related_name="+")
    others = models.CharField(max_length=255, blank=True, help_text=_("Who else was there, by name."))
    text = models.TextField(_("minutes of the meeting"), blank=True, max_length=10_000)

    history = HistoricalRecords(m2m_fields=[attendees])

    class Meta:
        ordering = ["at"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d}"
