"""Two incidents turn out to be one: the first ends, and what is still open goes on in the other (DESIGN section 3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import signals
from incidents.actions import impacts
from incidents.actions.base import locked, record, save
from incidents.choices import Audience, EntryKind, Level, Status
from incidents.exceptions import DomainError
from incidents.models import Incident, Member, User
from incidents.permissions import require
from incidents.scope import Affected, current


@transaction.atomic
def merge(
    source: Incident, *, into: Incident, by: User | None, reason: str = "", version: int | None = None
) -> Incident:
    """``source`` ends as merged, for good; what still fails because of it goes on in ``into`` from now.

    Its updates stay where they are, its clocks stop. ``version`` is that of the source; of the target nothing is lost,
    whatever changed there meanwhile.
    """
    require(by, "incidents.merge_incident")
    if source.pk == into.pk:
        raise DomainError(_("An incident cannot go on in itself. Choose another one."), field="into")
    source, into = _both_locked(source, into, by=by, version=version)
    _check_source(source)
    if into.is_merged:
        raise DomainError(_gone_on(into, by=by), field="into")
    if refusal := why_not(source, into, public=public_of([source, into])):
        raise DomainError(refusal, field="into")
    now = timezone.now()
    going_on = goes_on(source, into)
    impacts.end_all(source, by=by, at=now, told=False)  # nothing works again by this, so no line says that it does
    impacts.apply(into, going_on, by=by, at=now)
    source.status, source.merged_at, source.merged_into = Status.MERGED, now, into
    save(source, "status", "merged_at", "merged_into", by=by, reason=reason)
    for person in joining(source, into, by=by):
        Member.objects.create(incident=into, user=person, added_by=by)
        record(into, EntryKind.MEMBER, by=by, at=now, user=str(person), added=True)
    save(into, by=by)
    record(source, EntryKind.MERGED, by=by, at=now, text=reason.strip(), into=into.public_id)
    record(into, EntryKind.CAME_IN, by=by, at=now, source=source.public_id)
    signals.merged.send(sender=Incident, incident=source, into=into)
    return source


def _both_locked(
    source: Incident, into: Incident, *, by: User | None, version: int | None
) -> tuple[Incident, Incident]:
    """In the order of their keys, so that merges at the same time never wait for each other."""
    rows = {}
    for row in sorted((source, into), key=lambda row: row.pk):
        rows[row.pk] = locked(row, by=by, version=version if row.pk == source.pk else None)
    return rows[source.pk], rows[into.pk]


def _check_source(source: Incident) -> None:
    if not source.is_open:
        raise DomainError(
            _("Only an open incident can be merged; this is %(status)s.")
            % {"status": source.get_status_display().lower()}
        )


def _gone_on(into: Incident, *, by: User | None) -> str:
    """Where the chosen one went itself, as far as this person may know: so there is never a ring."""
    rows = Incident.objects.all() if by is None else Incident.objects.visible_to(by)
    further = rows.filter(pk=into.merged_into_id).first()
    if further is None:
        return _("That incident was merged itself. Choose one that is open.")
    return _("That incident was merged itself, into “%(title)s”. Choose that one.") % {"title": further.title}


def why_not(source: Incident, into: Incident, *, public: Collection[int]) -> str:
    """What stands against it, in words; empty where nothing does. Asks the database nothing.

    ``public``: those of the two, by primary key, that customers read (:func:`public_of`).
    """
    if not into.is_open:
        return _("That incident is over. Choose one that is open, or reopen that one first.")
    if Audience.DRILL in (source.audience, into.audience) and source.audience != into.audience:
        return _("A drill goes on in a drill only, and nothing else does.")
    if source.is_restricted and not into.is_restricted:
        return _("This incident is restricted: it goes on only where the same holds. Restrict that one first.")
    if into.is_restricted and not source.is_restricted:
        return _("That incident is restricted, and more people see this one. Restrict this one first.")
    if source.is_confirmed and not into.is_confirmed:
        return _("That is only a suspicion, and this one is confirmed. Confirm that one first, or merge it into this.")
    if source.pk in public and into.audience != Audience.PUBLIC:
        return _("Customers read of this incident and could not read where it goes on. Open that one first.")
    if source.pk in public and into.pk not in public:
        return _("Customers read of this incident, and of that one nothing yet. Post its first notice first.")
    return ""


def public_of(incidents: Iterable[Incident]) -> set[int]:
    """Those of them that customers read."""
    rows = Incident.objects.public().filter(pk__in=[incident.pk for incident in incidents])
    return set(rows.values_list("pk", flat=True))


def goes_on(source: Incident, into: Incident) -> list[Affected]:
    """What still fails because of the source, and is not known to be as bad in the target. The worse level wins."""
    known = {item.place: item.level or Level.OPERATIONAL for item in current(into)}
    return [
        item
        for item in current(source)
        if (item.level or Level.OPERATIONAL) > max(known.get(place, Level.OPERATIONAL) for place in _covering(item))
    ]


def _covering(item: Affected) -> list[tuple[int, int | None]]:
    return [item.place, (item.component.pk, None)]


def joining(source: Incident, into: Incident, *, by: User | None) -> list[User]:
    """Members of a restricted incident follow it into the next, where ``by`` may let people in."""
    if not into.is_restricted or (by is not None and not by.has_perm("incidents.note_incident")):
        return []
    there = Member.objects.filter(incident=into).values("user")
    return list(User.objects.filter(member__incident=source).exclude(pk__in=there).order_by("pk"))
