"""In which months of a page's zone there is something, however much there is."""

from __future__ import annotations

from datetime import datetime

from django.db.models import CharField, Max, Min, QuerySet
from django.db.models.functions import Cast, Substr

TENS_OF_DAYS = 9  # the letters of 2026-12-1, which stand for ten days in the connection's zone


def edges(rows: QuerySet, *fields: str) -> list[tuple[datetime, ...]]:
    """Of these times, so many that each month is among them in which one of them lies; of each field alone. Every row
    has all of them.

    The first and the last of ten days: no more than two months share those, and both are then told. So it is asked of
    the database once, which need not know of zones, and answers in some forty rows a year. Earliest days first.
    """
    tens = {f"{field}_within": Substr(Cast(field, CharField()), 1, TENS_OF_DAYS) for field in fields}
    ends = {f"{field}_{name}": edge(field) for name, edge in (("min", Min), ("max", Max)) for field in fields}
    found = rows.order_by().values(**tens).annotate(**ends).order_by(*tens).values_list(*ends)
    count = len(fields)
    return [half for row in found for half in (row[:count], row[count:])]
