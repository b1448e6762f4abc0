"""The incident record (IRF) of one person or team, and what stands beside its words."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.models import Incident, Team
from incidents.models.public_id import public_id_field
from postmortems.choices import Metric, RecordSection, Stage
from postmortems.models.postmortem import Postmortem

Person = settings.AUTH_USER_MODEL
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, user) -> Self:
        return self.filter(postmortem__incident__in=Incident.objects.visible_to(user))

    def written_by(self, user) -> Self:
        """What this person fills in: their own, and their team's."""
        mine = Q(person=user)
        return self.filter(mine | Q(team=user.team_id) if user.team_id else mine)

    def missing(self) -> Self:
        """Not handed in yet."""
        return self.filter(submitted_at__isnull=True)


class Record(models.Model):
    """What one person or team saw and did, in six sections (3-36). ``name`` outlives a team that is deleted."""

    public_id = public_id_field("irf")
    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="records")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="records")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="records")
    name = models.CharField(max_length=150, editable=False)
    position = models.PositiveIntegerField(default=0, editable=False, help_text=_("Its letter: A, B, C …"))
    invited_at = models.DateTimeField(default=timezone.now, editable=False)
    invited_by = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")

    objects = RecordQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("incident record")
        constraints = [
            models.UniqueConstraint("postmortem", "person", name="record_is_one_for_each_person"),
            models.UniqueConstraint("postmortem", "team", name="record_is_one_for_each_team"),
            models.UniqueConstraint("postmortem", "position", name="record_has_a_letter_of_its_own"),
            models.CheckConstraint(
                name="record_is_of_a_person_or_a_team", condition=Q(person__isnull=True) | Q(team__isnull=True)
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def letter(self) -> str:
        """A to Z, then AA: by which sources name it."""
        number, letters = self.position, ""
        while number >= 0:
            letters = LETTERS[number % len(LETTERS)] + letters
            number = number // len(LETTERS) - 1
        return letters

    @property
    def is_submitted(self) -> bool:
        return self.submitted_at is not None

    @property
    def is_kept(self) -> bool:
        """In for good: what was approved or published rests on it, and is no draft again."""
        rests = self.postmortem.stage in (Stage.APPROVED, Stage.PUBLISHED) or self.postmortem.published_at is not None
        return self.is_submitted and rests and not self.postmortem.is_draft

    def is_written_by(self, user) -> bool:
        return self.person_id == user.pk or (self.team_id is not None and self.team_id == user.team_id)


class Dispute(models.Model):
    """Why the figure of a step is not right, in the eyes of a record: the figure stays (0-22)."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="disputes")
    metric = models.CharField(max_length=16, choices=Metric)
    note = models.CharField(max_length=255)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    history = HistoricalRecords()

    class Meta:
        ordering = ["metric"]
        constraints = [models.UniqueConstraint("record", "metric", name="dispute_is_one_for_each_metric")]

    def __str__(self):
        return f"{self.get_metric_display()}: {self.note}"


class Evidence(models.Model):
    """A file that an event rests on: as it was uploaded, with its hash (0-27)."""

    public_id = public_id_field("evd")
    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="evidence")
    name = models.CharField(max_length=150)
    size = models.PositiveIntegerField(help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = _("evidence")
        default_permissions = ()

    def __str__(self):
        return self.name


class Presence(models.Model):
    """Who has a record or a post-mortem open, and where; forgotten after a minute."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="+")
    record = models.ForeignKey(Record, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(Person, models.CASCADE, related_name="+")
    section = models.CharField(max_length=16, blank=True, choices=RecordSection)
    part = models.CharField(max_length=60, blank=True, help_text=_("The key of the row that is being written."))
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-seen_at"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("postmortem", "record", "user", name="presence_is_one_in_a_record"),
            models.UniqueConstraint(
                "postmortem", "user", condition=Q(record__isnull=True), name="presence_is_one_in_a_document"
            ),
        ]

    def __str__(self):
        return f"{self.user} in {self.section or 'the document'}"
