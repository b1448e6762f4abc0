"""Who may own an action item, and what has to be shown before it is done: refused in a sentence at its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.models import User
from postmortems.choices import ActionState
from postmortems.models import ActionItem, Postmortem


def check_owner(postmortem: Postmortem, owner: User | None) -> None:
    """Refuses who could not work on an action item of this post-mortem: who is none of the staff, or may not see it."""
    if owner is not None and not (owner.is_active and owner.is_staff):
        raise DomainError(
            _("%(who)s has no account of the staff, and could not work on it.") % {"who": owner}, field="owner"
        )
    if not may_own(postmortem, owner):
        raise DomainError(_("%(who)s may not see this incident.") % {"who": owner}, field="owner")


def may_own(postmortem: Postmortem, owner: User | None) -> bool:
    """Whether :func:`check_owner` takes them."""
    if owner is None:
        return True
    sees = Postmortem.objects.visible_to(owner).filter(pk=postmortem.pk)
    return owner.is_active and owner.is_staff and sees.exists()


def asks_for_proof(item: ActionItem, changed: Mapping[str, Any]) -> str:
    """What has to be shown before the item is done: what it says proves that, where it becomes done (0-24, 3-35)."""
    is_done = changed.get("state") == ActionState.DONE
    return item.proof.strip() if is_done else ""


def check_drafted(item: ActionItem, changed: Mapping[str, Any]) -> None:
    """In a draft nobody is asked for a reason: what has to be shown is said where the item is worked on."""
    if item.record_id is None and (proof := asks_for_proof(item, changed)):
        words = {"proof": proof}
        sentence = _("Say under Actions, on the page of this one, what shows that it is done. It asks for: %(proof)s")
        raise DomainError(sentence % words, field="state")
