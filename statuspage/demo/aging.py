"""What was written about an incident of the past was written then: rows that were made now get the time that it was."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F

from postmortems.models import Postmortem, Record, Version
from statuspage.actions import postmortem_files

PARTS = ("paragraphs", "events", "mitigations", "causes", "whys", "assessments", "actionitems")
MADE = {"changed_at", "asked_at"}


def at_time(row: Postmortem | Record | Version, at: datetime) -> None:
    """Everything about it happened then: its own times, its parts, its signatures, and their histories."""
    if isinstance(row, Version):
        signed = row.sign_offs.order_by("-at").values_list("at", flat=True).first()
        _move(Version.objects.filter(pk=row.pk), at, last=row.published_at or row.at)
        _move(row.sign_offs.all(), at, last=signed)
        return
    table = type(row)
    _move(
        table.objects.filter(pk=row.pk), at, last=getattr(row, "opened_at", None) or row.submitted_at or row.invited_at
    )
    table.history.filter(id=row.pk).update(history_date=at)
    if isinstance(row, Record):
        for name in PARTS:
            parts = getattr(row, name).all()
            columns = {field.name for field in parts.model._meta.fields} & MADE
            parts.update(**dict.fromkeys(columns, at))
            parts.model.history.filter(record_id=row.pk).update(history_date=at)


def published_at(version: Version, at: datetime) -> None:
    """The same of a version that readers have: its page and its file name one day."""
    at_time(version, at)
    Postmortem.objects.filter(pk=version.postmortem_id).update(published_at=at)
    version.renderings.all().delete()
    postmortem_files.ask_for_customers(version.postmortem.incident)


def _move(rows: models.QuerySet, at: datetime, *, last: datetime | None) -> None:
    """All times of the rows by as much as brings ``last`` there."""
    if last is None:
        return
    times = [field.name for field in rows.model._meta.concrete_fields if isinstance(field, models.DateTimeField)]
    rows.update(**{name: F(name) + (at - last) for name in times})
