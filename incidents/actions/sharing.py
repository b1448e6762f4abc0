"""Who may see the incident."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from incidents import signals
from incidents.accounts import reach
from incidents.actions.base import locked, record, require_reason, save
from incidents.choices import Audience, EntryKind
from incidents.exceptions import DomainError
from incidents.models import Incident, Member, User
from incidents.permissions import require


@transaction.atomic
def set_audience(
    incident: Incident,
    *,
    audience: Audience,
    by: User | None,
    reason: str,
    tell: bool = True,
    version: int | None = None,
) -> Incident:
    """Restrict, keep internal, or open to the public. The user who restricts becomes the first member.

    ``tell``: whoever was told of it while it was public hears that it is not shown any more.
    """
    audience = Audience(audience)
    incident = locked(incident, by=by, version=version)
    old = Audience(incident.audience)
    if audience == old:
        return incident
    if Audience.DRILL in (old, audience):
        raise DomainError(_("A drill stays a drill, and nothing else becomes one."), field="audience")
    if old == Audience.RESTRICTED:
        require(by, "incidents.restrict_incident")
    else:
        closes = audience == Audience.RESTRICTED
        require(by, "incidents.work_incident" if closes else "incidents.publish_incident")
    if audience == Audience.PUBLIC and incident.confirmed_at and not incident.impacts.exists():
        raise DomainError(_("Name what is affected first: its page says it to customers."), field="audience")
    require_reason(reason)
    incident.audience = audience
    save(incident, "audience", by=by, reason=reason)
    if audience == Audience.RESTRICTED:
        first_members(incident, by=by)
    record(incident, EntryKind.AUDIENCE, by=by, text=reason, old=old, new=audience)
    signals.audience_changed.send(sender=Incident, incident=incident, previous=old, tell=tell)
    return incident


def first_members(incident: Incident, *, by: User | None) -> None:
    """The user who restricts, the owner, and whoever reported it: none of them loses it by that. One who was never
    signed in is let in later, by a member."""
    people = {by, incident.owner, incident.reported_by} - {None}
    for person in people:
        if person == by or (person.is_active and not person.is_invited):
            Member.objects.get_or_create(incident=incident, user=person, defaults={"added_by": by})


@transaction.atomic
def add_member(incident: Incident, *, user: User, by: User | None, version: int | None = None) -> Member:
    """Let one more person see a restricted incident."""
    require(by, "incidents.note_incident")
    incident = locked(incident, by=by, version=version)
    if not incident.is_restricted:
        raise DomainError(_("Only restricted incidents have members; this one is open to all staff."))
    if by is not None and user.is_invited:
        words = _("%(who)s has not signed in to Bridgewatch yet. Once they have, let them in here.")
        raise DomainError(words % {"who": user}, field="user")
    member, is_new = Member.objects.get_or_create(incident=incident, user=user, defaults={"added_by": by})
    if is_new:
        save(incident, by=by)
        record(incident, EntryKind.MEMBER, by=by, user=str(user), added=True)
    return member


@transaction.atomic
def remove_member(incident: Incident, *, user: User, by: User | None, version: int | None = None) -> Incident:
    """Close a restricted incident to one person; the last member stays."""
    require(by, "incidents.note_incident")
    incident = locked(incident, by=by, version=version)
    members = Member.objects.filter(incident=incident)
    if not members.exclude(user=user).exists():
        raise DomainError(_("Somebody must be able to see it: add another member first."))
    if incident.owner_id == user.pk:
        raise DomainError(_("%(who)s owns the incident; give it to someone else first.") % {"who": user})
    if members.filter(user=user).delete()[0]:
        save(incident, by=by)
        record(incident, EntryKind.MEMBER, by=by, user=str(user), added=False)
    return incident


def close_what_is_hidden(person: User, *, by: User) -> None:
    """Take the person out of every restricted incident that ``by`` does not see. The last member goes too."""
    for member in reach.seen_beyond(person, by=by).order_by("incident"):
        incident = locked(member.incident, by=None)
        member.delete()
        save(incident, by=by)
        record(incident, EntryKind.MEMBER, by=by, user=str(person), added=False)
