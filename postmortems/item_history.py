"""What became of an action item, in words: who changed what, when and why (M-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from incidents.history import Change, Names, changes, links, who
from incidents.models import User
from postmortems.choices import ActionState
from postmortems.models import ActionItem

SILENT = ("record", "position", "removed_at", "changed_at", "changed_by", "key", "asked_at", "closed_at")
SHOWN = 200  # savings, the newest


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


def history(item: ActionItem, *, user: User) -> list[Saving]:
    """Every saving that changed something, newest first. A constant number of queries."""
    kept = item.history.select_related("history_user").prefetch_related(*links(item.history.model))
    records = list(kept.order_by("-history_date", "-history_id")[: SHOWN + 1])
    pairs = list(pairwise([*records, None]))[:SHOWN]
    names = Names.of([pair for pair in pairs if pair[1]], user=user, silent=SILENT)
    savings = [_saving(newer, older, names) for newer, older in pairs]
    return [saving for saving in savings if saving.changes or saving.is_first]


def _saving(record: Any, older: Any, names: Names) -> Saving:
    return Saving(
        at=record.history_date,
        by=who(record),
        reason=record.history_change_reason or "",
        changes=tuple(changes(record, older, names, SILENT)) if older else (),
        is_first=older is None,
    )
