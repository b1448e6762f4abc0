"""Which days are worked, where, and when nothing is changed: what notice in business days is counted by (3-05)."""

from __future__ import annotations

from datetime import date, time

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.models.public_id import public_id_field
from incidents.wording import listing

FREEZE = 366  # days, at most


def saturday_and_sunday() -> list[int]:
    return [5, 6]


class BusinessCalendar(models.Model):
    """Public holidays of a country or a part of it, what differs from them, the weekend, and the cut-off.

    Pages and locations refer to it. Its version rises whenever it counts otherwise than before, and stands in every
    announcement that was counted by it; no announcement is ever counted again.
    """

    public_id = public_id_field("cal")
    name = models.CharField(max_length=100, unique=True, help_text=_("Such as Germany, Hesse."))
    country = models.CharField(max_length=2, blank=True, help_text=_("Whose public holidays are no business days."))
    subdivision = models.CharField(
        _("part of the country"), max_length=40, blank=True, help_text=_("Such as HE for Hesse; empty: the country’s.")
    )
    weekend = models.JSONField(
        default=saturday_and_sunday, blank=True, help_text=_("Days of the week that are no business days.")
    )
    cut_off = models.TimeField(
        _("cut-off"),
        default=time(17),
        help_text=_("What is published after it counts from the next business day; exactly then is not after."),
    )
    version = models.PositiveIntegerField(default=1, editable=False, help_text=_("Rises with every change."))

    history = HistoricalRecords(excluded_fields=["version"])

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="calendar_has_a_country_for_its_part", condition=Q(subdivision="") | ~Q(country="")
            )
        ]

    def __str__(self):
        return self.name

    @staticmethod
    def words_of_weekend(days: list[int]) -> str:
        return listing([str(WEEKDAYS[day]) for day in days], most=None)

    def clean(self):
        days = self.weekend
        if not isinstance(days, list) or not set(days) <= set(range(7)):
            raise ValidationError({"weekend": _("Choose days of the week.")})
        if len(set(days)) == 7:
            raise ValidationError({"weekend": _("Leave at least one business day.")})


class CalendarDay(models.Model):
    """A day on which the calendar differs from the country's: a holiday of one's own, or a holiday that is worked."""

    calendar = models.ForeignKey(BusinessCalendar, models.CASCADE, related_name="own_days")
    day = models.DateField()
    name = models.CharField(max_length=100)
    is_worked = models.BooleanField(
        _("business day"), default=False, help_text=_("A business day although it is a holiday or a weekend.")
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["day"]
        verbose_name = _("own day")
        constraints = [models.UniqueConstraint("calendar", "day", name="calendar_day_is_one")]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.name}"


class FreezeQuerySet(models.QuerySet["ChangeFreeze"]):
    def between(self, first: date, last: date):
        """Those of which a day lies there, both ends included."""
        return self.filter(first_day__lte=last, last_day__gte=first)


class ChangeFreeze(models.Model):
    """A period in which nothing is changed without approval, such as the weeks before Christmas.

    Its days count as business days; no planned start is proposed in it (DESIGN section 6).
    """

    name = models.CharField(max_length=100, help_text=_("Such as: Christmas business."))
    first_day = models.DateField()
    last_day = models.DateField(help_text=_("Still part of it."))
    calendars = models.ManyToManyField(
        BusinessCalendar,
        blank=True,
        related_name="freezes",
        help_text=_("Where it holds: pages and locations with these calendars. None: everywhere."),
    )

    objects = FreezeQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[calendars])

    class Meta:
        ordering = ["-first_day", "name"]
        constraints = [
            models.CheckConstraint(name="freeze_ends_after_it_starts", condition=Q(last_day__gte=F("first_day")))
        ]

    def __str__(self):
        return f"{self.name}, {self.first_day:%Y-%m-%d} to {self.last_day:%Y-%m-%d}"

    def clean(self):
        if self.first_day and self.last_day and (self.last_day - self.first_day).days > FREEZE:
            raise ValidationError({"last_day": _("A freeze lasts a year at most; write a day before that.")})
