"""Texts to begin from, for each stage and page (1-18, 4-07)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents import choices


class StageTemplate(models.Model):
    """A text for a stage, usable as it is; variables in double braces are filled from the facts (1-19)."""

    page = models.ForeignKey(
        "statuspage.Page",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="templates",
        help_text=_("Empty: for every page."),
    )
    status = models.CharField(_("stage"), max_length=20, choices=[(s.value, s.label) for s in choices.PUBLIC])
    name = models.CharField(max_length=80)
    body = models.TextField(max_length=5_000)
    is_back = models.BooleanField(
        _("after an all-clear"),
        default=False,
        help_text=_("The first of these is filled in where an incident is reopened."),
    )
    position = models.PositiveIntegerField(default=0, help_text=_("The first of a stage is filled in at once."))

    history = HistoricalRecords()

    class Meta:
        ordering = ["status", "position", "name"]

    def __str__(self):
        return self.name
