"""What was done to a row, in words: who, when, why, and what every value was called then (M-03).

Every screen that shows a history reads it here. No number of a row, no name of a column and no code of a choice is ever
shown: what a row is called comes from its own history, as it was called at the time, also where it is deleted by now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from incidents.models import User
from incidents.moments import clock, moment
from incidents.timeline.difference import difference
from incidents.wording import listing

PER_PAGE = 100
LONG = 120  # characters: of a longer text only what differs is shown, in whole words

Key = tuple[type[models.Model], Any]


@dataclass(frozen=True)
class Change:
    """One field, from what to what; nothing is an empty text."""

    what: str
    old: str
    new: str

    @property
    def words(self) -> list[tuple[str, str]]:
        """What differs, where both are long."""
        return difference(self.old, self.new) if min(len(self.old), len(self.new)) > LONG else []


@dataclass(frozen=True)
class Version:
    """One saving of one row."""

    at: datetime
    by: str
    reason: str
    verb: str  # of a row that was added or deleted; none where it was changed
    changes: list[Change] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.verb or self.changes)


def paged(rows: models.QuerySet, number: str | None, *, user: User) -> tuple[list[Version], Page]:
    """One screen of the records of a row: ``rows`` in any order."""
    rows = (
        rows.select_related("history_user")
        .prefetch_related(*links(rows.model))
        .order_by("-history_date", "-history_id")
    )
    page = Paginator(rows, PER_PAGE).get_page(number)
    records = list(rows[max(page.start_index() - 1, 0) : page.end_index() + 1])  # and the one before them
    older = records[PER_PAGE] if len(records) > PER_PAGE else None
    return versions(records[:PER_PAGE], user=user, before=older), page


def versions(records: Sequence[Any], *, user: User, before: Any = None, silent: Collection[str] = ()) -> list[Version]:
    """``records`` of one row, the newest first, and the one ``before`` them. ``silent`` fields are left out.

    Rows that others may not see are named to ``user`` only where they are open to them. Two queries for each kind of
    row that values lead to, whatever the number of records.
    """
    pairs = list(pairwise([*records, before]))
    names = Names.of([pair for pair in pairs if pair[1] is not None], user=user, silent=silent)
    return [version for pair in pairs if (version := _version(*pair, names, silent))]


def who(record: Any) -> str:
    return str(record.history_user or _("the system"))


def changes(newer: Any, older: Any, names: Names, silent: Collection[str] = ()) -> Iterator[Change]:
    for each in fields(newer, silent):
        old, new = value_of(older, each), value_of(newer, each)
        if old != new:
            said = words(each, old, names, newer), words(each, new, names, newer)
            if said[0] != said[1]:
                yield Change(label(each), *said)


def fields(record: Any, silent: Collection[str] = ()) -> Iterator[models.Field]:
    for each in (*record.tracked_fields, *record._history_m2m_fields):
        if each.name not in silent and not getattr(each, "primary_key", False):
            yield each


def label(each: models.Field) -> str:
    name = str(each.verbose_name)
    return name[:1].upper() + name[1:]


def words(each: models.Field, value: Any, names: Names, record: Any) -> str:
    """As people know the value. A model that keeps a list of codes has ``words_of_<field>``."""
    if value in (None, "", (), [], {}):
        return ""
    if each.is_relation:
        keys = value if isinstance(value, tuple) else (value,)
        return listing(sorted(names.at(each.related_model, key, record.history_date) for key in keys), most=None)
    if own := getattr(record.instance_type, f"words_of_{each.name}", None):
        return str(own(value))
    if each.choices:
        return str(dict(each.flatchoices).get(value, value))
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return date_format(value, "D j M Y")
    if isinstance(value, time):
        return clock(value)
    if isinstance(value, list | tuple):
        return listing([_plain(each) for each in value], most=None)
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')}: {_plain(each)}" for name, each in value.items())
    return str(value) if isinstance(value, str) else number_format(value)


def value_of(record: Any, each: models.Field) -> Any:
    """What the row held then; of a field that leads to many, the keys that it led to."""
    if not each.many_to_many:
        return getattr(record, each.attname)
    to = each.m2m_reverse_field_name()
    return tuple(sorted(getattr(row, f"{to}_id") for row in getattr(record, _links(type(record), each)).all()))


def links(records: type[models.Model]) -> list[str]:
    """What a record keeps of fields that lead to many, for ``prefetch_related``."""
    return [_links(records, each) for each in records._history_m2m_fields]


def _links(records: type[models.Model], each: models.Field) -> str:
    return f"{records._meta.model_name}_{each.name}_set"


def _version(newer: Any, older: Any, names: Names, silent: Collection[str]) -> Version:
    verb = _("Deleted") if newer.history_type == "-" else ""
    if older is None and not verb:
        verb = _("Recorded for the first time")
    return Version(
        at=newer.history_date,
        by=who(newer),
        reason=newer.history_change_reason or "",
        verb=verb,
        changes=[] if older is None or newer.history_type == "-" else list(changes(newer, older, names, silent)),
    )


class Names:
    """What rows were called, by kind and key."""

    def __init__(self, wanted: Iterable[Key], *, user: User):
        self._spells: dict[Key, list[tuple[datetime, str]]] = defaultdict(list)  # oldest first
        self._now: dict[Key, str] = {}
        keys: dict[type[models.Model], set] = defaultdict(set)
        for model, key in wanted:
            keys[model].add(key)
        for model, found in keys.items():
            self._read(model, found, user)

    @classmethod
    def of(cls, pairs: Iterable[tuple[Any, Any]], *, user: User, silent: Collection[str] = ()) -> Names:
        """Of everything that differs between the records of a pair."""
        wanted: set[Key] = set()
        for newer, older in pairs:
            for each in fields(newer, silent):
                if each.is_relation and (old := value_of(older, each)) != (new := value_of(newer, each)):
                    for value in (old, new):
                        keys = value if isinstance(value, tuple) else (value,)
                        wanted |= {(each.related_model, key) for key in keys if key is not None}
        return cls(wanted, user=user)

    def _read(self, model: type[models.Model], keys: set, user: User) -> None:
        if visible_to := getattr(model._default_manager, "visible_to", None):
            self._now |= {(model, row.pk): str(row) for row in visible_to(user).filter(pk__in=keys)}
            return  # its history is not for everybody either
        self._now |= {(model, row.pk): str(row) for row in model._default_manager.filter(pk__in=keys)}
        if kept := getattr(model, "history", None):
            for record in kept.filter(**{f"{model._meta.pk.attname}__in": keys}).order_by("history_date", "history_id"):
                key = (model, getattr(record, model._meta.pk.attname))
                self._spells[key].append((record.history_date, str(record.instance)))

    def at(self, model: type[models.Model], key: Any, moment: datetime) -> str:
        """As it was called then; as it is called where nothing older is known of it."""
        known = self._spells.get((model, key), [])
        earlier = [name for since, name in known if since <= moment]
        if earlier:
            return earlier[-1]
        if name := self._now.get((model, key)) or next((name for _since, name in known), ""):
            return name
        if hasattr(model._default_manager, "visible_to"):
            return _("another %(what)s") % {"what": model._meta.verbose_name}
        return _("a %(what)s that was deleted") % {"what": model._meta.verbose_name}
