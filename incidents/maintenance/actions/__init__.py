"""The verbs of maintenance. Subject first, everything else by keyword, the actor is always ``by=``."""

from incidents.maintenance.actions.announcing import amend, announce, reschedule
from incidents.maintenance.actions.approving import approve, ask_approval, decline, withdraw
from incidents.maintenance.actions.base import Message
from incidents.maintenance.actions.drafting import discard, draft, edit
from incidents.maintenance.actions.linking import link_incident, unlink_incident
from incidents.maintenance.actions.operator_notices import ingest, read_again, settle
from incidents.maintenance.actions.running import (
    begin,
    begin_by_itself,
    cancel,
    end,
    end_by_itself,
    extend,
    go_on,
    note_result,
    post_update,
    verify,
)
from incidents.maintenance.actions.series import (
    change_series,
    create_series,
    make_windows,
    resume_series,
    skip_occurrence,
    stop_series,
)

__all__ = [
    "Message",
    "amend",
    "announce",
    "approve",
    "ask_approval",
    "begin",
    "begin_by_itself",
    "cancel",
    "change_series",
    "create_series",
    "decline",
    "discard",
    "draft",
    "edit",
    "end",
    "end_by_itself",
    "extend",
    "go_on",
    "ingest",
    "link_incident",
    "make_windows",
    "note_result",
    "post_update",
    "read_again",
    "reschedule",
    "resume_series",
    "settle",
    "skip_occurrence",
    "stop_series",
    "unlink_incident",
    "verify",
    "withdraw",
]
