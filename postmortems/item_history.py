"""What became of an action item, in words: who changed what, when and why (M-03)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from incidents.models import User
from postmortems.choices import ActionState
from postmortems.models import ActionItem, Cause, Mitigation

FIELDS = ("text", "state", "owner", "due_on", "priority", "kind", "proof", "ticket", "is_internal")
CAUSES, FIXES = "historicalactionitem_causes_set", "historicalactionitem_fixes_set"  # as simple-history keeps links
SHOWN = 200  # savings, the newest


@dataclass(frozen=True)
class Change:
    """One field, from what to what. ``links`` name what it works on, where that is what changed."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Saving:
    at: datetime
    by: str
    reason: str
    changes: tuple[Change, ...]
    is_first: bool

    @property
    def sentence(self) -> str:
        """What it comes down to, where that can be said in a word."""
        if self.is_first:
            return _("Asked for")
        states = {change.new for change in self.changes if change.what == _("State")}
        if str(ActionState.DONE.label) in states:
            return _("Done")
        return _("Dropped") if str(ActionState.DROPPED.label) in states else _("Changed")


def history(item: ActionItem) -> list[Saving]:
    """Every saving that changed something, newest first. Five queries at most."""
    kept = item.history.select_related("history_user").prefetch_related(CAUSES, FIXES)
    records = list(kept.order_by("-history_date", "-history_id")[: SHOWN + 1])
    named = _names(records)
    savings = [_saving(newer, older, named) for newer, older in pairwise([*records, None])][:SHOWN]
    return [saving for saving in savings if saving.changes or saving.is_first]


@dataclass(frozen=True)
class _Names:
    """By primary key, for what histories keep as numbers only."""

    people: dict[int, str]
    causes: dict[int, str]
    fixes: dict[int, str]


def _names(records: list[Any]) -> _Names:
    owners = {record.owner_id for record in records} - {None}
    causes = {row.cause_id for record in records for row in getattr(record, CAUSES).all()}
    fixes = {row.mitigation_id for record in records for row in getattr(record, FIXES).all()}
    return _Names(
        {person.pk: str(person) for person in User.objects.filter(pk__in=owners)} if owners else {},
        {cause.pk: cause.text for cause in Cause.objects.filter(pk__in=causes)} if causes else {},
        {row.pk: row.text for row in Mitigation.objects.filter(pk__in=fixes)} if fixes else {},
    )


def _saving(record: Any, older: Any, named: _Names) -> Saving:
    return Saving(
        at=record.history_date,
        by=str(record.history_user or _("the system")),
        reason=record.history_change_reason or "",
        changes=tuple(_changes(record, older, named)) if older else (),
        is_first=older is None,
    )


def _changes(record: Any, older: Any, named: _Names) -> Iterator[Change]:
    for name in FIELDS:
        field = ActionItem._meta.get_field(name)
        before, after = getattr(older, field.attname), getattr(record, field.attname)
        if before != after:
            label = str(field.verbose_name)
            yield Change(label[:1].upper() + label[1:], _words(field, before, named), _words(field, after, named))
    yield from _linked(_("Works on"), _keys(older, CAUSES, "cause"), _keys(record, CAUSES, "cause"), named.causes)
    fixes = _keys(older, FIXES, "mitigation"), _keys(record, FIXES, "mitigation")
    yield from _linked(_("Replaces"), *fixes, named.fixes)


def _keys(record: Any, kept: str, name: str) -> set[int]:
    return {getattr(row, f"{name}_id") for row in getattr(record, kept).all()}


def _linked(what: str, before: set[int], after: set[int], names: dict[int, str]) -> Iterator[Change]:
    for pk in sorted(before - after):
        yield Change(what, names.get(pk, _("something that was removed")), "")
    for pk in sorted(after - before):
        yield Change(what, "", names.get(pk, _("something that was removed")))


def _words(field: Any, value: Any, named: _Names) -> str:
    if value in (None, ""):
        return ""
    if field.name == "owner":
        return named.people.get(value, _("somebody who left"))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return date_format(value, "D j M Y") if isinstance(value, date) else str(value)
