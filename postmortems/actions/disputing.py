"""A figure of a record is disputed with a note, and never overwritten."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from incidents.models import User
from postmortems.actions.base import save_audited, to_write, touch
from postmortems.choices import Metric
from postmortems.models import Dispute, Record


@transaction.atomic
def dispute(record: Record, *, metric: Metric, note: str, by: User | None) -> Dispute | None:
    """Say why the figure of a step is not right; without a note, it is taken back. The figure stays."""
    postmortem = to_write(record.postmortem, record, by=by)
    row = record.disputes.filter(metric=metric).first()
    note = " ".join(note.split())[:255]
    if not note:
        if row is not None:
            row._history_user = by
            row.delete()
            touch(postmortem)
        return None
    row = row or Dispute(record=record, metric=metric)
    if row.note != note:
        row.note, row.by, row.at = note, by, timezone.now()
        save_audited(row, by=by)
        touch(postmortem)
    return row
