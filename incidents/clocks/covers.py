"""What an app above says customers knew beforehand: an incident that lies within it owes no first notice.

It is asked in the query that reads the incident's clocks, and never for one incident after the other.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import BooleanField, Expression, ExpressionWrapper, Q, Value
from django.db.models.expressions import Combinable

OFFERED: list[Callable[[], Expression]] = []


def offer(covered: Callable[[], Expression]) -> None:
    """Called in ``ready()`` of an app above. It gives a condition on rows of incidents."""
    OFFERED.append(covered)


def is_covered() -> Combinable:
    """Whether any app says so; nobody does where none is installed."""
    condition = Q(pk__in=[])
    for covered in OFFERED:
        condition |= Q(covered())
    return ExpressionWrapper(condition, output_field=BooleanField()) if OFFERED else Value(False)
