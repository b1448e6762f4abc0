"""Who may let whom in. Nobody hands out a right that they do not have themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from incidents import signals
from incidents.accounts import reach
from incidents.actions.accounts import locked, out_of_reach, record, require_reach
from incidents.actions.addresses import take
from incidents.actions.sharing import close_what_is_hidden
from incidents.choices import AccountFact
from incidents.exceptions import DomainError, NotAllowed
from incidents.models import AccountEvent, Team, User
from incidents.permissions import permissions, require

DETAILS = ("first_name", "last_name", "team", "time_zone")


@transaction.atomic
def invite(
    *,
    first_name: str,
    last_name: str,
    email: str,
    groups: Iterable[Group],
    by: User,
    team: Team | None = None,
    time_zone: str = "UTC",
    is_superuser: bool = False,
) -> User:
    """A new member of staff without a password: a link lets them choose their own. They sign in by e-mail address."""
    require(by, "incidents.add_user", "incidents.invite_user")
    person = User(
        username=email.lower(),
        email=email.lower(),
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        team=team,
        time_zone=time_zone,
        is_staff=True,
    )
    person.set_unusable_password()
    person.save()
    take(person.email)
    record(person, AccountFact.INVITED, by=by, to=person.email)
    grant(person, groups=groups, is_superuser=is_superuser, by=by)
    person.is_superuser = is_superuser
    signals.invited.send(sender=User, user=person, by=by)
    return person


@transaction.atomic
def change_details(
    person: User, *, first_name: str, last_name: str, team: Team | None, time_zone: str, by: User | None
) -> None:
    """The name, the team and the zone. The address and the groups have verbs of their own."""
    require(by, "incidents.change_user")
    require_reach(person, by=by)
    person, wanted = locked(person), (first_name.strip(), last_name.strip(), team, time_zone)
    changes = {
        field: [_word(getattr(person, field)), _word(new)]
        for field, new in zip(DETAILS, wanted, strict=True)
        if getattr(person, field) != new
    }
    if changes:
        person.first_name, person.last_name, person.team, person.time_zone = wanted
        person.save(update_fields=DETAILS)
        record(person, AccountFact.DETAILS, by=by, changes=changes)


@transaction.atomic
def grant(person: User, *, groups: Iterable[Group], is_superuser: bool, by: User | None) -> None:
    """Put the person into exactly these groups. Groups they are in already may stay, whatever those may do."""
    person, wanted = locked(person), set(groups)
    check_grant(person, groups=wanted, is_superuser=is_superuser, by=by)
    if is_superuser != person.is_superuser:
        person.is_superuser = is_superuser
        person.save(update_fields=["is_superuser"])
        record(person, AccountFact.SUPERUSER, by=by, given=is_superuser)
    before = set(person.groups.all())
    if wanted != before:
        person.groups.set(wanted)
        record(person, AccountFact.GROUPS, by=by, added=_names(wanted - before), removed=_names(before - wanted))


def check_grant(person: User, *, groups: Iterable[Group], is_superuser: bool, by: User | None) -> None:
    """Refuse what ``grant`` may not do."""
    if by is None:
        return
    require_reach(person, by=by)
    if is_superuser != person.is_superuser and not by.is_superuser:
        raise NotAllowed(_("Only an administrator can make one."), field="is_superuser")
    added = set(groups) - (set(person.groups.all()) if person.pk else set())
    if added and (beyond := added - set(reach.grantable(by))):
        words = {"group": _names(beyond)[0]}
        raise NotAllowed(
            _("You cannot put anyone into %(group)s: it may do more than you may.") % words, field="groups"
        )


@transaction.atomic
def set_active(person: User, *, is_active: bool, by: User) -> None:
    """Let in or keep out. What they wrote stays, with their name. Keeping out takes rights and gives none: it may be
    done to a user who sees more, so that a leaver can be.

    A leaver's mailbox may be somebody else's by now: who is let in again sees no restricted incident that ``by`` does
    not see. Its members may let them in anew; a refusal here would say that there is one.
    """
    require(by, "incidents.change_user")
    if is_active:
        require_reach(person, by=by)
    elif not reach.outranks(person, by=by):
        raise out_of_reach(person)
    if person == by:
        raise DomainError(_("You cannot deactivate yourself. Ask somebody else to."))
    if is_active != locked(person).is_active:
        if is_active:
            close_what_is_hidden(person, by=by)
        person.is_active = is_active
        person.save(update_fields=["is_active"])
        record(person, AccountFact.ACTIVATED if is_active else AccountFact.DEACTIVATED, by=by)


@transaction.atomic
def set_rights(group: Group, *, names: Iterable[str], by: User) -> None:
    """Let the group do exactly this (permissions by name). Nobody adds or takes away what they do not have."""
    before, wanted = reach.names(group.permissions.select_related("content_type")), set(names)
    check_rights(before, wanted, by=by)
    if before == wanted:
        return
    group.permissions.set(permissions(wanted))
    data = {"group": group.name, "added": sorted(wanted - before), "removed": sorted(before - wanted)}
    AccountEvent.objects.bulk_create(
        AccountEvent(person=person, fact=AccountFact.RIGHTS, by=by, data=data)
        for person in User.objects.filter(groups=group)
    )


def check_rights(old: set[str], new: set[str], *, by: User) -> None:
    if not (old ^ new) <= reach.rights(by):
        raise NotAllowed(_("You can only give and take rights that you have yourself."), field="rights")


@transaction.atomic
def remove_group(group: Group, *, by: User) -> None:
    """All its rights are taken from everybody in it."""
    if not may_remove(group, by=by):
        raise NotAllowed(_("%(name)s may do more than you may, so you cannot remove it.") % {"name": group})
    for person in User.objects.filter(groups=group):
        record(person, AccountFact.GROUPS, by=by, added=[], removed=[group.name])
    group.delete()


def may_remove(group: Group, *, by: User) -> bool:
    return reach.names(group.permissions.select_related("content_type")) <= reach.rights(by)


def _names(groups: Iterable[Group]) -> list[str]:
    return sorted(group.name for group in groups)


def _word(value: Any) -> str:
    return "" if value is None else str(value)
