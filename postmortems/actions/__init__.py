"""The verbs of a post-mortem. Every door calls these and nothing else; they keep what :mod:`incidents.actions` keeps.

The lock of the incident comes before that of its post-mortem, and that before those of its parts.
"""

from postmortems.actions.attaching import attach, detach
from postmortems.actions.calendars import make_calendar, revoke_calendar
from postmortems.actions.choosing import choose_way
from postmortems.actions.disputing import dispute
from postmortems.actions.drafting import draft_from_facts, draft_from_records, take_change, take_event, take_over
from postmortems.actions.inviting import (
    invite,
    remind,
    remove_record,
    start_record,
    submit_record,
    take_back_record,
)
from postmortems.actions.marking import mark_section
from postmortems.actions.opening import expect, lead, let_go, open_postmortem, promise
from postmortems.actions.parts import add, change, link, place, remove, reorder, restore
from postmortems.actions.public import note_opened
from postmortems.actions.publishing import publish, revise, withdraw
from postmortems.actions.rendering import ask_for_pdf, claim, fail, finish, forget_drafts, try_again
from postmortems.actions.reviewing import ask_for_review, record_meeting, send_back, sign
from postmortems.actions.rows import add_action, add_cause
from postmortems.actions.settling import comment, resolve_comment, settle
from postmortems.actions.tracking import track, track_all

__all__ = [
    "add",
    "add_action",
    "add_cause",
    "ask_for_pdf",
    "ask_for_review",
    "attach",
    "change",
    "choose_way",
    "claim",
    "comment",
    "detach",
    "dispute",
    "draft_from_facts",
    "draft_from_records",
    "expect",
    "fail",
    "finish",
    "forget_drafts",
    "invite",
    "lead",
    "let_go",
    "link",
    "make_calendar",
    "mark_section",
    "note_opened",
    "open_postmortem",
    "place",
    "promise",
    "publish",
    "record_meeting",
    "remind",
    "remove",
    "remove_record",
    "reorder",
    "resolve_comment",
    "restore",
    "revise",
    "revoke_calendar",
    "send_back",
    "settle",
    "sign",
    "start_record",
    "submit_record",
    "take_back_record",
    "take_change",
    "take_event",
    "take_over",
    "track",
    "track_all",
    "try_again",
    "withdraw",
]
