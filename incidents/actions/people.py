"""Who may let whom in. Nobody hands out a right that they do not have themselves."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError, NotAllowed
from incidents.models import Team, User
from incidents.permissions import name, permissions


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
    if not (by.has_perm("incidents.add_user") and by.has_perm("incidents.invite_user")):
        raise NotAllowed(_("You may not invite people. Ask an administrator."))
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
    grant(person, groups=groups, is_superuser=is_superuser, by=by)
    return person


@transaction.atomic
def grant(person: User, *, groups: Iterable[Group], is_superuser: bool, by: User) -> None:
    """Put the person into exactly these groups. Groups they are in already may stay, whatever those may do."""
    groups = list(groups)
    check_grant(person, groups=groups, is_superuser=is_superuser, by=by)
    person.is_superuser = is_superuser
    person.save(update_fields=["is_superuser"])
    person.groups.set(groups)


def check_grant(person: User, *, groups: Iterable[Group], is_superuser: bool, by: User) -> None:
    """Refuse what ``grant`` may not do."""
    require_reach(person, by=by)
    if is_superuser != person.is_superuser and not by.is_superuser:
        raise NotAllowed(_("Only a superuser can make one."), field="is_superuser")
    added = set(groups) - (set(person.groups.all()) if person.pk else set())
    if beyond := added - set(grantable(by)):
        words = {"group": sorted(group.name for group in beyond)[0]}
        raise NotAllowed(
            _("You cannot put anyone into %(group)s: it may do more than you may.") % words, field="groups"
        )


@transaction.atomic
def renew_invitation(person: User, *, by: User) -> None:
    """Make way for a fresh link. Links sent before end here, unless a password is in use: then that one stays."""
    if not by.has_perm("incidents.invite_user"):
        raise NotAllowed(_("You may not send links. Ask an administrator."))
    require_reach(person, by=by)
    if not person.is_active:
        raise DomainError(_("%(person)s is deactivated. Activate them first.") % {"person": person})
    if not person.has_usable_password():
        person.set_unusable_password()  # a new random mark, which every link depends on
        person.save(update_fields=["password"])


@transaction.atomic
def set_active(person: User, *, is_active: bool, by: User) -> None:
    """Let in or keep out. What they wrote stays, with their name."""
    if not by.has_perm("incidents.change_user"):
        raise NotAllowed(_("You may not change people. Ask an administrator."))
    require_reach(person, by=by)
    if person == by:
        raise DomainError(_("You cannot deactivate yourself. Ask somebody else to."))
    person.is_active = is_active
    person.save(update_fields=["is_active"])


def grantable(by: User) -> list[Group]:
    """The groups whose every right ``by`` has too."""
    groups = Group.objects.prefetch_related("permissions__content_type").order_by("name")
    if by.is_superuser:
        return list(groups)
    own = by.get_all_permissions()
    return [group for group in groups if all(name(right) in own for right in group.permissions.all())]


def in_reach(person: User, *, by: User) -> bool:
    """Whether ``by`` may change this person: only if that opens no right that ``by`` lacks."""
    if by.is_superuser or person == by:
        return True
    if person.is_superuser:
        return False
    rights = Permission.objects.filter(Q(user=person) | Q(group__user=person)).select_related("content_type")
    return {name(right) for right in rights} <= by.get_all_permissions()


def require_reach(person: User, *, by: User) -> None:
    if person.pk is not None and not in_reach(person, by=by):
        raise NotAllowed(_("%(person)s may do more than you may. Ask an administrator.") % {"person": person})


@transaction.atomic
def set_rights(group: Group, *, names: Iterable[str], by: User) -> None:
    """Let the group do exactly this (permissions by name). Nobody adds or takes away what they do not have."""
    names = set(names)
    check_rights({name(right) for right in group.permissions.select_related("content_type")}, names, by=by)
    group.permissions.set(permissions(names))


def check_rights(old: set[str], new: set[str], *, by: User) -> None:
    if not by.is_superuser and not (old ^ new) <= by.get_all_permissions():
        raise NotAllowed(_("You can only give and take rights that you have yourself."), field="rights")
