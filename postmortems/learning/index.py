"""Keeps what incidents are found by: marks what was written, and reads it again once that is committed.

A mark is inserted in the transaction of the change, so none is lost and nobody waits for another; the same process
reads the marked incidents right after the commit, and a sweep whatever was left (decision 14).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from incidents.choices import EntryKind
from incidents.models import Incident, IncidentUpdate, TimelineEntry
from postmortems.learning import words
from postmortems.learning.texts import READ, texts_of
from postmortems.models import Postmortem, SearchMark, SearchText

AT_ONCE = 200  # marks that one transaction reads


def mark_written(row: models.Model, fields: frozenset[str] | None) -> None:
    """``row`` was written, ``fields`` of it (none: all); nothing where the words cannot be others."""
    if fields is not None and not fields & READ[type(row)]:
        return
    if isinstance(row, TimelineEntry) and row.kind != EntryKind.NOTE:
        return
    mark(_incident_of(row))


def mark(incident: int) -> None:
    """To be read again after the commit: once, however much one transaction writes."""
    if not any(_Reading(incident) == waiting for _savepoints, waiting, _robust in connection.run_on_commit):
        SearchMark.objects.create(incident_id=incident)
        transaction.on_commit(_Reading(incident), robust=True)


@dataclass(slots=True)
class _Reading:
    """Waits for the commit. With a savepoint that is rolled back, Django drops it as the database drops its mark."""

    incident: int
    is_done: bool = False

    def __call__(self) -> None:
        self.is_done = True
        read_marked(only=self.incident)


def read_marked(only: int | None = None) -> int:
    """Read what is marked, of one incident or of all; how many incidents. What another process reads is left to it."""
    read = 0
    while True:
        with transaction.atomic():
            marks = SearchMark.objects.select_for_update(skip_locked=True).order_by("pk")
            if only is not None:
                marks = marks.filter(incident=only)
            taken = dict(marks.values_list("pk", "incident")[:AT_ONCE])
            if not taken:
                return read
            read += len(_read(sorted(set(taken.values()))))
            SearchMark.objects.filter(pk__in=taken).delete()


def _read(incidents: list[int]) -> list[int]:
    """Under the locks of their rows: what two processes read at once ends as the later one found it."""
    SearchText.objects.bulk_create([SearchText(incident_id=pk) for pk in incidents], ignore_conflicts=True)
    rows = SearchText.objects.select_for_update().filter(pk__in=incidents).order_by("pk").only("pk")
    held = [row.pk for row in rows]
    found = texts_of(held)
    written = [SearchText(incident_id=pk, words=_vector(pk, found)) for pk in held]
    SearchText.objects.bulk_update(written, ["words"], batch_size=100)
    return held


def _vector(pk: int, found) -> str:
    return words.vector((text.weight, text.text) for text in found.get(pk, []))


def _incident_of(row: Any) -> int:
    if isinstance(row, Incident):
        return row.pk
    if isinstance(row, IncidentUpdate | TimelineEntry | Postmortem):
        return row.incident_id
    if row._meta.get_field("postmortem").is_cached(row):
        return row.postmortem.incident_id
    return Postmortem.objects.values_list("incident", flat=True).get(pk=row.postmortem_id)
