"""The verbs of an incident. Every door (admin, API, task, command) calls these and nothing else.

Each is atomic, touches only the database, checks the permission of ``by`` (``None`` is the system), that ``by`` may see
the incident, the version that was read, and the transition; writes the timeline; and sends its signal.
"""

from incidents.actions.backfilling import backfill
from incidents.actions.breaches import explain_breach, notice_breach
from incidents.actions.closing import attest, change_stage
from incidents.actions.declaring import confirm, declare, dismiss, reconsider, suspect
from incidents.actions.facts import assign, change_facts
from incidents.actions.impacts import correct_impact, remove_impact, set_impacts
from incidents.actions.merging import merge
from incidents.actions.pinning import pin, unpin
from incidents.actions.reopening import reopen, unresolve
from incidents.actions.sharing import add_member, remove_member, set_audience
from incidents.actions.updates import add_note, correct_update, post_update, withdraw_update

__all__ = [
    "add_member",
    "add_note",
    "assign",
    "attest",
    "backfill",
    "change_facts",
    "change_stage",
    "confirm",
    "correct_impact",
    "correct_update",
    "declare",
    "dismiss",
    "explain_breach",
    "merge",
    "notice_breach",
    "pin",
    "post_update",
    "reconsider",
    "remove_impact",
    "remove_member",
    "reopen",
    "set_audience",
    "set_impacts",
    "suspect",
    "unpin",
    "unresolve",
    "withdraw_update",
]
