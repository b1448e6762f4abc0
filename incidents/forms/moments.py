"""The fields of time of every form: typed in 24 hours or in 12, and left alone they are what they were
(:mod:`incidents.forms.time_inputs`).
"""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy

from incidents import wall_times
from incidents.forms.time_inputs import (
    ClockInput,
    DayInput,
    HiddenMoment,
    MomentInput,
    WallClockInput,
    WallInput,
    drawn_from,
    meant,
)
from incidents.moments import wrong_year
from incidents.wall_times import ShownTwice, Wall, WrongTime, with_clock


def check_year(at: date) -> None:
    """A validator of days and times that people type: before anything is computed of a year that nobody means."""
    if sentence := wrong_year(at):
        raise ValidationError(sentence)


class Compared(forms.Field):
    """Changed where it comes to something else, however either is written."""

    def has_changed(self, initial, data):
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class MomentField(Compared):
    """A day and a time in the person's own zone; a moment in UTC comes of it."""

    widget = MomentInput
    hidden_widget = HiddenMoment
    default_validators = [check_year]
    default_error_messages = {
        "required": with_clock(gettext_lazy("Write a day and a time, such as 2026-12-09 {at}."), 14, 30),
        "invalid": gettext_lazy("Write a day and a time, such as 2026-12-09 14:30 or 2026-12-09 2:30 PM."),
    }

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, datetime):
            return value or None
        at, zone = drawn_from(getattr(value, "drawn", ""))
        if at is not None and getattr(value, "is_untouched", False):
            return at
        if not (text := str(value).strip()):
            return None
        if (exact := _exact(text)) is not None:
            return exact
        wall = wall_times.read(text)
        if wall is None:
            raise ValidationError(self.error_messages["invalid"], "invalid")
        check_year(wall.local)
        return _instant(wall, zone)


def _exact(text: str) -> datetime | None:
    """A moment as our own screens send it out."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if timezone.is_aware(at) else None


def _instant(wall: Wall, zone: ZoneInfo) -> datetime:
    try:
        return wall_times.instant(wall, zone)
    except ShownTwice as error:
        raise ValidationError(str(error), "twice") from error
    except WrongTime as error:
        raise ValidationError(str(error), "skipped") from error


class WallField(forms.Field):
    """What clocks show in a zone that another field names: a :class:`~incidents.wall_times.Wall`."""

    widget = WallInput
    default_error_messages = MomentField.default_error_messages

    def to_python(self, value):
        if value is None or isinstance(value, Wall) or not meant(value):
            return value if isinstance(value, Wall) else None
        wall = wall_times.read(meant(value))
        if wall is None:
            raise ValidationError(self.error_messages["invalid"], "invalid")
        check_year(wall.local)
        return wall


class ClockField(Compared):
    """A time of the day, without a zone."""

    widget = ClockInput
    default_error_messages = {
        "required": with_clock(gettext_lazy("Write a time, such as {at}."), 14, 30),
        "invalid": gettext_lazy("Write a time, such as 14:30 or 2:30 PM."),
    }

    def __init__(self, **options):
        options.pop("input_formats", None)
        super().__init__(**options)

    def to_python(self, value):
        if value is None or isinstance(value, time):
            return value
        if not meant(value):
            return None
        found = wall_times.read_clock(meant(value))
        if found is None or found[1]:
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return found[0]


class WallClockField(ClockField):
    """The time of a day that another field names, in a zone that another field names: a time and a name."""

    widget = WallClockInput

    def to_python(self, value):
        if value is None or not meant(value):
            return None
        found = wall_times.read_clock(meant(value))
        if found is None:
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return found


class DayField(forms.DateField):
    """A day, as browsers write it."""

    widget = DayInput
    default_validators = [check_year]
    default_error_messages = {
        "required": gettext_lazy("Choose a day."),
        "invalid": gettext_lazy("Write a day such as 2026-12-09."),
    }

    def __init__(self, *, input_formats=("%Y-%m-%d",), **options):
        super().__init__(input_formats=input_formats, **options)
