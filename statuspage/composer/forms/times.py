"""When maintenance is, as people write it: a day, a time, a length, in the zone that they choose."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents import wall_times
from incidents.forms.moments import DayField, WallClockField, WallField
from incidents.moments import whole
from incidents.wall_times import Wall, WrongTime, with_clock
from incidents.zones import is_zone

LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440)  # minutes
OTHER = "other"


class TimesForm(forms.Form):
    """When it begins and how long it takes, in the zone that was chosen. ``starts_at`` and ``ends_at`` come of it."""

    date = DayField(
        label=gettext_lazy("Start"),
        error_messages={"required": gettext_lazy("Choose the day on which it begins.")},
    )
    time = WallClockField(
        label=gettext_lazy("at"),
        error_messages={"required": with_clock(gettext_lazy("Write the time at which it begins, such as {at}."), 1)},
    )
    length = forms.ChoiceField(label=gettext_lazy("for"), initial="120")
    until = WallField(
        required=False,
        label=gettext_lazy("until"),
        error_messages={"invalid": with_clock(gettext_lazy("Write a day and a time, such as 2026-12-09 {at}."), 3)},
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))

    def __init__(self, *args, zones, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["length"].choices = [
            *((str(n), whole(timedelta(minutes=n))) for n in LENGTHS),
            (OTHER, _("Other…")),
        ]
        typed = self.data.get("time_zone") if self.is_bound else self.initial.get("time_zone")
        zones = dict.fromkeys([*zones, *([typed] if typed else [])])
        self.fields["time_zone"].choices = [(zone, zone.replace("_", " ")) for zone in zones if is_zone(zone)]

    def clean(self):
        data = super().clean()
        day, at, zone = data.get("date"), data.get("time"), data.get("time_zone")
        if not (day and at and zone):
            return data
        data["starts_at"] = self._instant("time", Wall(datetime.combine(day, at[0]), at[1]), zone)
        if data.get("length") == OTHER:
            until = data.get("until")
            if until is None and "until" not in self.errors:
                self.add_error("until", with_clock(_("Write when it ends, such as 2026-12-09 {at}."), 3))
            data["ends_at"] = self._instant("until", until, zone) if until else None
        elif data.get("length") and data["starts_at"]:
            data["ends_at"] = data["starts_at"] + timedelta(minutes=int(data["length"]))
        starts_at, ends_at = data["starts_at"], data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("until", _("It ends before it begins; choose a later end."))
        return data

    def _instant(self, field: str, wall: Wall, zone: str) -> datetime | None:
        try:
            return wall_times.instant(wall, ZoneInfo(zone))
        except WrongTime as wrong:
            self.add_error(field, str(wrong))
            return None

    @property
    def times(self) -> tuple[datetime, datetime] | None:
        """Start and end, where both are right."""
        data = getattr(self, "cleaned_data", {})
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        return (starts_at, ends_at) if starts_at and ends_at and ends_at > starts_at else None
