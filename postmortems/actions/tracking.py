"""Action items are worked on, long after the document is published: who, until when, how far, and what proves it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.models import User
from incidents.permissions import require
from postmortems import signals
from postmortems.actions.base import locked, require_reason, save_audited, touch
from postmortems.actions.checking import check
from postmortems.actions.owning import asks_for_proof, check_owner
from postmortems.choices import OPEN_ACTIONS, ActionState
from postmortems.exceptions import NoneChanged
from postmortems.models import ActionItem, Postmortem

TRACKED = ("state", "owner", "due_on", "priority", "proof", "ticket")
LENGTH = 100  # characters of a reason, as the history keeps it


@transaction.atomic
def track(item: ActionItem, *, by: User | None, reason: str = "", **facts: Any) -> ActionItem:
    """Change any of :data:`TRACKED`. A version that was published keeps what it said.

    A reason is asked for where others rely on what stood there: dropped, due later or no more, and done where the item
    says what proves it (0-24, 3-35).
    """
    require(by, "postmortems.write_record")
    if unknown := set(facts) - set(TRACKED):
        raise TypeError(f"Not tracked: {', '.join(sorted(unknown))}")
    reason = " ".join(reason.split())
    if len(reason) > LENGTH:
        raise DomainError(_("Write at most %(limit)d characters.") % {"limit": LENGTH}, field="reason")
    postmortem = locked(item.postmortem, by=by)
    item = ActionItem.objects.of_document().select_for_update(of=("self",)).filter(pk=item.pk).first()
    if item is None:
        raise DomainError(_("It was taken out of its post-mortem."))
    changed = {name: facts[name] for name in facts if getattr(item, name) != facts[name]}
    if not changed:
        return item
    owner = changed.get("owner")
    check_owner(postmortem, owner)
    _check_reason(item, changed, reason)
    for name, value in changed.items():
        setattr(item, name, value)
    if "state" in changed:
        item.closed_at = None if item.state in OPEN_ACTIONS else timezone.now()
    item.changed_by, item.changed_at = by, timezone.now()
    check(item)
    save_audited(item, *changed, "closed_at", "changed_by", "changed_at", by=by, reason=reason)
    touch(postmortem)
    if owner:
        signals.assigned.send(sender=Postmortem, postmortem=postmortem, action_item=item)
    return item


def track_all(items: Iterable[ActionItem], *, by: User | None, reason: str = "", **facts: Any) -> int:
    """The same for several: all of them, or none (:class:`NoneChanged` says which refuse, and why). How many."""
    require(by, "postmortems.write_record")
    refused: dict[str, tuple[str, DomainError]] = {}
    rows = sorted(items, key=lambda item: (item.postmortem_id, item.pk))  # so that no two wait for each other
    with transaction.atomic():
        for item in rows:
            try:
                track(item, by=by, reason=reason, **facts)
            except DomainError as refusal:
                refused[item.key] = (str(item), refusal)
        if refused:
            raise NoneChanged(refused)
    return len(rows)


def _check_reason(item: ActionItem, changed: dict[str, Any], reason: str) -> None:
    state = changed.get("state")
    if (proof := asks_for_proof(item, changed)) and not reason:
        raise DomainError(
            _("Say what shows that it is done. It asks for: %(proof)s") % {"proof": proof}, field="reason"
        )
    if state == ActionState.DROPPED:
        require_reason(reason)
    due_on = changed.get("due_on", item.due_on)
    if not reason and item.due_on is not None and (due_on is None or due_on > item.due_on):
        raise DomainError(_("Say why it is due later; it stays on the record."), field="reason")
