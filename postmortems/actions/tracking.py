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
from postmortems.actions.base import locked, save_audited, touch
from postmortems.choices import OPEN_ACTIONS
from postmortems.models import ActionItem, Postmortem

TRACKED = ("state", "owner", "due_on", "priority", "proof", "ticket")


@transaction.atomic
def track(item: ActionItem, *, by: User | None, reason: str = "", **facts: Any) -> ActionItem:
    """Change any of :data:`TRACKED`. A version that was published keeps what it said."""
    require(by, "postmortems.write_record")
    if unknown := set(facts) - set(TRACKED):
        raise TypeError(f"Not tracked: {', '.join(sorted(unknown))}")
    postmortem = locked(item.postmortem, by=by)
    item = ActionItem.objects.of_document().select_for_update().get(pk=item.pk)
    changed = [name for name, value in facts.items() if getattr(item, name) != value]
    if not changed:
        return item
    owner = facts.get("owner")
    if owner and "owner" in changed and not Postmortem.objects.visible_to(owner).filter(pk=postmortem.pk).exists():
        raise DomainError(_("%(who)s may not see this incident.") % {"who": owner}, field="owner")
    for name in changed:
        setattr(item, name, facts[name])
    if "state" in changed:
        item.closed_at = None if item.state in OPEN_ACTIONS else timezone.now()
    item.changed_by, item.changed_at = by, timezone.now()
    save_audited(item, *changed, "closed_at", "changed_by", "changed_at", by=by, reason=reason)
    touch(postmortem)
    if "owner" in changed and item.owner is not None:
        signals.assigned.send(sender=Postmortem, postmortem=postmortem, action_item=item)
    return item


@transaction.atomic
def track_all(items: Iterable[ActionItem], *, by: User | None, reason: str = "", **facts: Any) -> int:
    """The same for several: all of them, or none. How many."""
    return len([track(item, by=by, reason=reason, **facts) for item in items])
