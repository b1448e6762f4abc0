"""Times before a start, as people write them: 24 h, 1 h."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from notifications.models.message_settings import check_reminders

UNITS = {"d": 24 * 60, "h": 60, "min": 1}
_SPAN = re.compile(r"(\d{1,5})\s*(d|h|min)", re.IGNORECASE)


class BeforeStartField(forms.CharField):
    """Minutes, the earliest first; in whatever order they were typed."""

    default_error_messages = {"spans": gettext_lazy("Write times with d, h or min, with commas between: 24 h, 1 h.")}

    def prepare_value(self, value: Any) -> Any:
        return in_words(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        found = set()
        for part in filter(None, (each.strip() for each in str(value or "").replace(";", ",").split(","))):
            match = _SPAN.fullmatch(part)
            if match is None:
                raise forms.ValidationError(self.error_messages["spans"], code="spans")
            found.add(int(match[1]) * UNITS[match[2].lower()])
        return sorted(found, reverse=True)

    def validate(self, value: list[int]) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: list[int]) -> None:
        check_reminders(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or [])
        except forms.ValidationError:
            return True


def in_words(minutes: list[int]) -> str:
    """24 h, 1 h: in the largest unit that counts each whole; a day is 24 h."""
    return ", ".join(_in_words(each) for each in minutes)


def _in_words(minutes: int) -> str:
    if minutes % UNITS["d"] == 0 and minutes > UNITS["d"]:
        return _("%(n)d d") % {"n": minutes // UNITS["d"]}
    if minutes % UNITS["h"] == 0:
        return _("%(n)d h") % {"n": minutes // UNITS["h"]}
    return _("%(n)d min") % {"n": minutes}
