"""A business calendar counts otherwise than before: its version says so in every announcement from then on (3-05)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from incidents.models import BusinessCalendar

COUNTING = frozenset({"country", "subdivision", "weekend", "cut_off"})  # a name counts nothing


def raise_versions(calendars: Iterable[BusinessCalendar] | None) -> None:
    """After a change of what they count, of their own days, or of a freeze that holds there; none: everywhere.

    What was announced keeps the version that it was counted by.
    """
    rows = BusinessCalendar.objects.all()
    if calendars is not None:
        rows = rows.filter(pk__in=[calendar.pk for calendar in calendars])
    rows.update(version=F("version") + 1)
