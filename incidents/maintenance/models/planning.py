"""What windows are made from: templates, and series of windows that recur."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.choices import Audience
from incidents.maintenance.choices import Expected, Kind
from incidents.models.public_id import public_id_field, time_zone_field

Person = settings.AUTH_USER_MODEL
LONGEST = 30 * 24 * 60  # minutes
AUDIENCES = [(each.value, each.label) for each in (Audience.PUBLIC, Audience.INTERNAL)]


class Pattern(models.Model):
    """What a template and a series give to the windows that are made from them."""

    title = models.CharField(max_length=200, help_text=_("What customers read."))
    kind = models.CharField(max_length=20, choices=Kind)
    audience = models.CharField(max_length=12, choices=AUDIENCES, default=Audience.PUBLIC)
    minutes = models.PositiveIntegerField(
        _("length"), default=120, validators=[MinValueValidator(1), MaxValueValidator(LONGEST)], help_text=_("Minutes.")
    )
    is_automatic = models.BooleanField(_("begins and ends by itself"), default=True)
    body = models.TextField(blank=True, max_length=25_000, help_text=_("What is done and why, for customers."))
    advice = models.TextField(blank=True, max_length=2_000, help_text=_("What customers have to do, if anything."))
    plan = models.TextField(blank=True, help_text=_("The steps, for staff."))
    roll_back = models.TextField(_("roll-back"), blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey("incidents.Team", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class PatternImpact(models.Model):
    component = models.ForeignKey("incidents.Component", models.CASCADE, related_name="+")
    location = models.ForeignKey("incidents.Location", models.CASCADE, null=True, blank=True, related_name="+")
    expected = models.PositiveSmallIntegerField(choices=Expected, default=Expected.DEGRADED)

    class Meta:
        abstract = True


class WindowTemplate(Pattern):
    """What windows of one sort have in common; a window begins as a copy of it."""

    name = models.CharField(max_length=100, unique=True, help_text=_("As staff call it."))

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        verbose_name = _("maintenance template")

    def __str__(self):
        return self.name


class TemplateImpact(PatternImpact):
    template = models.ForeignKey(WindowTemplate, models.CASCADE, related_name="impacts")

    class Meta:
        constraints = [
            models.UniqueConstraint("template", "component", "location", name="template_impact_is_one_at_location"),
            models.UniqueConstraint("template", "component", condition=Q(location=None), name="template_impact_is_one"),
        ]

    def __str__(self):
        return str(self.component)


class SeriesQuerySet(models.QuerySet["Series"]):
    def without_components(self) -> Self:
        """What they affected is gone: nothing is made of them until somebody chooses something else."""
        return self.filter(is_active=True, impacts=None)


class Series(Pattern):
    """Maintenance that recurs. Each occurrence becomes a window of its own, is announced and checked by itself.

    ``rule`` is an RRULE (RFC 5545) from ``first_at`` on, in ``time_zone``: two o'clock stays two o'clock there.
    """

    public_id = public_id_field("ser")
    rule = models.CharField(max_length=255, help_text=_("RRULE, such as FREQ=MONTHLY;BYDAY=2TU."))
    time_zone = time_zone_field()
    first_at = models.DateTimeField(_("first start"))
    announce_days = models.PositiveSmallIntegerField(
        _("announced ahead"),
        default=21,
        validators=[MinValueValidator(1), MaxValueValidator(180)],
        help_text=_("Days before each start; enough for the notice that pages ask for, holidays included."),
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    author = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords(excluded_fields=["version"])
    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name_plural = _("series")
        constraints = [models.CheckConstraint(name="series_has_a_rule", condition=~Q(rule=""))]

    def __str__(self):
        return self.title

    def day_of(self, at: datetime) -> date:
        """Its local day. A series starts once a day at most: by its day an occurrence is known, whatever the hour."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()


class SeriesImpact(PatternImpact):
    series = models.ForeignKey(Series, models.CASCADE, related_name="impacts")

    class Meta:
        constraints = [
            models.UniqueConstraint("series", "component", "location", name="series_impact_is_one_at_location"),
            models.UniqueConstraint("series", "component", condition=Q(location=None), name="series_impact_is_one"),
        ]

    def __str__(self):
        return str(self.component)


class SeriesException(models.Model):
    """An occurrence that does not take place."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="exceptions")
    occurrence = models.DateTimeField(help_text=_("The start that is left out."))
    reason = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["occurrence"]
        constraints = [models.UniqueConstraint("series", "occurrence", name="series_exception_is_one")]

    def __str__(self):
        return f"{self.series}: {self.occurrence:%Y-%m-%d %H:%M}"
