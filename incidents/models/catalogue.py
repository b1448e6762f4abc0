"""What can break, where, and who owns it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.choices import ComponentKind, Level
from incidents.models.public_id import public_id_field, time_zone_field


def external_ids_field() -> models.JSONField:
    return models.JSONField(
        _("external ids"),
        default=list,
        blank=True,
        help_text=_("What other systems call it: endpoint, target or monitor ids."),
    )


class Team(models.Model):
    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Location(models.Model):
    """A data centre or region (3-14)."""

    public_id = public_id_field("loc")
    name = models.CharField(max_length=100, unique=True)
    time_zone = time_zone_field()
    calendar = models.ForeignKey(
        "incidents.BusinessCalendar", models.PROTECT, null=True, blank=True, related_name="locations"
    )
    off_peak_from = models.TimeField(_("off-peak from"), null=True, blank=True)  # 3-06
    off_peak_until = models.TimeField(_("off-peak until"), null=True, blank=True)
    position = models.PositiveIntegerField(default=0, help_text=_("Lower numbers come first."))
    external_ids = external_ids_field()

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                name="location_off_peak_has_both_ends",
                condition=Q(off_peak_from__isnull=True, off_peak_until__isnull=True)
                | (
                    Q(off_peak_from__isnull=False, off_peak_until__isnull=False) & ~Q(off_peak_from=F("off_peak_until"))
                ),
                violation_error_message=_("Off-peak hours have a beginning and another end, or neither."),
            )
        ]

    def __str__(self):
        return self.name


class Component(models.Model):
    """A product, interface, channel or other part that customers know by name (3-15, 3-16); a tree of any depth."""

    public_id = public_id_field(
        "comp",
        editable=True,
        validators=[
            RegexValidator(
                r"^comp_[a-z0-9][a-z0-9_-]{1,48}$",
                _("Write comp_ and then small letters and digits, such as comp_api."),
            )
        ],
        help_text=_("Part of public addresses; it can be chosen now and never changed."),
    )
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=ComponentKind, default=ComponentKind.PRODUCT)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    team = models.ForeignKey(
        Team,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="components",
        help_text=_("Owner."),  # 0-03
    )
    description = models.CharField(max_length=255, blank=True, help_text=_("One line for customers."))
    position = models.PositiveIntegerField(default=0, help_text=_("Lower numbers come first."))
    external_ids = external_ids_field()
    introduced_on = models.DateField(
        _("in service since"), default=timezone.localdate, help_text=_("Days before it are shown as unknown.")
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(name="component_is_not_its_own_parent", condition=~Q(parent=F("id"))),
            models.UniqueConstraint("parent", "name", name="component_name_is_unique_below_parent"),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        above, seen = self.parent, set()
        while above is not None and above.pk not in seen:
            if above.pk == self.pk and self.pk is not None:
                raise ValidationError(
                    {"parent": _("This would put the component below itself; choose another parent.")}
                )
            seen.add(above.pk)
            above = above.parent


class PinQuerySet(models.QuerySet["Pin"]):
    def running(self, at=None) -> Self:
        at = at or timezone.now()
        return self.filter(started_at__lte=at, ends_at__gt=at)


class Pin(models.Model):
    """A component held worse than what is derived, for a reason, for 24 hours at most. Made by the action only."""

    component = models.ForeignKey(Component, models.CASCADE, related_name="pins")
    location = models.ForeignKey(Location, models.CASCADE, null=True, blank=True, related_name="pins")
    level = models.PositiveSmallIntegerField(choices=Level)
    reason = models.CharField(max_length=200)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    ends_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    objects = PinQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="pin_level_is_an_impact", condition=Q(level__in=[Level.DEGRADED, Level.PARTIAL, Level.MAJOR])
            ),
            models.CheckConstraint(name="pin_ends_after_it_starts", condition=Q(ends_at__gte=F("started_at"))),
        ]

    def __str__(self):
        return f"{self.component} pinned to {self.get_level_display()}"
