"""When maintenance is, as people write it: a day, a time, a length, in the zone that they choose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents.forms.fields import WallField, check_year
from incidents.moments import whole

LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440)  # minutes
OTHER = "other"
LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]


class TimesForm(forms.Form):
    """When it begins and how long it takes, in the zone that was chosen. ``starts_at`` and ``ends_at`` come of it.

    ``standing``: the times that it has. Left as they are shown they stay what they are, to the second, and where clocks
    show them twice.
    """

    date = forms.DateField(
        label=gettext_lazy("Start"),
        validators=[check_year],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose the day on which it begins."),
            "invalid": gettext_lazy("Write a day such as 2026-12-09."),
        },
    )
    time = forms.TimeField(
        label=gettext_lazy("at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("Choose the time at which it begins."),
            "invalid": gettext_lazy("Write a time such as 01:00."),
        },
    )
    length = forms.ChoiceField(label=gettext_lazy("for"), initial="120")
    until = WallField(
        required=False,
        label=gettext_lazy("until"),
        input_formats=LOCAL,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL[0]),
        error_messages={"invalid": gettext_lazy("Write a day and a time such as 2026-12-09 03:00.")},
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))

    def __init__(self, *args, zones, standing=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.standing = dict(zip(("time", "until"), standing, strict=False))
        self.fields["length"].choices = [
            *((str(n), whole(timedelta(minutes=n))) for n in LENGTHS),
            (OTHER, _("Other…")),
        ]
        typed = self.data.get("time_zone") if self.is_bound else self.initial.get("time_zone")
        zones = dict.fromkeys([*zones, *([typed] if typed else [])])
        self.fields["time_zone"].choices = [(zone, zone.replace("_", " ")) for zone in zones if _is_zone(zone)]

    def clean(self):
        data = super().clean()
        day, at, zone = data.get("date"), data.get("time"), data.get("time_zone")
        if not (day and at and zone):
            return data
        data["starts_at"] = self._instant("time", datetime.combine(day, at), zone)
        if data.get("length") == OTHER:
            until = data.get("until")
            if until is None and "until" not in self.errors:
                self.add_error("until", _("Choose when it ends."))
            data["ends_at"] = self._instant("until", until, zone) if until else None
        elif data.get("length") and data["starts_at"]:
            data["ends_at"] = data["starts_at"] + timedelta(minutes=int(data["length"]))
        starts_at, ends_at = data["starts_at"], data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("until", _("It ends before it begins; choose a later end."))
        return data

    def _instant(self, field: str, local: datetime, zone: str) -> datetime | None:
        """A time that clocks there leave out is refused; of one that they show twice, the first is meant."""
        stood = self.standing.get(field)
        if stood and stood.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0, tzinfo=None) == local:
            return stood
        at = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
            words = {"time": f"{local:%H:%M}", "zone": zone}
            self.add_error(
                field, _("Clocks in %(zone)s are put forward over %(time)s that day; choose another.") % words
            )
            return None
        return at

    @property
    def times(self) -> tuple[datetime, datetime] | None:
        """Start and end, where both are right."""
        data = getattr(self, "cleaned_data", {})
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        return (starts_at, ends_at) if starts_at and ends_at and ends_at > starts_at else None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
