"""Who may let whom in. Nobody hands out a right that they do not have themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from incidents import signals
from incidents.exceptions import DomainError, NotAllowed
from incidents.models import PasswordAsk, Team, User
from incidents.permissions import name, permissions

ASKS_LAST = timedelta(hours=1)
ASKS_OF_ADDRESS, ASKS_OF_CLIENT = 3, 10  # within that time


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
    signals.invited.send(sender=User, user=person, by=by)
    return person


def set_password_url(user: User) -> str:
    """A link with which this person sets a password; whole, so that a mail can hold it.

    It works once, for as long as ``PASSWORD_RESET_TIMEOUT`` says from now. Make it when it is sent; keep it nowhere.
    """
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return settings.PUBLIC_URL + reverse("admin:invitation", args=[uid, default_token_generator.make_token(user)])


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
    """Make way for a fresh link, and have it sent. Links sent before end here, unless a password is in use: then that
    one stays.
    """
    if not by.has_perm("incidents.invite_user"):
        raise NotAllowed(_("You may not send links. Ask an administrator."))
    require_reach(person, by=by)
    if not person.is_active:
        raise DomainError(_("%(person)s is deactivated. Activate them first.") % {"person": person})
    if not person.has_usable_password():
        person.set_unusable_password()  # a new random mark, which every link depends on
        person.save(update_fields=["password"])
        signals.invited.send(sender=User, user=person, by=by)
    else:
        signals.password_reset_asked.send(sender=User, user=person, by=by)


@transaction.atomic
def ask_password_reset(*, email: str, client: str) -> None:
    """Somebody at ``client`` (a network address) forgot a password: a link goes to whoever has this address here.

    Nothing that is answered tells whether anybody has. Beyond three asks for one address in an hour no more links go
    out; beyond ten from one client it is refused.
    """
    since = timezone.now() - ASKS_LAST
    PasswordAsk.objects.filter(asked_at__lte=since).delete()
    address, client = _hashed("address", email.strip().lower()), _hashed("client", client)
    PasswordAsk.objects.create(address=address, client=client)
    recent = PasswordAsk.objects.filter(asked_at__gt=since)
    if recent.filter(client=client).count() > ASKS_OF_CLIENT:
        raise DomainError(_("Too many links were asked for from where you are. Wait an hour, or ask an administrator."))
    able = User.objects.filter(email__iexact=email.strip(), is_active=True, is_staff=True)
    person = able.select_for_update(of=("self",)).order_by("pk").first()  # two at once count each other
    if person is not None and recent.filter(address=address).count() <= ASKS_OF_ADDRESS:
        signals.password_reset_asked.send(sender=User, user=person, by=None)


def _hashed(kind: str, value: str) -> str:
    """Known again within the hour, and of no use to whoever reads the table."""
    return salted_hmac(f"incidents.password-ask.{kind}", value, algorithm="sha256").hexdigest()


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
