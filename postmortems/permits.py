"""Who may write where, as the verbs check it: for screens that show what somebody may do."""

from __future__ import annotations

from incidents.permissions import may
from postmortems.models import Record


def may_write(record: Record, user) -> bool:
    """Those whom it is of, and those who draft the document."""
    return may(user, "postmortems.write_record") and (
        record.is_written_by(user) or may(user, "postmortems.draft_postmortem")
    )
