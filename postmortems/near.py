"""What was agreed on after earlier incidents and is not done: beside a new one that hits the same components."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from incidents import tree
from incidents.models import Impact, Incident, User
from postmortems.ageing import Row
from postmortems.models import ActionItem

SHOWN = 5


def open_actions(
    components: Iterable[int], *, user: User, now: datetime, but: Incident | None = None
) -> list[Row]:  # fmt: skip
    """The first few, longest overdue first, of incidents on one of ``components`` (primary keys), on what it is part of
    or on a part of it. Two queries."""
    wanted = set(components)
    if not wanted:
        return []
    parents = tree.parents()
    above = {pk for component in wanted for pk in tree.line(component, parents)}
    related = above | {pk for pk in parents if wanted & set(tree.line(pk, parents))}
    hit = Impact.objects.filter(component__in=related).values("incident")
    items = ActionItem.objects.visible_to(user).open().filter(postmortem__incident__in=hit)
    if but is not None and but.pk:
        items = items.exclude(postmortem__incident=but)
    rows = items.select_related("postmortem__incident", "owner").prefetch_related("fixes")
    late_first = rows.order_by(F("due_on").asc(nulls_last=True), "-priority", "pk")
    return [Row(item, now) for item in late_first[:SHOWN]]
