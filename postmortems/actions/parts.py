"""What is written: in a record by those who fill it in, in the document by those who draft it.

A field is written only where it still holds what the person had read, so that nobody's words are lost when two write at
once. What one person types within minutes is one line of the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.models import Component, Location, User
from postmortems.actions.base import save_audited, to_write, touch
from postmortems.actions.checking import check, check_stands
from postmortems.actions.marking import move
from postmortems.actions.owning import check_drafted, check_owner
from postmortems.choices import OPEN_ACTIONS
from postmortems.models import (
    ActionItem,
    Assessment,
    Cause,
    Event,
    Mitigation,
    Paragraph,
    Part,
    Postmortem,
    Record,
    Why,
)

KINDS: dict[str, type[Part]] = {  # by the prefix of their keys
    "par": Paragraph,
    "evt": Event,
    "mit": Mitigation,
    "cau": Cause,
    "why": Why,
    "asm": Assessment,
    "act": ActionItem,
}
MOST = 100  # rows of one kind in a record, or in a document; the matrix has causes × actions
TOGETHER = timedelta(minutes=2)  # what one person typed within is one line of the history
Values = Mapping[str, Any]
P = TypeVar("P", bound=Part)


class Clash(DomainError):
    """Somebody else changed the field meanwhile: it holds ``theirs``. Nothing was written."""

    def __init__(self, field: str, theirs: Any, who: User | None):
        words = {"who": who or _("Somebody")}
        super().__init__(
            _("%(who)s changed this meanwhile. Nothing of yours was written over it.") % words, field=field
        )
        self.theirs, self.who = theirs, who


def kind_of(key: str) -> type[Part]:
    """The table of the part with this key; refuses what is none."""
    try:
        return KINDS[key.partition("_")[0]]
    except KeyError:
        raise DomainError(_("There is nothing of this name.")) from None


def get(postmortem: Postmortem, key: str) -> Part:
    """The part with this key, removed or not; refuses where this post-mortem has none."""
    part = kind_of(key).objects.filter(postmortem=postmortem, key=key).select_related("record").first()
    if part is None:
        raise DomainError(_("It is not there any more. Load the page again."))
    part.postmortem = postmortem
    return part


@transaction.atomic
def add(
    table: type[P],
    postmortem: Postmortem,
    *,
    by: User | None,
    record: Record | None = None,
    key: str = "",
    **facts: Any,
) -> P:
    """A new part at the end; the one that there is already, where the same was sent twice under one ``key``."""
    postmortem = to_write(postmortem, record, by=by)
    if key:
        if there := cast("P | None", table.objects.filter(key=key).first()):
            if (there.postmortem_id, there.record_id) != (postmortem.pk, record and record.pk):
                raise DomainError(_("This name is taken."))
            return there
        facts["key"] = key
    part = put(table, postmortem, by=by, record=record, **facts)
    touch(postmortem)
    return part


def put(table: type[P], postmortem: Postmortem, *, by: User | None, record: Record | None = None, **facts: Any) -> P:
    """The same for a caller who holds the lock, and says afterwards that something changed."""
    if table is ActionItem:
        check_owner(postmortem, facts.get("owner"))
    place = _room(table, postmortem, record)
    part = table(postmortem=postmortem, record=record, position=place, changed_by=by, **facts)
    check(part)
    save_audited(part, by=by)
    return part


@transaction.atomic
def change(part: P, *, by: User | None, read: Values | None = None, **facts: Any) -> P:
    """Write fields. ``read``: what they held when the person read them; raises :class:`Clash` where they hold neither
    that nor what is to be written, and :class:`postmortems.exceptions.Removed` where the row does not stand."""
    postmortem = to_write(part.postmortem, part.record, by=by)
    part = cast(P, type(part).objects.select_for_update().get(pk=part.pk))
    changed = [name for name, value in facts.items() if _plain(getattr(part, name)) != _plain(value)]
    if changed:
        check_stands(part)
    for name, base in (read or {}).items():
        now = getattr(part, name)
        if _plain(now) not in (_plain(base), _plain(facts.get(name))):
            raise Clash(name, now, part.changed_by)
    if not changed:
        return part
    if isinstance(part, ActionItem):
        check_drafted(part, {name: facts[name] for name in changed})
        check_owner(postmortem, facts["owner"] if "owner" in changed else None)
    goes = isinstance(part, Cause) and "is_root" in changed and "is_internal" not in changed
    moved = move(cast(Cause, part), is_root=facts["is_root"]) if goes else []
    for name in changed:
        setattr(part, name, facts[name])
    changed += moved
    if isinstance(part, ActionItem) and "state" in changed:
        part.closed_at = None if part.state in OPEN_ACTIONS else timezone.now()
        changed.append("closed_at")
    check(part)
    _save_typed(part, *changed, by=by)
    touch(postmortem)
    return part


@transaction.atomic
def remove(part: P, *, by: User | None) -> P:
    """Taken out, and kept: :func:`restore` brings it back."""
    return _stand(part, by=by, removed_at=timezone.now())


@transaction.atomic
def restore(part: P, *, by: User | None) -> P:
    """Back where it was."""
    return _stand(part, by=by, removed_at=None)


@transaction.atomic
def reorder(parts: list[Part], *, by: User | None) -> None:
    """All in the order given: parts of one kind, in one place. What was removed stays as it is."""
    if parts:
        postmortem = to_write(parts[0].postmortem, parts[0].record, by=by)
        for position, part in enumerate(parts, start=1):
            if part.position != position and part.removed_at is None:
                part.position = position
                _save_typed(part, "position", by=by)
        touch(postmortem)


@transaction.atomic
def link(action: ActionItem, other: Cause | Mitigation, *, on: bool, by: User | None) -> None:
    """Whether the action works on a cause, or replaces a temporary measure (3-32)."""
    postmortem = to_write(action.postmortem, action.record, by=by)
    put_link(action, other, on=on, by=by)
    touch(postmortem)


def put_link(action: ActionItem, other: Cause | Mitigation, *, on: bool, by: User | None) -> None:
    """The same for a caller who holds the lock, and says afterwards that something changed."""
    if (other.postmortem_id, other.record_id) != (action.postmortem_id, action.record_id):
        raise DomainError(_("They do not stand in the same document."))
    action._history_user = by
    linked: Any = action.causes if isinstance(other, Cause) else action.fixes
    (linked.add if on else linked.remove)(other)


@transaction.atomic
def place(assessment: Assessment, other: Component | Location, *, on: bool, by: User | None) -> None:
    """Whether a component or a location was hit (3-41)."""
    postmortem = to_write(assessment.postmortem, assessment.record, by=by)
    hit: Any = assessment.components if isinstance(other, Component) else assessment.locations
    assessment._history_user = by
    (hit.add if on else hit.remove)(other)
    assessment.changed_by, assessment.changed_at = by, timezone.now()
    save_audited(assessment, "changed_by", "changed_at", by=by)
    touch(postmortem)


def _room(table: type[Part], postmortem: Postmortem, record: Record | None) -> int:
    """The position of one more row of this kind; refuses where there are as many as anybody can read."""
    rows = table.objects.filter(postmortem=postmortem, record=record)
    standing = models.Count("pk", filter=models.Q(removed_at__isnull=True))
    found = rows.aggregate(last=models.Max("position"), standing=standing)
    if found["standing"] >= MOST:
        raise DomainError(_("It has %(n)d rows of this kind already, and takes no more.") % {"n": MOST})
    return (found["last"] or 0) + 1


def _stand(part: P, *, by: User | None, removed_at) -> P:
    postmortem = to_write(part.postmortem, part.record, by=by)
    if (part.removed_at is None) != (removed_at is None):
        if removed_at is None:
            _room(type(part), postmortem, part.record)
        part.removed_at = removed_at
        part.changed_by, part.changed_at = by, timezone.now()
        save_audited(part, "removed_at", "changed_by", "changed_at", by=by)
        touch(postmortem)
    return part


def _plain(value: Any) -> Any:
    """Comparable: times to the minute, as they are typed; nothing for emptiness."""
    if isinstance(value, datetime):
        return value.replace(second=0, microsecond=0)
    return None if value == "" else value


def _save_typed(part: Part, *fields: str, by: User | None) -> None:
    """One line of the history for what one person typed in one go: it keeps the first state, and the last."""
    part.changed_by, part.changed_at = by, timezone.now()
    last = part.history.first()
    goes_on = (
        last is not None
        and (last.history_type, last.history_change_reason or "") == ("~", "")  # what has a reason stands by itself
        and last.history_user_id == (by.pk if by else None)
        and last.history_date > timezone.now() - TOGETHER
    )
    save_audited(part, *fields, "changed_by", "changed_at", by=by)
    if goes_on:
        last.delete()
