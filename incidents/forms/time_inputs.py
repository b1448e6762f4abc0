"""The controls of the fields of time. What a control holds when it is drawn stands beside it, exact
(``<name>-drawn``): the text that was drawn from it, posted again, is that and is not read once more, whatever zone and
hours the person has by then. A text that was changed is read in the zone in which the control was drawn.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from incidents import wall_times
from incidents.choices import Hours
from incidents.moments import wrong_year
from incidents.wall_times import ShownTwice, Wall, WrongTime
from incidents.zones import is_zone

DRAWN = "-drawn"
EXACT = re.compile(r"(?P<at>[^\[]*)(?:\[(?P<zone>[\w+\-/]+)\])?")  # as in RFC 9557


class Typed(str):
    """What was posted for a field of time, what that was drawn from, and whether it is what was drawn."""

    drawn = ""
    is_untouched = False


class DrawnInput(forms.TextInput):
    """A text field that remembers what it was drawn from."""

    template_name = "incidents/widgets/moment.html"
    kind = "time"

    def exact(self, value: Any) -> str:
        """What is remembered of a value."""
        raise NotImplementedError

    def shown(self, exact: str, chosen: Hours | None = None) -> str:
        """What is drawn of it."""
        raise NotImplementedError

    def format_value(self, value):
        return value if isinstance(value, str) else self.shown(self.exact(value))

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, {"autocomplete": "off", "spellcheck": "false"} | (attrs or {}))
        drawn = getattr(value, "drawn", "") if isinstance(value, str) else self.exact(value)
        return context | {"drawn": {"name": name + DRAWN, "value": drawn}, "kind": self.kind, "places": []}

    def value_from_datadict(self, data, files, name):
        if (text := data.get(name)) is None:
            return None
        typed = Typed(text)
        typed.drawn = data.get(name + DRAWN, "")
        typed.is_untouched = bool(text.strip()) and text.strip() in {self.shown(typed.drawn, each) for each in Hours}
        return typed


def meant(value: Any) -> str:
    """What is read of what was posted: what stands there exact, where it is untouched."""
    return value.drawn if isinstance(value, Typed) and value.is_untouched else str(value).strip()


class MomentInput(DrawnInput):
    """A moment in the person's zone: 2026-12-09 14:30."""

    kind = "moment"

    def exact(self, value) -> str:
        zone = timezone.get_current_timezone_name()
        return f"{value.astimezone(UTC).isoformat() if isinstance(value, datetime) else ''}[{zone}]"

    def shown(self, exact, chosen=None):
        at, zone = drawn_from(exact)
        return wall_times.written(at, zone, chosen=chosen) if at else ""

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        return context | {"places": _both(value) if isinstance(value, Typed) and not value.is_untouched else []}


def drawn_from(exact: str) -> tuple[datetime | None, ZoneInfo]:
    """The moment that a field was drawn from, and the zone that it was drawn in."""
    found = EXACT.fullmatch(exact)
    here: Any = timezone.get_current_timezone()
    zone = ZoneInfo(found["zone"]) if found and found["zone"] and is_zone(found["zone"]) else here
    try:
        at = datetime.fromisoformat(found["at"]) if found else None
    except ValueError:
        at = None
    return (at if at is not None and timezone.is_aware(at) and not wrong_year(at) else None), zone


def _both(text: Typed) -> list[tuple[str, str]]:
    """What to write of a time that clocks show twice, whole, and the part of it that tells."""
    wall = wall_times.read(text)
    try:
        if wall is not None:
            wall_times.instant(wall, drawn_from(text.drawn)[1])
    except ShownTwice as error:
        return [(f"{wall.local:%Y-%m-%d} {each}", each) for each in error.choices]
    except WrongTime:
        pass
    return []


class HiddenMoment(forms.HiddenInput):
    """What a field held, exact."""

    def format_value(self, value):
        return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


class WallInput(DrawnInput):
    """A day and a time of a zone that another field names."""

    kind = "moment"

    def exact(self, value):
        return f"{value.local.isoformat()} {value.name}".strip() if isinstance(value, Wall) else ""

    def shown(self, exact, chosen=None):
        wall = wall_times.read(exact)
        if wall is None:
            return ""
        return f"{wall.local:%Y-%m-%d} {wall_times.clock(wall.local, chosen=chosen)} {wall.name}".strip()


class ClockInput(DrawnInput):
    """A time of the day."""

    def exact(self, value):
        return value.isoformat() if isinstance(value, time) else ""

    def shown(self, exact, chosen=None):
        found = wall_times.read_clock(exact)
        return f"{wall_times.clock(found[0], chosen=chosen)} {found[1]}".strip() if found else ""


class WallClockInput(ClockInput):
    """A time of the day that a zone may show twice: with the name that tells which."""

    def exact(self, value):
        return (
            f"{value.local.time().isoformat()} {value.name}".strip()
            if isinstance(value, Wall)
            else super().exact(value)
        )


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")
