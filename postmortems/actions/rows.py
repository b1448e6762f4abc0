"""Causes and actions that are begun empty, linked to what they stand for."""

from __future__ import annotations

from django.db import transaction

from incidents.models import User
from postmortems.actions import parts as verbs
from postmortems.models import ActionItem, Cause, Mitigation, Postmortem


@transaction.atomic
def add_cause(postmortem: Postmortem, *, is_root: bool, by: User | None) -> Cause:
    """To be written. The only one of a short post-mortem is what its only action works on, until somebody says else."""
    cause = verbs.add(Cause, postmortem, by=by, is_root=is_root)
    _link_the_only_two(postmortem, by=by)
    return cause


@transaction.atomic
def add_action(postmortem: Postmortem, on: Cause | Mitigation | None = None, *, by: User | None) -> ActionItem:
    """To be written, and linked to what it works ``on``; without that as :func:`add_cause` says."""
    action = verbs.add(ActionItem, postmortem, by=by)
    if on is not None:
        verbs.link(action, on, on=True, by=by)
    else:
        _link_the_only_two(postmortem, by=by)
    return action


def _link_the_only_two(postmortem: Postmortem, *, by: User | None) -> None:
    causes, items = list(postmortem.causes.of_document()[:2]), list(postmortem.actionitems.of_document()[:2])
    if not postmortem.template.has_records and len(causes) == len(items) == 1:
        items[0].postmortem = postmortem
        verbs.link(items[0], causes[0], on=True, by=by)
